#include "apps/windhover/findings.hpp"

#include <vector>

#include "apps/windhover/text.hpp"
#include <fmt/format.h>

#include "windhover/analysis/wording.hpp"
#include "windhover/report/results_view.hpp"

namespace windhover::app {
namespace {

using report::member;
using Rows = std::vector<std::vector<std::string>>;

constexpr const char* score_form = "{:.2f}";
constexpr const char* difference_form = "{:+.2f}";

/// Mean and 95 % interval of each arm over seeds, and of the gap where there is one.
std::string score_table(const Json& results, const std::string& policy) {
  Rows rows = {{"cell"}};
  const Json& first_gap = member(results["cells"][0], "gap");
  for (const Json& arm : results["arms"])
    rows[0].insert(rows[0].end(), {analysis::arm_label(arm.get<std::string>()), "95 %"});
  if (first_gap.is_object()) {
    rows[0].insert(rows[0].end(), {analysis::arm_label(first_gap["first"].get<std::string>()) + " - " +
                                       analysis::arm_label(first_gap["second"].get<std::string>()),
                                   "95 %"});
  }
  for (const Json& cell : results["cells"]) {
    std::vector<std::string> row = {cell["id"].get<std::string>()};
    for (const Json& arm : results["arms"]) {
      const Json& scores = member(
          member(member(member(cell, "arms"), arm.get<std::string>().c_str()), policy.c_str()), "seed_level");
      row.insert(row.end(),
                 {number_cell(member(scores, "mean"), score_form), interval_cell(member(scores, "ci95"))});
    }
    if (first_gap.is_object()) {
      const Json& gap = member(member(cell, "gap"), policy.c_str());
      row.insert(row.end(), {number_cell(member(gap, "absolute"), difference_form),
                             interval_cell(member(gap, "absolute_ci95"))});
    }
    rows.push_back(std::move(row));
  }
  return table_text(rows);
}

/// The verdicts under that choice of actions; empty if there are none, as of a study of one cell.
std::string verdict_table(const Json& results, const std::string& policy) {
  Rows rows = {{"effect", "arm", "estimate", "95 %", "Holm p", "verdict"}};
  for (const Json& verdict : results["verdicts"]) {
    if (verdict["policy"] != policy) continue;
    rows.push_back(
        {verdict["label"].get<std::string>(), analysis::arm_label(verdict["arm"].get<std::string>()),
         number_cell(member(verdict, "estimate"), difference_form), interval_cell(member(verdict, "ci95")),
         number_cell(member(verdict, "holm_p"), "{:.3f}"), verdict["verdict"].get<std::string>()});
  }
  return rows.size() > 1 ? "\n" + table_text(rows) : "";
}

std::string findings_of(const Json& results) {
  if (member(member(results, "runs"), "finished") == 0 || member(results, "cells").empty()) return "";
  const auto policy = results["primary"].get<std::string>();
  return fmt::format("mean return per episode, {} actions, with its interval over seeds\n{}{}\n", policy,
                     score_table(results, policy), verdict_table(results, policy));
}

}  // namespace

std::string findings_text(const Json& results) {
  if (!results.contains("environments")) return findings_of(results);
  std::string text;
  for (const Json& part : results["environments"])
    text += fmt::format("{}: {}", part["name"].get<std::string>(), findings_of(part["results"]));
  return text;
}

}  // namespace windhover::app
