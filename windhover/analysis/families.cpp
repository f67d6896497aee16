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
  Contrast* contrast = nullptr;
  std::string metric;
  std::optional<std::string> arm = {};  ///< none for the gap
};

void add_arms(std::vector<Tested>& all, std::map<std::string, Contrast>& arms, const std::string& metric) {
  for (auto& [arm, contrast] : arms) all.push_back({.contrast = &contrast, .metric = metric, .arm = arm});
}

/// In the order of record::family_metrics().
std::vector<Tested> contrasts_of(TestedEffect& tested) {
  std::vector<Tested> all;
  for (const auto& metric : record::family_metrics()) {
    if (metric == "mean") add_arms(all, tested.effect.mean, metric);
    if (metric == "gap" && tested.effect.gap)
      all.push_back({.contrast = &*tested.effect.gap, .metric = metric});
    if (metric == "cv") add_arms(all, tested.cv, metric);
    if (metric == "collapse") add_arms(all, tested.collapse, metric);
  }
  return all;
}

std::vector<std::string> declared_family(const record::Study& study) {
  return study.family.empty() ? record::family_metrics() : study.family;
}

FamilyMember member_of(const ContributionResults& contribution, const Tested& tested) {
  const auto& contrast = *tested.contrast;
  return {.label = contribution.label,
          .kind = contribution.kind,
          .metric = tested.metric,
          .arm = tested.arm,
          .n_seeds = contrast.n_seeds,
          .estimate = contrast.estimate,
          .ci95 = contrast.ci95,
          .p_value = contrast.p_value,
          .holm_p = contrast.holm_p.value_or(not_a_number)};
}

/// Of a step or a change: the CV there has an interval by bootstrap and no test.
void collect(std::vector<Contrast*>& explored, Effect& effect) {
  for (auto& [arm, contrast] : effect.mean) explored.push_back(&contrast);
  if (effect.gap) explored.push_back(&*effect.gap);
}

/// Contrasts that nobody declared beforehand, outside the contributions.
void collect_explored(std::vector<Contrast*>& explored, Effects& effects, std::vector<CellResults>& cells,
                      ActionChoice choice) {
  for (auto& cell : cells) {
    if (cell.gap) explored.push_back(&cell.gap->gaps[choice].contrast);
    for (auto& gap : cell.other_gaps) explored.push_back(&gap.gaps[choice].contrast);
  }
  for (auto& step : effects.steps) collect(explored, step.effects[choice].effect);
  for (auto& change : effects.changes) collect(explored, change.effects[choice].effect.effect);
}

TestFamily adjust_family(Effects& effects, std::vector<CellResults>& cells,
                         const std::vector<std::string>& metrics, ActionChoice choice) {
  std::vector<std::pair<const ContributionResults*, Tested>> members;
  std::vector<Contrast*> family;
  std::vector<Contrast*> explored;
  for (auto& contribution : effects.contributions) {
    for (auto& tested : contrasts_of(contribution.effects[choice])) {
      const bool declared = std::ranges::find(metrics, tested.metric) != metrics.end();
      (declared ? family : explored).push_back(tested.contrast);
      if (declared) members.emplace_back(&contribution, std::move(tested));
    }
  }
  collect_explored(explored, effects, cells, choice);
  add_adjusted_p(family, &Contrast::holm_p, stats::holm);
  add_adjusted_p(explored, &Contrast::bh_p, stats::benjamini_hochberg);
  TestFamily entry{
      .policy = choice,
      .rule = fmt::format("Holm over all main effects and interactions of {}; what else was looked "
                          "at is explored and adjusted by Benjamini and Hochberg.",
                          list_text(metrics)),
      .explored = explored.size()};
  for (const auto& [contribution, tested] : members)
    entry.members.push_back(member_of(*contribution, tested));
  return entry;
}

}  // namespace

std::vector<TestFamily> adjust_families(Effects& effects, std::vector<CellResults>& cells,
                                        const record::StudyRecord& record) {
  std::vector<TestFamily> families;
  const auto metrics = declared_family(record.study);
  for (const auto choice : choices_in_order(record))
    families.push_back(adjust_family(effects, cells, metrics, choice));
  return families;
}

}  // namespace windhover::analysis
