#include "windhover/analysis/wording.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/tables.hpp"

namespace windhover::report {
namespace {

using analysis::arm_label;

/// "A3C"; empty where the entry is about no arm, as the gap is.
std::string arm_of(const Json& entry) {
  const auto& arm = member(entry, "arm");
  return arm.is_string() ? arm_label(arm.get<std::string>()) : std::string();
}

/// A number of seeds, or one for each of two samples.
Cell seed_count_cell(const Json& count) {
  if (!count.is_array()) return number_cell(count);
  std::vector<std::string> counts;
  for (const auto& one : count) counts.push_back(one.dump());
  return {analysis::list_text(counts), {&count}};
}

/// The entries of a list that only some results have, those about one choice of actions.
std::vector<const Json*> entries_of(const Json& results, const char* key, const std::string& policy) {
  std::vector<const Json*> entries;
  for (const auto& entry : member(results, key)) {
    if (entry.at("policy") == policy) entries.push_back(&entry);
  }
  return entries;
}

}  // namespace

Table verdicts(const Json& results, const std::string& policy) {
  Table table{
      .id = "table-5-verdicts-" + policy,
      .title = fmt::format("Table 5, verdicts, {}.", policy_label(policy)),
      .caption =
          "What the seeds can and can not show, after adjusting for the number of tests. Where nothing "
          "is shown, the last column says how large an effect would have been found four times in five.",
      .columns = {{.head = "Effect", .kind = ColumnKind::label},
                  {.head = "On", .kind = ColumnKind::text},
                  {.head = "Verdict", .kind = ColumnKind::verdict},
                  {.head = "Estimate", .sign = true},
                  {.head = "95 % interval", .kind = ColumnKind::range, .sign = true},
                  {.head = "p (Holm)", .kind = ColumnKind::p_value},
                  {.head = "Detectable effect"}},
      .policy = policy};
  for (const auto* entry : entries_of(results, "verdicts", policy)) {
    table.rows.push_back({text_cell(entry->at("label")), arm_of(*entry), text_cell(entry->at("verdict")),
                          number_cell(entry->at("estimate")), range_cell(entry->at("ci95")),
                          number_cell(entry->at("holm_p")),
                          number_cell(entry->at("minimum_detectable_effect"))});
  }
  return table;
}

Table test_families(const Json& results, const std::string& policy) {
  Table table{.id = "table-5-families-" + policy,
              .title = fmt::format("Table 5, families of tests, {}.", policy_label(policy)),
              .columns = {{.head = "Family", .kind = ColumnKind::label},
                          {.head = "Effect", .kind = ColumnKind::label},
                          {.head = "Metric", .kind = ColumnKind::text},
                          {.head = "On", .kind = ColumnKind::text},
                          {.head = "Estimate", .decimals = 3, .sign = true},
                          {.head = "95 % interval", .kind = ColumnKind::range, .decimals = 3, .sign = true},
                          {.head = "p (t)", .kind = ColumnKind::p_value},
                          {.head = "p (Holm)", .kind = ColumnKind::p_value}},
              .policy = policy};
  int number = 0;
  for (const auto* family : entries_of(results, "families", policy)) {
    ++number;
    table.caption +=
        fmt::format("{}Family {}: {}", number == 1 ? "" : " ", number, family->at("rule").get<std::string>());
    for (const auto& test : family->at("members")) {
      table.rows.push_back({std::to_string(number), text_cell(test.at("label")), text_cell(test.at("metric")),
                            arm_of(test), number_cell(test.at("estimate")), range_cell(test.at("ci95")),
                            number_cell(test.at("p_value")), number_cell(test.at("holm_p"))});
    }
  }
  return table;
}

Table variance_table(const Json& results, const std::string& policy) {
  Table table{.id = "table-5-anova-" + policy,
              .title = fmt::format("Table 5, analysis of variance, {}.", policy_label(policy)),
              .caption = "Split plot: seeds are the replicates, velocity varies within a seed.",
              .columns = {{.head = "Arm", .kind = ColumnKind::label},
                          {.head = "Stratum", .kind = ColumnKind::label},
                          {.head = "Source", .kind = ColumnKind::text},
                          {.head = "df", .decimals = 0},
                          {.head = "SS", .decimals = 1},
                          {.head = "MS", .decimals = 1},
                          {.head = "F"},
                          {.head = "p", .kind = ColumnKind::p_value},
                          {.head = "partial η²", .decimals = 3},
                          {.head = "ω²", .decimals = 3},
                          {.head = "Seeds", .decimals = 0}},
              .policy = policy};
  const auto& anova = member(results, "anova");
  if (!anova.is_object()) return table;
  for (const auto& analysis : member(anova, policy.c_str())) {
    const auto& note = member(analysis, "note");
    if (note.is_string() && !note.get<std::string>().empty())
      table.caption += fmt::format(" {}: {}", arm_of(analysis), note.get<std::string>());
    for (const auto& line : analysis.at("table")) {
      table.rows.push_back({arm_of(analysis), text_cell(line.at("stratum")), text_cell(line.at("source")),
                            number_cell(line.at("df")), number_cell(line.at("ss")),
                            number_cell(line.at("ms")), number_cell(line.at("f")),
                            number_cell(member(line, "p_value")), number_cell(line.at("partial_eta_squared")),
                            number_cell(line.at("omega_squared")), number_cell(member(line, "n_seeds"))});
    }
  }
  return table;
}

Table noise_floor(const Json& results) {
  Table table{.id = "table-5-noise-floor",
              .title = "Table 5, noise floor.",
              .columns = {{.head = "Actions", .kind = ColumnKind::label},
                          {.head = "On", .kind = ColumnKind::label},
                          {.head = "Difference", .sign = true},
                          {.head = "95 % interval", .kind = ColumnKind::range, .sign = true},
                          {.head = "p (t)", .kind = ColumnKind::p_value},
                          {.head = "p (Holm)", .kind = ColumnKind::p_value, .optional = true},
                          {.head = "Verdict", .kind = ColumnKind::verdict, .optional = true},
                          {.head = "Seeds", .decimals = 0},
                          {.head = "Largest absolute"}}};
  const auto& floor = member(results, "noise_floor");
  if (!floor.is_object()) return table;
  table.caption = fmt::format("{} trained twice, under other seeds: what differs here is noise. {}",
                              floor.at("cell").get<std::string>(), floor.at("rule").get<std::string>());
  for (const auto& policy : policies_in_order(results)) {
    const auto& entry = floor.at(policy);
    const auto add = [&](const std::string& on, const Json& difference) {
      if (!difference.is_object()) return;
      table.rows.push_back(
          {policy, on, number_cell(difference.at("difference")), range_cell(difference.at("ci95")),
           number_cell(difference.at("p_value")), number_cell(member(difference, "holm_p")),
           text_cell(member(difference, "verdict")), seed_count_cell(difference.at("n_seeds")),
           number_cell(entry.at("largest_absolute"))});
    };
    for (const auto& arm : arms_of(results)) add(arm_label(arm), member(entry, arm.c_str()));
    add("gap", member(entry, "gap"));
  }
  drop_empty_columns(table);
  return table;
}

Table declared_claims(const Json& results) {
  Table table{.id = "table-11-declared-claims",
              .title = "Table 11. The claims that the study file declares.",
              .caption = "Written down before the study ran, and judged by the stated rule.",
              .columns = {{.head = "Claim", .kind = ColumnKind::label},
                          {.head = "As declared", .kind = ColumnKind::text},
                          {.head = "Actions", .kind = ColumnKind::text},
                          {.head = "Verdict", .kind = ColumnKind::verdict},
                          {.head = "Estimate", .decimals = 3, .sign = true},
                          {.head = "Bound", .decimals = 3, .sign = true, .optional = true},
                          {.head = "95 % interval", .kind = ColumnKind::range, .decimals = 3, .sign = true},
                          {.head = "p (t)", .kind = ColumnKind::p_value},
                          {.head = "p (Holm)", .kind = ColumnKind::p_value},
                          {.head = "p (sign flip)", .kind = ColumnKind::p_value},
                          {.head = "Seeds", .decimals = 0},
                          {.head = "What is tested", .kind = ColumnKind::text},
                          {.head = "Note", .kind = ColumnKind::text, .optional = true}}};
  for (const auto& claim : member(results.at("claims"), "declared")) {
    table.rows.push_back(
        {text_cell(claim.at("id")), text_cell(claim.at("text")), text_cell(claim.at("policy")),
         text_cell(claim.at("verdict")), number_cell(claim.at("estimate")), number_cell(claim.at("bound")),
         range_cell(claim.at("ci95")), number_cell(claim.at("p_value")), number_cell(claim.at("holm_p")),
         number_cell(claim.at("sign_flip_p")), number_cell(claim.at("n_seeds")),
         text_cell(claim.at("tested")), text_cell(member(claim, "note"))});
  }
  drop_empty_columns(table);
  return table;
}

}  // namespace windhover::report
