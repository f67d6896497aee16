#include "windhover/analysis/families.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/scores.hpp"
#include "windhover/analysis/study_facts.hpp"
#include "windhover/analysis/wording.hpp"
#include "windhover/stats/multiplicity.hpp"

namespace windhover::analysis {
namespace {

/// A contrast in the results, and what it is a contrast of.
struct Tested {
  Json* contrast = nullptr;
  std::string metric;
  Json arm = {};  ///< null for the gap
};

/// The contrasts of one entry of the effects under one choice of actions.
std::vector<Tested> contrasts_of(Json& entry) {
  std::vector<Tested> all;
  for (const auto& metric : record::family_metrics()) {
    if (!entry.contains(metric) || entry[metric].is_null()) continue;
    Json& values = entry[metric];
    if (values.contains("estimate")) {
      all.push_back({.contrast = &values, .metric = metric});
      continue;
    }
    for (auto& [arm, contrast] : values.items()) {
      // The CV of a step or a change has an interval by bootstrap and no test.
      if (contrast.contains("p_value")) all.push_back({.contrast = &contrast, .metric = metric, .arm = arm});
    }
  }
  return all;
}

std::vector<std::string> declared_family(const record::StudyRecord& record) {
  const Json::json_pointer place("/analysis/family");
  const Json& config = record.study.config;
  if (!config.is_object() || !config.contains(place) || !config.at(place).is_array())
    return record::family_metrics();
  std::vector<std::string> metrics;
  for (const auto& metric : config.at(place)) {
    if (metric.is_string()) metrics.push_back(metric.get<std::string>());
  }
  return metrics;
}

Json member_json(const Json& contribution, const Tested& tested) {
  const Json& contrast = *tested.contrast;
  Json member = {{"label", contribution["label"]},
                 {"kind", contribution["kind"]},
                 {"metric", tested.metric},
                 {"arm", tested.arm}};
  for (const char* key : {"n_seeds", "estimate", "ci95", "p_value", "holm_p"}) member[key] = contrast[key];
  return member;
}

/// Contrasts that nobody declared beforehand, outside the contributions.
void collect_explored(std::vector<Json*>& explored, Json& effects, Json& cells, const std::string& policy) {
  for (auto& cell : cells) {
    if (!cell["gap"].is_null()) explored.push_back(&cell["gap"][policy]["contrast"]);
    for (auto& gap : cell["other_gaps"]) explored.push_back(&gap[policy]["contrast"]);
  }
  for (const char* list : {"steps", "changes"}) {
    for (auto& entry : effects[list]) {
      for (const auto& tested : contrasts_of(entry[policy])) explored.push_back(tested.contrast);
    }
  }
}

Json family_json(Json& effects, Json& cells, const std::vector<std::string>& metrics,
                 const std::string& policy) {
  std::vector<std::pair<const Json*, Tested>> members;
  std::vector<Json*> family;
  std::vector<Json*> explored;
  for (auto& contribution : effects["contributions"]) {
    for (auto& tested : contrasts_of(contribution[policy])) {
      const bool declared = std::ranges::find(metrics, tested.metric) != metrics.end();
      (declared ? family : explored).push_back(tested.contrast);
      if (declared) members.emplace_back(&contribution, std::move(tested));
    }
  }
  collect_explored(explored, effects, cells, policy);
  add_adjusted_p(family, "holm_p", stats::holm);
  add_adjusted_p(explored, "bh_p", stats::benjamini_hochberg);
  Json json = {{"policy", policy},
               {"rule", fmt::format("Holm over all main effects and interactions of {}; what else was looked "
                                    "at is explored and adjusted by Benjamini and Hochberg.",
                                    list_text(metrics))},
               {"explored", explored.size()},
               {"members", Json::array()}};
  for (const auto& [contribution, tested] : members) {
    json["members"].push_back(member_json(*contribution, tested));
  }
  return json;
}

}  // namespace

Json adjust_families(Json& effects, Json& cells, const record::StudyRecord& record) {
  Json families = Json::array();
  const auto metrics = declared_family(record);
  for (const auto choice : choices_in_order(record)) {
    families.push_back(family_json(effects, cells, metrics, name_of(choice)));
  }
  return families;
}

}  // namespace windhover::analysis
