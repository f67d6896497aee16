#include "windhover/analysis/composition.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "windhover/analysis/study_facts.hpp"
#include "windhover/analysis/wording.hpp"

namespace windhover::analysis {
namespace {

constexpr const char* effects_note =
    "Returns of different environments, or of different profiles of one, have no common unit: every effect "
    "is "
    "within one of them, and none is averaged over them.";

class Composer {
 public:
  Composer(const std::vector<Part>& parts, const std::vector<Json>& analyses)
      : parts_(parts), analyses_(analyses) {}

  /// The entries of all parts' lists at `place`, each with where it is from.
  [[nodiscard]] Json joined(const char* place) const {
    const Json::json_pointer pointer(place);
    Json list = Json::array();
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (!analyses_[i].contains(pointer)) continue;
      for (const Json& entry : analyses_[i].at(pointer)) list.push_back(tagged(entry, parts_[i]));
    }
    return list;
  }

  /// What all parts agree on at `key`, else `otherwise`.
  [[nodiscard]] Json agreed(const char* key, const Json& otherwise) const {
    const Json& first = analyses_.front()[key];
    const bool same =
        std::ranges::all_of(analyses_, [&](const Json& analysis) { return analysis[key] == first; });
    return same ? first : otherwise;
  }

  [[nodiscard]] Json conditions() const {
    std::set<double> all;
    for (const Json& analysis : analyses_) {
      for (const Json& condition : analysis["conditions"]) all.insert(condition.get<double>());
    }
    return all;
  }

  /// The one of the part that has it.
  [[nodiscard]] Json noise_floor() const {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (analyses_[i]["noise_floor"].is_object()) return tagged(analyses_[i]["noise_floor"], parts_[i]);
    }
    return {};
  }

  /// The cells in the study's order.
  [[nodiscard]] Json cells(const record::Study& study) const {
    const Json all = joined("/cells");
    Json list = Json::array();
    for (const auto& cell : study.cells) {
      const auto found = std::ranges::find_if(all, [&](const Json& entry) { return entry["id"] == cell.id; });
      if (found != all.end()) list.push_back(*found);
    }
    return list;
  }

  /// The policies that each cell is judged by, and every learner.
  [[nodiscard]] Json policies() const {
    Json cells = Json::object();
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const Json& policies = analyses_[i]["policies"];
      for (const auto& cell : parts_[i].cells) {
        const bool own = policies["cells"].contains(cell);
        const Json& source = own ? policies["cells"][cell] : policies;
        for (const char* key : {"reference_score", "simple", "upper_bound"}) {
          if (source.contains(key)) cells[cell][key] = source[key];
        }
      }
    }
    return {{"reference", analyses_.front()["policies"]["reference"]},
            {"reference_score", nullptr},
            {"simple", Json::array()},
            {"cells", std::move(cells)},
            {"upper_bound", nullptr},
            {"learners", joined("/policies/learners")}};
  }

  /// Sentences of all parts, each with the part's name in front.
  [[nodiscard]] Json sentences(const char* key) const {
    Json list = Json::array();
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      for (const Json& text : analyses_[i]["summary"][key])
        list.push_back(fmt::format("{}: {}", parts_[i].name, text.get<std::string>()));
    }
    return list;
  }

  /// What the verdicts of each part say, for the actions that it reports first.
  [[nodiscard]] Json found() const {
    Json list = Json::array();
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      auto text = nothing_finished_text(analyses_[i]["runs"]);
      if (text.empty()) text = verdicts_text(analyses_[i]);
      if (!text.empty()) list.push_back(fmt::format("{}: {}", parts_[i].name, text));
    }
    return list;
  }

  [[nodiscard]] Json summary() const {
    std::vector<std::string> names;
    for (const auto& part : parts_) names.push_back(part.name);
    return {{"asked", fmt::format("What changes between the study's cells in each of {}? They have no common "
                                  "unit, so each is looked at on its own.",
                                  list_text(names))},
            {"alerts", sentences("alerts")},
            {"quick", analyses_.front()["summary"]["quick"]},
            {"found", found()},
            {"certainty", certainty()},
            {"beats", sentences("beats")},
            {"warnings", sentences("warnings")}};
  }

  [[nodiscard]] Json certainty() const {
    Json list = Json::array();
    const auto has_finished = [](const Json& analysis) { return analysis["runs"]["finished"] != 0; };
    if (std::ranges::any_of(analyses_, has_finished)) {
      list.push_back(
          "An effect is confirmed within one environment and profile, by a paired t over seeds with a p "
          "below .05 after Holm's adjustment over the effects there. The claims that the study declares "
          "are one family over the whole study.");
    }
    return list;
  }

  [[nodiscard]] Json environments() const {
    Json list = Json::array();
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      list.push_back({{"name", parts_[i].name},
                      {"environment", parts_[i].environment},
                      {"profile", parts_[i].profile},
                      {"results", analyses_[i]}});
    }
    return list;
  }

 private:
  static Json tagged(Json entry, const Part& part) {
    entry["environment"] = part.environment;
    entry["profile"] = part.profile;
    return entry;
  }

  /// Empty if the part has no effects.
  static std::string verdicts_text(const Json& analysis) {
    std::vector<std::string> confirmed;
    std::size_t tested = 0;
    std::size_t undecidable = 0;
    for (const Json& verdict : analysis["verdicts"]) {
      if (verdict["policy"] != analysis["primary"] || verdict["kind"] == "noise floor") continue;
      ++(verdict["holm_p"].is_number() ? tested : undecidable);
      if (verdict["verdict"] == "effect, confirmed") confirmed.push_back(effect_text(verdict));
    }
    if (tested + undecidable == 0) return {};
    if (tested == 0) return fmt::format("none of {} effects is decidable.", undecidable);
    const auto rest =
        undecidable == 0 ? std::string() : fmt::format("; {} more are not decidable", undecidable);
    if (confirmed.empty()) return fmt::format("no effect shown, of {} tested{}.", tested, rest);
    return fmt::format("effects, confirmed: {}{}.", list_text(confirmed), rest);
  }

  static std::string effect_text(const Json& verdict) {
    return fmt::format("{} on {}'s mean, {} with {}", verdict["label"].get<std::string>(),
                       arm_label(verdict["arm"].get<std::string>()),
                       signed_text(verdict["estimate"].get<double>()), interval_text(verdict["ci95"]));
  }

  const std::vector<Part>& parts_;
  const std::vector<Json>& analyses_;
};

}  // namespace

void compose(Json& results, const record::Study& study, const std::vector<Part>& parts,
             const std::vector<Json>& analyses) {
  const Composer composer(parts, analyses);
  for (const char* key : {"environment", "profile", "preset"}) results[key] = composer.agreed(key, "varies");
  for (const char* key : {"primary", "sampled_first"})
    results[key] = composer.agreed(key, analyses.front()[key]);
  if (results.contains("condition_name")) results["condition_name"] = composer.agreed("condition_name", "");
  results["action_names"] = composer.agreed("action_names", Json::array());
  results["conditions"] = composer.agreed("conditions", composer.conditions());
  results["cells"] = composer.cells(study);
  for (const char* key : {"collapse", "verdicts", "families", "velocity_curves", "training_curves",
                          "best_for", "recommendations"}) {
    results[key] = composer.joined((std::string("/") + key).c_str());
  }
  results["effects"] = {{"note", effects_note}};
  for (const char* key : {"steps", "contributions", "changes"})
    results["effects"][key] = composer.joined((std::string("/effects/") + key).c_str());
  results["anova"] = {{"greedy", composer.joined("/anova/greedy")},
                      {"sampled", composer.joined("/anova/sampled")}};
  results["performance_profiles"] = {{"rule", analyses.front()["performance_profiles"]["rule"]},
                                     {"taus", Json::array()},
                                     {"curves", Json::array()}};
  results["noise_floor"] = composer.noise_floor();
  results["policies"] = composer.policies();
  results["summary"] = composer.summary();
  results["environments"] = composer.environments();
}

}  // namespace windhover::analysis
