#include "windhover/analysis/composition.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "windhover/analysis/study_facts.hpp"
#include "windhover/analysis/wording.hpp"

namespace windhover::analysis {
namespace {

constexpr const char* effects_note =
    "Returns of different environments, or of different profiles of one, have no common unit: every effect "
    "is within one of them, and none is averaged over them.";

class Composer {
 public:
  Composer(const std::vector<Part>& parts, const std::vector<Results>& analyses)
      : parts_(parts), analyses_(analyses) {}

  /// The entries of all parts' lists, each with where it is from. `list_of` names the list in an analysis.
  template <class ListOf>
  [[nodiscard]] auto joined(const ListOf& list_of) const {
    auto all = list_of(analyses_.front());
    all.clear();
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      for (const auto& entry : list_of(analyses_[i])) all.push_back(tagged(entry, parts_[i]));
    }
    return all;
  }
  template <class Entry>
  [[nodiscard]] std::vector<Entry> joined(std::vector<Entry> Results::*list) const {
    return joined([list](const Results& results) { return results.*list; });
  }
  template <class Entry>
  [[nodiscard]] std::vector<Entry> joined(std::vector<Entry> Effects::*list) const {
    return joined([list](const Results& results) { return results.effects.*list; });
  }

  /// What all parts agree on, else `otherwise`.
  template <class Value>
  [[nodiscard]] Value agreed(Value Results::*member, const Value& otherwise) const {
    const Value& first = analyses_.front().*member;
    const bool same =
        std::ranges::all_of(analyses_, [&](const Results& results) { return results.*member == first; });
    return same ? first : otherwise;
  }

  [[nodiscard]] std::vector<double> conditions() const {
    std::set<double> all;
    for (const auto& analysis : analyses_) all.insert(analysis.conditions.begin(), analysis.conditions.end());
    return {all.begin(), all.end()};
  }

  /// The one of the part that has it.
  [[nodiscard]] std::optional<NoiseFloor> noise_floor() const {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (analyses_[i].noise_floor) return tagged(*analyses_[i].noise_floor, parts_[i]);
    }
    return std::nullopt;
  }

  /// The cells in the study's order.
  [[nodiscard]] std::vector<CellResults> cells(const record::Study& study) const {
    const auto all = joined(&Results::cells);
    std::vector<CellResults> list;
    for (const auto& cell : study.cells) {
      const auto found = std::ranges::find(all, cell.id, &CellResults::id);
      if (found != all.end()) list.push_back(*found);
    }
    return list;
  }

  /// The policies that each cell is judged by, and every learner.
  [[nodiscard]] Policies policies() const {
    Policies all{.reference = analyses_.front().policies.reference,
                 .learners = joined([](const Results& results) { return results.policies.learners; })};
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      for (const auto& cell : parts_[i].cells) all.cells[cell] = analyses_[i].policies.of_cell(cell);
    }
    return all;
  }

  /// Sentences of all parts, each with the part's name in front.
  [[nodiscard]] std::vector<std::string> sentences(std::vector<std::string> SummarySentences::*list) const {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      for (const auto& text : analyses_[i].summary.*list)
        all.push_back(fmt::format("{}: {}", parts_[i].name, text));
    }
    return all;
  }

  /// What each part found, with the place of its statements in the joined list.
  [[nodiscard]] std::vector<SummarySentence> told(
      std::vector<SummarySentence> SummarySentences::*sentences) const {
    std::vector<SummarySentence> list;
    std::size_t before = 0;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      for (const auto& sentence : analyses_[i].summary.*sentences) {
        list.push_back({.text = fmt::format("{}: {}", parts_[i].name, sentence.text)});
        if (sentence.statement) list.back().statement = *sentence.statement + before;
      }
      before += analyses_[i].statements.size();
    }
    return list;
  }

  [[nodiscard]] SummarySentences summary() const {
    std::vector<std::string> names;
    for (const auto& part : parts_) names.push_back(part.name);
    return {.asked = fmt::format("What changes between the study's cells in each of {}? They have no common "
                                 "unit, so each is looked at on its own.",
                                 list_text(names)),
            .alerts = sentences(&SummarySentences::alerts),
            .quick = analyses_.front().summary.quick,
            .found = told(&SummarySentences::found),
            .second_look = told(&SummarySentences::second_look),
            .certainty = certainty(),
            .beats = sentences(&SummarySentences::beats),
            .warnings = sentences(&SummarySentences::warnings)};
  }

  [[nodiscard]] std::vector<std::string> certainty() const {
    const auto has_finished = [](const Results& analysis) { return analysis.runs.finished != 0; };
    if (!std::ranges::any_of(analyses_, has_finished)) return {};
    return {
        "An effect is confirmed within one environment and profile, by a paired t over seeds with a p "
        "below .05 after Holm's adjustment over what is declared there. The claims that the study declares "
        "are one family over the whole study."};
  }

  [[nodiscard]] std::vector<EnvironmentResults> environments() const {
    std::vector<EnvironmentResults> list;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      list.push_back({.name = parts_[i].name,
                      .environment = parts_[i].environment,
                      .profile = parts_[i].profile,
                      .results = analyses_[i]});
    }
    return list;
  }

 private:
  template <class Entry>
  static Entry tagged(Entry entry, const Part& part) {
    entry.origin = {.environment = part.environment, .profile = part.profile};
    return entry;
  }

  const std::vector<Part>& parts_;
  const std::vector<Results>& analyses_;
};

}  // namespace

void compose(Results& results, const record::Study& study, const std::vector<Part>& parts,
             const std::vector<Results>& analyses) {
  const Composer composer(parts, analyses);
  for (const auto member : {&Results::environment, &Results::profile, &Results::preset})
    results.*member = composer.agreed(member, std::string("varies"));
  results.primary = composer.agreed(&Results::primary, analyses.front().primary);
  results.sampled_first = composer.agreed(&Results::sampled_first, analyses.front().sampled_first);
  results.condition = composer.agreed(&Results::condition, std::optional<Condition>());
  results.action_names = composer.agreed(&Results::action_names, std::vector<std::string>());
  results.conditions = composer.agreed(&Results::conditions, composer.conditions());
  results.cells = composer.cells(study);
  results.collapse = composer.joined(&Results::collapse);
  results.statements = composer.joined(&Results::statements);
  results.families = composer.joined(&Results::families);
  results.velocity_curves = composer.joined(&Results::velocity_curves);
  results.action_curves = composer.joined(&Results::action_curves);
  results.training_curves = composer.joined(&Results::training_curves);
  results.best_for = composer.joined(&Results::best_for);
  results.recommendations = composer.joined(&Results::recommendations);
  results.effects = {.steps = composer.joined(&Effects::steps),
                     .contributions = composer.joined(&Effects::contributions),
                     .changes = composer.joined(&Effects::changes),
                     .note = effects_note};
  results.anova = {.greedy = composer.joined([](const Results& part) { return part.anova.greedy; }),
                   .sampled = composer.joined([](const Results& part) { return part.anova.sampled; })};
  results.performance_profiles.rule = analyses.front().performance_profiles.rule;
  results.noise_floor = composer.noise_floor();
  results.policies = composer.policies();
  results.summary = composer.summary();
  results.environments = composer.environments();
}

}  // namespace windhover::analysis
