#include <set>
#include <string>

#include "windhover/analysis/statements.hpp"
#include "windhover/analysis/wording.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/tables.hpp"

namespace windhover::report {
namespace {

using analysis::arm_label;

/// "A3C"; empty where the entry is about no arm, as the gap is.
std::string arm_of(const std::optional<std::string>& arm) { return arm ? arm_label(*arm) : std::string(); }

/// A number of seeds for each of two samples.
Cell seed_count_cell(const analysis::SeedCounts& counts) {
  return {fmt::format("{} and {}", counts.replicate, counts.study), {&counts}};
}

/// The entries about one choice of actions.
template <class Entry>
std::vector<const Entry*> entries_under(const std::vector<Entry>& list, ActionChoice actions) {
  std::vector<const Entry*> entries;
  for (const auto& entry : list) {
    if (entry.actions == actions) entries.push_back(&entry);
  }
  return entries;
}

/// So many cells have their gaps among the verdicts; of more, the table of scores has them.
constexpr std::size_t most_gaps = 6;

/// What the first table of verdicts is about: means and gaps.
bool is_shown(const analysis::Statement& statement, const Results& results) {
  if (statement.kind == "gap" && results.cells.size() > most_gaps) return false;
  return analysis::is_about_scores(statement);
}

}  // namespace

Table verdicts(const Results& results, ActionChoice actions) {
  Table table{.id = "table-verdicts-" + name_of(actions),
              .title = "Verdicts.",
              .columns = {{.head = "Effect", .kind = ColumnKind::label},
                          {.head = "On", .kind = ColumnKind::text},
                          {.head = "Verdict", .kind = ColumnKind::verdict},
                          {.head = "Estimate", .sign = true},
                          {.head = "95 % interval", .kind = ColumnKind::range, .sign = true},
                          {.head = "p (t)", .kind = ColumnKind::p_value},
                          {.head = "p (Holm)", .kind = ColumnKind::p_value, .optional = true},
                          {.head = "Detectable effect"}},
              .actions = name_of(actions)};
  for (const auto* family : entries_under(results.families, actions)) table.caption = family->rule + " ";
  table.caption +=
      "Where nothing is shown, the last column says how large an effect would have been found four times in "
      "five, "
      "looked at alone.";
  for (const auto& statement : results.statements) {
    if (statement.actions != actions || !is_shown(statement, results)) continue;
    auto verdict = text_cell(statement.verdict);
    verdict.about = analysis::key_of(statement);
    table.rows.push_back({text_cell(statement.effect),
                          statement.arm ? arm_label(*statement.arm) + " mean" : "gap", std::move(verdict),
                          number_cell(statement.estimate), range_cell(statement.ci95),
                          number_cell(statement.p_value), number_cell(statement.holm_p),
                          number_cell(statement.minimum_detectable_effect)});
  }
  drop_empty_columns(table);
  return table;
}

Table test_families(const Results& results, ActionChoice actions) {
  Table table{.id = "table-families-" + name_of(actions),
              .title = "The family of declared tests.",
              .columns = {{.head = "Test", .kind = ColumnKind::label},
                          {.head = "Kind", .kind = ColumnKind::text},
                          {.head = "Metric", .kind = ColumnKind::text},
                          {.head = "On", .kind = ColumnKind::text},
                          {.head = "Estimate", .decimals = 3, .sign = true},
                          {.head = "95 % interval", .kind = ColumnKind::range, .decimals = 3, .sign = true},
                          {.head = "p (t)", .kind = ColumnKind::p_value},
                          {.head = "p (Holm)", .kind = ColumnKind::p_value}},
              .actions = name_of(actions)};
  for (const auto* family : entries_under(results.families, actions)) {
    table.caption = "Each test once, wherever it is shown.";
    for (const auto& test : family->members) {
      table.rows.push_back({text_cell(test.label), text_cell(test.kind), text_cell(test.metric),
                            arm_of(test.arm), number_cell(test.estimate), range_cell(test.ci95),
                            number_cell(test.p_value), number_cell(test.holm_p)});
    }
  }
  return table;
}

Table variance_table(const Results& results, ActionChoice actions) {
  Table table{
      .id = "table-anova-" + name_of(actions),
      .title = "Analysis of variance.",
      .caption =
          "Another question than that of the verdicts: whether a factor explains variance at all, measured "
          "against the error of its own stratum (split plot: seeds are the replicates, the condition varies "
          "within a seed). Its p-values are not adjusted for the number of tests, so one below .05 here is "
          "no finding, and it may stand beside an effect that is not confirmed.",
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
      .actions = name_of(actions)};
  std::set<std::string> notes;
  for (const auto& anova : results.anova[actions]) {
    const auto arm = arm_label(anova.arm);
    if (!anova.note.empty() && notes.insert(anova.note).second) table.caption += " " + anova.note;
    if (!anova.table) continue;
    for (const auto& line : *anova.table) {
      table.rows.push_back({arm, text_cell(line.stratum), text_cell(line.source), number_cell(line.df),
                            number_cell(line.ss), number_cell(line.ms), number_cell(line.f),
                            number_cell(line.p_value), number_cell(line.partial_eta_squared),
                            number_cell(line.omega_squared), number_cell(line.n_seeds)});
    }
  }
  return table;
}

Table noise_floor(const Results& results) {
  Table table{.id = "table-noise-floor",
              .title = "Noise floor.",
              .columns = {{.head = "Actions", .kind = ColumnKind::label},
                          {.head = "On", .kind = ColumnKind::label},
                          {.head = "Difference", .sign = true},
                          {.head = "95 % interval", .kind = ColumnKind::range, .sign = true},
                          {.head = "p (t)", .kind = ColumnKind::p_value},
                          {.head = "p (Holm)", .kind = ColumnKind::p_value, .optional = true},
                          {.head = "Verdict", .kind = ColumnKind::verdict, .optional = true},
                          {.head = "Seeds", .decimals = 0},
                          {.head = "Largest absolute"}}};
  if (!results.noise_floor) return table;
  const auto& floor = *results.noise_floor;
  table.caption = fmt::format("{} trained twice, under other seeds: what differs here is noise. {}",
                              floor.cell, floor.rule);
  for (const auto actions : actions_in_order(results)) {
    const auto& entry = floor.differences[actions];
    const auto key = [&](const char* metric, const std::optional<std::string>& arm) {
      return analysis::statement_key(analysis::noise_effect(floor.cell), arm,
                                     analysis::measure_name(metric, actions));
    };
    const auto add = [&](const std::string& on, const std::optional<std::string>& arm,
                         const analysis::NoiseDifference& difference) {
      table.rows.push_back({name_of(actions), on, number_cell(difference.difference),
                            range_cell(difference.ci95), number_cell(difference.p_value),
                            number_cell(difference.holm_p),
                            verdict_cell(difference.verdict, key(arm ? "mean" : "gap", arm)),
                            seed_count_cell(difference.n_seeds), number_cell(entry.largest_absolute)});
    };
    for (const auto& arm : results.arms) add(arm_label(arm), arm, entry.arms.at(arm));
    if (entry.gap) add("gap", {}, *entry.gap);
  }
  drop_empty_columns(table);
  return table;
}

namespace {

std::string key_of_claim(const analysis::DeclaredClaimResults& claim) {
  return analysis::statement_key(analysis::claim_effect(claim.id),
                                 claim.arm.empty() ? std::optional<std::string>() : claim.arm,
                                 analysis::measure_name(claim.metric, claim.actions));
}

}  // namespace

Table declared_claims(const Results& results) {
  Table table{.id = "table-declared-claims",
              .title = "The claims that the study file declares.",
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
  for (const auto& claim : results.claims.declared) {
    const auto& test = claim.verdict;
    table.rows.push_back({text_cell(claim.id), text_cell(claim.text), text_cell(claim.actions),
                          verdict_cell(test.verdict, key_of_claim(claim)), number_cell(test.estimate),
                          number_cell(test.bound), range_cell(test.ci95), number_cell(test.p_value),
                          number_cell(test.holm_p), number_cell(test.sign_flip_p), number_cell(test.n_seeds),
                          text_cell(claim.tested), text_cell(test.note)});
  }
  drop_empty_columns(table);
  return table;
}

}  // namespace windhover::report
