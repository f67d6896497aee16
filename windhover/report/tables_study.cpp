#include <cmath>

#include "windhover/analysis/wording.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/tables.hpp"

namespace windhover::report {
namespace {

std::string plain(const Json& json) {
  return json.is_string() ? json.get<std::string>()
                          : json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// "key value, key value" of an object, or the value itself.
std::string flat(const Json& json) {
  if (!json.is_object()) return plain(json);
  std::string text;
  for (const auto& [key, value] : json.items())
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", key, flat(value));
  return text;
}

std::string duration(double seconds) {
  if (seconds < 120) return fmt::format("{:.1f} s", seconds);
  if (seconds < 7200) return fmt::format("{:.1f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

std::string comma_separated(const Json& list) {
  std::string text;
  for (const auto& item : list) text += (text.empty() ? "" : ", ") + plain(item);
  return text;
}

}  // namespace

Table study_facts(const Json& results) {
  Table table{
      .id = "table-study",
      .title = "The study.",
      .caption =
          "What was run. The digest is over every model's final parameters and every evaluation row; times "
          "and machine are "
          "not in it.",
      .columns = {{.head = "What", .kind = ColumnKind::label}, {.head = "Value", .kind = ColumnKind::text}}};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) table.rows.push_back({std::string(name), value});
  };
  const auto& runs = results.at("runs");
  add("Name", results.at("name").get<std::string>());
  add("Environment", plain(results.at("environment")));
  add("Profile", plain(results.at("profile")));
  add("Learner preset", plain(results.at("preset")));
  add("Quick version", results.at("quick") == true ? "yes" : "no");
  add("Arms", comma_separated(results.at("arms")));
  add("Seeds", comma_separated(results.at("seeds")));
  if (has_condition(results)) add("Test velocities, km/h", comma_separated(results.at("conditions")));
  add("Runs", fmt::format("{} of {} finished, {} failed, {} missing", runs.at("finished").dump(),
                          runs.at("expected").dump(), runs.at("failed").size(), runs.at("missing").size()));
  for (const auto& [name, key] :
       {std::pair{"Wall time", "wall_seconds"}, std::pair{"CPU time", "cpu_seconds"}}) {
    if (results.at(key).is_number()) add(name, duration(results.at(key).get<double>()));
  }
  for (const auto& [name, key] :
       {std::pair{"Version", "version"}, std::pair{"Build", "build"}, std::pair{"Machine", "machine"}}) {
    if (!results.at(key).is_null()) add(name, flat(results.at(key)));
  }
  const auto& note = member(results, "digest_note");
  if (results.at("digest").is_string()) {
    add("Digest", plain(results.at("digest")));
  } else if (note.is_string()) {
    add("Digest", "none: " + plain(note));
  }
  return table;
}

Table incomplete_runs(const Json& results) {
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
  for (const char* status : {"failed", "missing"}) {
    for (const auto& run : results.at("runs").at(status)) {
      table.rows.push_back({run.at("cell").get<std::string>(),
                            analysis::arm_label(run.at("arm").get<std::string>()),
                            number_cell(run.at("seed")), std::string(status),
                            run.contains("diagnosis") ? text_cell(run.at("diagnosis")) : Cell("")});
    }
  }
  return table;
}

}  // namespace windhover::report
