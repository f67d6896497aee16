#include "windhover/analysis/verdicts.hpp"

#include <algorithm>
#include <cmath>

#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/scores.hpp"
#include "windhover/stats/multiplicity.hpp"

namespace windhover::analysis {
namespace {

EffectVerdict verdict_of_effect(double holm_p) {
  if (!std::isfinite(holm_p)) return EffectVerdict::not_decidable;
  return holm_p < significance_level ? EffectVerdict::confirmed : EffectVerdict::not_shown;
}

/// Every effect on every arm under one choice of actions.
std::vector<Verdict> effects_under(const record::Study& study, const Effects& effects, ActionChoice choice) {
  std::vector<Verdict> list;
  std::vector<double> p_values;
  for (const auto& contribution : effects.contributions) {
    for (const auto& arm : study.arms) {
      const auto& contrast = contribution.effects[choice].effect.mean.at(arm);
      p_values.push_back(contrast.p_value);
      list.push_back({.label = contribution.label,
                      .kind = contribution.kind,
                      .arm = arm,
                      .policy = choice,
                      .estimate = contrast.estimate,
                      .ci95 = contrast.ci95,
                      .p_value = contrast.p_value,
                      .sign_flip_p = contrast.sign_flip_p,
                      .n_seeds = contrast.n_seeds,
                      .minimum_detectable_effect = contrast.minimum_detectable_effect,
                      .note = contrast.note});
    }
  }
  const auto holm = adjusted(p_values, stats::holm);
  for (std::size_t i = 0; i < list.size(); ++i) {
    list[i].holm_p = holm[i];
    list[i].verdict = verdict_of_effect(holm[i]);
  }
  return list;
}

/// The same cell under other seeds, with the verdicts that the noise floor has.
void add_noise_floor(std::vector<Verdict>& list, const record::Study& study, const NoiseFloor& floor,
                     ActionChoice choice) {
  for (const auto& arm : study.arms) {
    const auto& difference = floor.differences[choice].arms.at(arm);
    list.push_back({.label = floor.cell + " again, under other seeds",
                    .kind = "noise floor",
                    .arm = arm,
                    .policy = choice,
                    .verdict = difference.verdict,
                    .estimate = difference.difference,
                    .ci95 = difference.ci95,
                    .p_value = difference.p_value,
                    .holm_p = difference.holm_p,
                    .n_seeds = std::min(difference.n_seeds.replicate, difference.n_seeds.study),
                    .note = difference.note});
  }
}

}  // namespace

std::vector<Verdict> verdicts_on(const record::Study& study, const Effects& effects,
                                 const std::optional<NoiseFloor>& noise_floor) {
  std::vector<Verdict> list;
  for (const auto choice : both_choices) {
    for (auto& entry : effects_under(study, effects, choice)) list.push_back(std::move(entry));
    if (noise_floor) add_noise_floor(list, study, *noise_floor, choice);
  }
  return list;
}

}  // namespace windhover::analysis
