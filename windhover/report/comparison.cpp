#include "windhover/report/comparison.hpp"

#include "windhover/analysis/compare.hpp"
#include "windhover/analysis/wording.hpp"
#include "windhover/report/document.hpp"
#include "windhover/report/formats.hpp"
#include "windhover/report/results_view.hpp"

namespace windhover::report {
namespace {

std::string text_of(const Json& value) {
  if (value.is_null()) return "—";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string digest_of_study(const Json& study) {
  if (study.at("digest").is_string()) return study.at("digest").get<std::string>();
  return "none: " + study.at("digest_note").get<std::string>();
}

std::string listed(const Json& list) {
  std::vector<std::string> items;
  for (const auto& item : list) items.push_back(text_of(item));
  return items.empty() ? "none" : analysis::list_text(items);
}

Table studies_table(const Json& comparison) {
  Table table{.id = "studies",
              .title = "Table 1. The two studies.",
              .columns = {{.head = "", .kind = ColumnKind::label},
                          {.head = "First", .kind = ColumnKind::text},
                          {.head = "Second", .kind = ColumnKind::text}}};
  const auto& first = comparison.at("studies").at("first");
  const auto& second = comparison.at("studies").at("second");
  if (first.contains("folder") && second.contains("folder"))
    table.rows.push_back({std::string("folder"), text_of(first.at("folder")), text_of(second.at("folder"))});
  for (const char* key :
       {"name", "environment", "profile", "preset", "quick", "runs_finished", "runs_expected", "version"}) {
    table.rows.push_back({std::string(key), text_of(first.at(key)), text_of(second.at(key))});
  }
  table.rows.push_back({std::string("digest"), digest_of_study(first), digest_of_study(second)});
  for (const char* key : {"cells", "arms", "seeds"}) {
    table.rows.push_back({fmt::format("{} only here", key), listed(comparison.at("only_in_first").at(key)),
                          listed(comparison.at("only_in_second").at(key))});
  }
  return table;
}

Table settings_table(const Json& comparison) {
  Table table{.id = "settings",
              .title = "Table 2. Settings that differ.",
              .caption = "Of the effective configurations; a dash where a study has no such key.",
              .columns = {{.head = "Key", .kind = ColumnKind::label},
                          {.head = "First", .kind = ColumnKind::text},
                          {.head = "Second", .kind = ColumnKind::text}}};
  for (const auto& difference : comparison.at("differences")) {
    table.rows.push_back({difference.at("key").get<std::string>(), text_of(difference.at("first")),
                          text_of(difference.at("second"))});
  }
  return table;
}

/// "A3C", or "A3C less Individual" of a gap.
std::string subject_of(const Json& entry) {
  if (entry.contains("arm")) return analysis::arm_label(entry.at("arm").get<std::string>());
  const auto& arms = entry.at("arms");
  return fmt::format("{} less {}", analysis::arm_label(arms.at(0).get<std::string>()),
                     analysis::arm_label(arms.at(1).get<std::string>()));
}

/// Of the list "comparisons" or "gaps".
Table entries_table(const Json& comparison, const std::string& list, const std::string& id,
                    const std::string& title, const std::string& policy) {
  Table table{.id = id + "-" + policy,
              .title = fmt::format("{}, {}.", title, policy_label(policy)),
              .caption = comparison.at("rule").get<std::string>(),
              .columns = {{.head = "Cell", .kind = ColumnKind::label},
                          {.head = "Arm", .kind = ColumnKind::label},
                          {.head = "Mean", .group = "First"},
                          {.head = "95 %", .kind = ColumnKind::range, .group = "First"},
                          {.head = "Mean", .group = "Second"},
                          {.head = "95 %", .kind = ColumnKind::range, .group = "Second"},
                          {.head = "Mean", .sign = true, .group = "Difference"},
                          {.head = "95 %", .kind = ColumnKind::range, .group = "Difference"},
                          {.head = "Seeds", .decimals = 0, .group = "Difference"},
                          {.head = "Paired t", .kind = ColumnKind::p_value, .group = "p"},
                          {.head = "Sign flip", .kind = ColumnKind::p_value, .group = "p"},
                          {.head = "Holm", .kind = ColumnKind::p_value, .group = "p"}}};
  for (const auto& entry : comparison.at(list)) {
    if (entry.at("policy") != policy) continue;
    const auto& difference = entry.at("difference");
    std::vector<Cell> row = {entry.at("cell").get<std::string>(), subject_of(entry)};
    for (const char* study : {"first", "second"}) {
      row.push_back(number_cell(entry.at(study).at("mean")));
      row.push_back(range_cell(entry.at(study).at("ci95")));
    }
    row.push_back(number_cell(difference.at("estimate")));
    row.push_back(range_cell(difference.at("ci95")));
    for (const char* key : {"n_seeds", "p_value", "sign_flip_p", "holm_p"})
      row.push_back(number_cell(difference.at(key)));
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// A sentence for each difference whose adjusted p is below .05.
std::vector<Sentence> found(const Json& comparison) {
  std::vector<Sentence> sentences;
  auto entries = comparison.at("comparisons").get<std::vector<Json>>();
  for (const auto& gap : comparison.at("gaps")) entries.push_back(gap);
  for (const auto& entry : entries) {
    const auto& difference = entry.at("difference");
    if (!(value_of(difference.at("holm_p")) < 0.05)) continue;
    sentences.push_back(
        {.text = fmt::format("{} in {}, {}: {} from the first study to the second, 95 % interval {}.",
                             subject_of(entry), entry.at("cell").get<std::string>(),
                             policy_label(entry.at("policy").get<std::string>()),
                             analysis::signed_text(value_of(difference.at("estimate"))),
                             analysis::interval_text(difference.at("ci95")))});
  }
  if (sentences.empty()) sentences.push_back({.text = "No difference has a Holm-adjusted p below .05."});
  return sentences;
}

std::vector<Sentence> warnings(const Json& comparison) {
  std::vector<Sentence> sentences;
  for (const auto& warning : comparison.at("warnings"))
    sentences.push_back({.text = warning.get<std::string>()});
  return sentences;
}

Document make_comparison(const Json& comparison) {
  const auto& studies = comparison.at("studies");
  const auto name = [&](const char* which) { return studies.at(which).at("name").get<std::string>(); };
  Document document{
      .title = fmt::format("{} against {}", name("second"), name("first")),
      .mark = comparison_mark,
      .tags = {fmt::format("{} in common", analysis::count_text(comparison.at("seeds").size(), "seed"))},
      .summary = {.asked = {.text = "What differs between two studies, seed by seed?"},
                  .found_with = "both choices of actions",
                  .found = found(comparison),
                  .certainty = {{.text = comparison.at("rule").get<std::string>()}},
                  .warnings = warnings(comparison)}};
  document.sections.push_back(
      {.id = "scores",
       .title = "Scores",
       .blocks = {entries_table(comparison, "comparisons", "scores", "Scores", "greedy"),
                  entries_table(comparison, "comparisons", "scores", "Scores", "sampled")}});
  if (!comparison.at("gaps").empty()) {
    document.sections.push_back({.id = "gaps",
                                 .title = "Gaps",
                                 .blocks = {entries_table(comparison, "gaps", "gaps", "Gaps", "greedy"),
                                            entries_table(comparison, "gaps", "gaps", "Gaps", "sampled")}});
  }
  Section configuration{
      .id = "configuration", .title = "Configuration", .blocks = {studies_table(comparison)}};
  if (comparison.at("differences").empty()) {
    configuration.blocks.emplace_back("The effective configurations are the same.");
  } else {
    configuration.blocks.emplace_back(settings_table(comparison));
  }
  document.sections.push_back(std::move(configuration));
  return document;
}

}  // namespace

Result<std::string> comparison_page(const Json& comparison) {
  const auto wrong = [](const std::string& reason) {
    return failure(
        fmt::format("the comparison is not of the schema {}{}", analysis::comparison_schema, reason));
  };
  if (!comparison.is_object() || !comparison.contains("schema") ||
      comparison["schema"] != analysis::comparison_schema) {
    return wrong("");
  }
  try {
    return html_page(make_comparison(comparison));
  } catch (const Json::exception& error) {
    return wrong(fmt::format(": {}", error.what()));
  }
}

}  // namespace windhover::report
