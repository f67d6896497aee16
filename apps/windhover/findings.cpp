#include "apps/windhover/findings.hpp"

#include <vector>

#include "apps/windhover/text.hpp"
#include <fmt/format.h>

#include "windhover/analysis/statements.hpp"
#include "windhover/analysis/wording.hpp"

namespace windhover::app {
namespace {

constexpr const char* score_form = "{:.2f}";
constexpr const char* difference_form = "{:+.2f}";

/// Mean and 95 % interval of each arm over seeds, and of the gap where there is one.
std::string score_table(const analysis::Results& results) {
  std::vector<std::vector<std::string>> rows = {{"cell"}};
  const auto& first_gap = results.cells.front().gap;
  for (const auto& arm : results.arms) rows[0].insert(rows[0].end(), {analysis::arm_label(arm), "95 %"});
  if (first_gap) {
    rows[0].insert(
        rows[0].end(),
        {analysis::arm_label(first_gap->first) + " - " + analysis::arm_label(first_gap->second), "95 %"});
  }
  for (const auto& cell : results.cells) {
    std::vector<std::string> row = {cell.id};
    for (const auto& arm : results.arms) {
      const auto& scores = cell.arms.at(arm).scores[results.primary].seed_level;
      row.insert(row.end(), {number_cell(scores.mean, score_form), interval_cell(scores.ci95)});
    }
    if (cell.gap) {
      const auto& gap = cell.gap->gaps[results.primary];
      row.insert(row.end(), {number_cell(gap.absolute, difference_form), interval_cell(gap.absolute_ci95)});
    }
    rows.push_back(std::move(row));
  }
  return table_text(rows);
}

/// The verdicts on effects under the choice of actions that is reported first; empty if there are none, as of
/// a study of one cell and arm.
std::string verdict_table(const analysis::Results& results) {
  std::vector<std::vector<std::string>> rows = {{"effect", "on", "estimate", "95 %", "Holm p", "verdict"}};
  for (const auto& statement : results.statements) {
    if (statement.actions != results.primary || !analysis::is_about_scores(statement)) continue;
    rows.push_back({statement.effect, statement.arm ? analysis::arm_label(*statement.arm) : "gap",
                    number_cell(statement.estimate, difference_form), interval_cell(statement.ci95),
                    number_cell(statement.holm_p.value_or(analysis::not_a_number), "{:.3f}"),
                    statement.verdict});
  }
  return rows.size() > 1 ? "\n" + table_text(rows) : "";
}

std::string findings_of(const analysis::Results& results) {
  if (results.runs.finished == 0 || results.cells.empty()) return "";
  return fmt::format("mean return per episode, {} actions, with its interval over seeds\n{}{}\n",
                     analysis::name_of(results.primary), score_table(results), verdict_table(results));
}

}  // namespace

std::string findings_text(const analysis::Results& results) {
  if (results.environments.empty()) return findings_of(results);
  std::string text;
  for (const auto& part : results.environments)
    text += fmt::format("{}: {}", part.name, findings_of(part.results));
  return text;
}

}  // namespace windhover::app
