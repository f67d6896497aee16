#include <cmath>

#include "windhover/analysis/wording.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/tables.hpp"

namespace windhover::report {
namespace {

/// "key: value, key: value", the members of a struct as they stand in its document.
std::string listed(const Json& members) {
  std::string text;
  for (const auto& [key, member] : members.items()) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", key,
                        member.is_string() ? member.get<std::string>() : member.dump());
  }
  return text;
}

std::string made_by_text(const std::vector<analysis::RunsBy>& made_by) {
  std::string text;
  for (const auto& [provenance, runs] : made_by) {
    text += fmt::format("{}{} by {} on {}", text.empty() ? "" : "; ", analysis::count_text(runs, "run"),
                        record::build_text(provenance.build), provenance.machine.processor);
  }
  return text;
}

std::string duration(double seconds) {
  if (seconds < 120) return fmt::format("{:.1f} s", seconds);
  if (seconds < 7200) return fmt::format("{:.1f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

template <class Item>
std::string comma_separated(const std::vector<Item>& list) {
  std::string text;
  for (const Item& item : list) text += fmt::format("{}{}", text.empty() ? "" : ", ", item);
  return text;
}

}  // namespace

Table study_facts(const Results& results) {
  Table table{
      .id = "table-study",
      .title = "The study.",
      .caption =
          "What was run. The digest is over every model's final parameters and every evaluation row; times "
          "and machine are not in it.",
      .columns = {{.head = "What", .kind = ColumnKind::label}, {.head = "Value", .kind = ColumnKind::text}}};
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) table.rows.push_back({name, value});
  };
  const auto& runs = results.runs;
  add("Name", results.name);
  add("Environment", results.environment);
  add("Profile", results.profile);
  add("Learner preset", results.preset);
  add("Quick version", results.quick ? "yes" : "no");
  add("Arms", comma_separated(results.arms));
  add("Seeds", comma_separated(results.seeds));
  if (has_condition(results)) add(condition_head(results), comma_separated(results.conditions));
  add("Runs", fmt::format("{} of {} finished, {} failed, {} missing", runs.finished, runs.expected,
                          runs.failed.size(), runs.missing.size()));
  if (std::isfinite(results.wall_seconds)) add("Wall time", duration(results.wall_seconds));
  if (std::isfinite(results.cpu_seconds)) add("CPU time", duration(results.cpu_seconds));
  if (results.build) add("Build", record::build_text(*results.build));
  if (results.machine) add("Machine", listed(described::to_json(*results.machine)));
  if (results.made_by.size() > 1) add("Made by", made_by_text(results.made_by));
  const auto& [digest, note] = results.digest;
  add("Digest", digest ? *digest : "none: " + note);
  return table;
}

Table incomplete_runs(const Results& results) {
  Table table{.id = "table-incomplete-runs",
              .title = "Runs without scores.",
              .caption =
                  "Means are over the other seeds of the same cell and arm; paired comparisons leave these "
                  "seeds out.",
              .columns = {{.head = "Cell", .kind = ColumnKind::label},
                          {.head = "Arm", .kind = ColumnKind::label},
                          {.head = "Seed", .decimals = 0},
                          {.head = "Status", .kind = ColumnKind::verdict},
                          {.head = "Diagnosis", .kind = ColumnKind::text}}};
  const auto add = [&](const std::vector<analysis::IncompleteRun>& runs, const char* status) {
    for (const auto& run : runs) {
      table.rows.push_back({run.cell, analysis::arm_label(run.arm), number_cell(run.seed),
                            std::string(status), run.diagnosis ? text_cell(run.diagnosis) : Cell("")});
    }
  };
  add(results.runs.failed, "failed");
  add(results.runs.missing, "missing");
  return table;
}

}  // namespace windhover::report
