#include "windhover/analysis/verdicts.hpp"

#include <algorithm>

#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/scores.hpp"
#include "windhover/stats/multiplicity.hpp"

namespace windhover::analysis {
namespace {

std::string verdict_of(const Json& holm_p) {
  if (!holm_p.is_number()) return "not decidable";
  return holm_p.get<double>() < significance_level ? "effect, confirmed" : "no effect shown";
}

/// Every effect on every arm under one choice of actions, without verdicts.
std::vector<Json> effects_under(const record::Study& study, const Json& effects, const std::string& policy) {
  std::vector<Json> list;
  for (const auto& contribution : effects["contributions"]) {
    for (const auto& arm : study.arms) {
      const Json& contrast = contribution[policy]["mean"][arm];
      Json entry = {
          {"label", contribution["label"]}, {"kind", contribution["kind"]}, {"arm", arm}, {"policy", policy}};
      for (const char* key :
           {"estimate", "ci95", "p_value", "sign_flip_p", "n_seeds", "minimum_detectable_effect", "note"}) {
        entry[key] = contrast[key];
      }
      list.push_back(std::move(entry));
    }
  }
  return list;
}

/// The same cell under other seeds, with the verdicts that the noise floor has.
void add_noise_floor(Json& list, const record::Study& study, const Json& floor, const std::string& policy) {
  if (!floor.is_object()) return;
  for (const auto& arm : study.arms) {
    const Json& difference = floor[policy][arm];
    Json entry = {{"label", floor["cell"].get<std::string>() + " again, under other seeds"},
                  {"kind", "noise floor"},
                  {"arm", arm},
                  {"policy", policy},
                  {"estimate", difference["difference"]},
                  {"n_seeds", std::min(difference["n_seeds"][0], difference["n_seeds"][1])},
                  {"sign_flip_p", nullptr},
                  {"minimum_detectable_effect", nullptr}};
    for (const char* key : {"ci95", "p_value", "holm_p", "note", "verdict"}) entry[key] = difference[key];
    list.push_back(std::move(entry));
  }
}

}  // namespace

Json verdicts_json(const record::Study& study, const Json& effects, const Json& noise_floor) {
  Json list = Json::array();
  for (const auto choice : both_choices) {
    auto entries = effects_under(study, effects, name_of(choice));
    std::vector<double> family;
    for (const auto& entry : entries) {
      if (entry["p_value"].is_number()) family.push_back(entry["p_value"].get<double>());
    }
    const auto adjusted = stats::holm(family);
    std::size_t next = 0;
    for (auto& entry : entries) {
      const bool tested = entry["p_value"].is_number() && adjusted.has_value();
      entry["holm_p"] = tested ? number((*adjusted)[next++]) : Json();
      entry["verdict"] = verdict_of(entry["holm_p"]);
      list.push_back(std::move(entry));
    }
    add_noise_floor(list, study, noise_floor, name_of(choice));
  }
  return list;
}

}  // namespace windhover::analysis
