#include "windhover/analysis/compare.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/linter.hpp"
#include "windhover/analysis/response.hpp"
#include "windhover/analysis/scores.hpp"
#include "windhover/analysis/study_facts.hpp"
#include "windhover/analysis/wording.hpp"
#include "windhover/core/json_leaves.hpp"
#include "windhover/stats/multiplicity.hpp"

namespace windhover::analysis {
namespace {

template <class Item>
bool holds(const std::vector<Item>& items, const Item& item) {
  return std::ranges::find(items, item) != items.end();
}

template <class Item>
std::vector<Item> missing_in(const std::vector<Item>& items, const std::vector<Item>& others) {
  std::vector<Item> missing;
  for (const auto& item : items) {
    if (!holds(others, item)) missing.push_back(item);
  }
  return missing;
}

template <class Item>
std::vector<Item> common(const std::vector<Item>& items, const std::vector<Item>& others) {
  std::vector<Item> shared;
  for (const auto& item : items) {
    if (holds(others, item)) shared.push_back(item);
  }
  return shared;
}

std::vector<std::string> cell_ids(const record::Study& study) {
  std::vector<std::string> ids;
  for (const auto& cell : study.cells) ids.push_back(cell.id);
  return ids;
}

Json study_json(const record::StudyRecord& record) {
  const auto counts = run_counts(record);
  Json json = {{"name", record.study.name},
               {"quick", record.study.quick},
               {"seeds", record.study.seeds},
               {"runs_finished", counts["finished"]},
               {"runs_failed", counts["failed"].size()},
               {"runs_expected", counts["expected"]}};
  add_digest(json, record);
  for (const char* key : {"environment", "profile", "preset"}) json[key] = study_text(record, key);
  json["version"] = manifest_entry(record, "version");
  return json;
}

Json only_in(const record::Study& study, const record::Study& other) {
  return {{"cells", missing_in(cell_ids(study), cell_ids(other))},
          {"arms", missing_in(study.arms, other.arms)},
          {"seeds", missing_in(study.seeds, other.seeds)}};
}

/// [{key, first, second}] of the effective configurations, null where a study has no such key. The name is
/// no setting.
Json differences_json(const Json& first, const Json& second) {
  const auto before = json_leaves(first);
  const auto after = json_leaves(second);
  std::set<std::string> keys;
  for (const auto& leaves : {before, after}) {
    for (const auto& [key, value] : leaves) keys.insert(key);
  }
  keys.erase("name");
  Json list = Json::array();
  for (const auto& key : keys) {
    const Json left = before.contains(key) ? before.at(key) : Json();
    const Json right = after.contains(key) ? after.at(key) : Json();
    if (left != right) list.push_back({{"key", key}, {"first", left}, {"second", right}});
  }
  return list;
}

/// The names of the differing settings that `wanted` accepts.
template <class Predicate>
std::vector<std::string> differing(const Json& differences, const Predicate& wanted) {
  std::vector<std::string> keys;
  for (const auto& difference : differences) {
    auto key = difference["key"].get<std::string>();
    if (wanted(key)) keys.push_back(std::move(key));
  }
  return keys;
}

bool is_of_environment(const std::string& key) {
  return key == "environment" || key == "profile" || key.starts_with("environment_fields.");
}

Json warnings_json(const Json& studies, const Json& differences, const std::vector<std::uint64_t>& seeds) {
  Json list = Json::array();
  const auto environment = differing(differences, is_of_environment);
  if (!environment.empty()) {
    list.push_back(
        fmt::format("The environments differ ({}), so the scores of the two studies are not comparable: a "
                    "difference says "
                    "nothing of the learners.",
                    list_text(environment)));
  }
  const auto evaluation =
      differing(differences, [](const std::string& key) { return key.starts_with("evaluation."); });
  if (!evaluation.empty()) {
    list.push_back(fmt::format("The evaluations differ ({}), so the scores rest on other episodes.",
                               list_text(evaluation)));
  }
  const Json& first = studies["first"];
  const Json& second = studies["second"];
  if (first["quick"] != second["quick"])
    list.push_back(
        "One of the studies is a quick version, trained and evaluated more shortly than the other.");
  if (seeds.empty()) list.push_back("The studies have no seed in common, so nothing is paired or tested.");
  if (first["digest"].is_string() && first["digest"] == second["digest"])
    list.push_back("Both have the same digest: they are the same study.");
  for (const auto* study : {&first, &second}) {
    if ((*study)["runs_finished"] == (*study)["runs_expected"]) continue;
    list.push_back(fmt::format("Of {}, {} of {} finished; means are over those.",
                               (*study)["name"].get<std::string>(), (*study)["runs_finished"].dump(),
                               count_text((*study)["runs_expected"].get<std::size_t>(), "run")));
  }
  return list;
}

/// What each seed of a study has to say of a cell.
struct SeedNumbers {
  const record::Study& study;
  Response response;

  [[nodiscard]] std::vector<double> all(const std::string& cell) const {
    std::vector<double> values;
    for (const auto seed : study.seeds) {
      if (const auto value = response(cell, seed)) values.push_back(*value);
    }
    return values;
  }
};

/// One number of one cell in both studies.
Json comparison_json(const SeedNumbers& first, const SeedNumbers& second, const std::string& cell,
                     ActionChoice choice) {
  std::vector<double> differences;
  Json seeds = Json::array();
  for (const auto seed : common(first.study.seeds, second.study.seeds)) {
    const auto before = first.response(cell, seed);
    const auto after = second.response(cell, seed);
    if (!before || !after) continue;
    seeds.push_back(seed);
    differences.push_back(*after - *before);
  }
  Json contrast = contrast_json(differences);
  if (differences.empty()) contrast["note"] = "no seed that both studies finished";
  return {{"cell", cell},
          {"policy", name_of(choice)},
          {"first", mean_json(first.all(cell))},
          {"second", mean_json(second.all(cell))},
          {"seeds", std::move(seeds)},
          {"seed_values", numbers(differences)},
          {"difference", std::move(contrast)}};
}

void add_holm_p(Json& list) {
  std::vector<Json*> contrasts;
  for (auto& entry : list) contrasts.push_back(&entry["difference"]);
  add_adjusted_p(contrasts, "holm_p", stats::holm);
}

/// The mean of every arm that both studies have.
Json comparisons_json(const ScoreBook& first, const ScoreBook& second) {
  Json list = Json::array();
  for (const auto choice : choices_in_order(first.record())) {
    for (const auto& cell : common(cell_ids(first.study()), cell_ids(second.study()))) {
      for (const auto& arm : common(first.study().arms, second.study().arms)) {
        list.push_back(comparison_json({first.study(), arm_mean(first, arm, choice)},
                                       {second.study(), arm_mean(second, arm, choice)}, cell, choice));
        list.back()["arm"] = arm;
      }
    }
  }
  add_holm_p(list);
  return list;
}

/// The gap, if both studies have it between the same arms.
Json gaps_json(const ScoreBook& first, const ScoreBook& second) {
  Json list = Json::array();
  const auto arms = gap_arms(first.study());
  const auto others = gap_arms(second.study());
  if (!arms || !others || arms->first != others->first || arms->second != others->second) return list;
  for (const auto choice : choices_in_order(first.record())) {
    for (const auto& cell : common(cell_ids(first.study()), cell_ids(second.study()))) {
      list.push_back(comparison_json({first.study(), gap_response(first, *arms, choice)},
                                     {second.study(), gap_response(second, *arms, choice)}, cell, choice));
      list.back()["arms"] = {arms->first, arms->second};
    }
  }
  add_holm_p(list);
  return list;
}

Result<void> check_comparable(const record::StudyRecord& first, const record::StudyRecord& second) {
  for (const auto* record : {&first, &second}) {
    if (run_counts(*record)["finished"] != 0) continue;
    return failure(fmt::format("the {} study, '{}', has no finished run: there is nothing to compare",
                               record == &first ? "first" : "second", record->study.name));
  }
  const auto check = [](const char* what, const std::vector<std::string>& left,
                        const std::vector<std::string>& right) -> Result<void> {
    if (!common(left, right).empty()) return {};
    return failure(fmt::format("the studies have no {} in common: the first has {}, the second {}", what,
                               list_text(left), list_text(right)));
  };
  WINDHOVER_RETURN_IF_ERROR(check("cell", cell_ids(first.study), cell_ids(second.study)));
  return check("arm", first.study.arms, second.study.arms);
}

}  // namespace

Result<Json> compare(const record::StudyRecord& first, const record::StudyRecord& second) {
  WINDHOVER_RETURN_IF_ERROR(check_comparable(first, second));
  const auto seeds = common(first.study.seeds, second.study.seeds);
  const ScoreBook before(first);
  const ScoreBook after(second);
  Json json = {
      {"schema", comparison_schema},
      {"studies", {{"first", study_json(first)}, {"second", study_json(second)}}},
      {"seeds", seeds},
      {"rule",
       "Differences are second less first, within each seed that both studies finished: paired t, "
       "the exact sign flip beside it, Holm over all comparisons listed, those of gaps by themselves."},
      {"only_in_first", only_in(first.study, second.study)},
      {"only_in_second", only_in(second.study, first.study)},
      {"differences", differences_json(first.study.config, second.study.config)},
      {"comparisons", comparisons_json(before, after)},
      {"gaps", gaps_json(before, after)}};
  json["warnings"] = warnings_json(json["studies"], json["differences"], seeds);
  if (const auto checked = lint(json); !checked) return in_context("the claim linter", checked.error());
  return json;
}

}  // namespace windhover::analysis
