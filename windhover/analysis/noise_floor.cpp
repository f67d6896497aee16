#include "windhover/analysis/noise_floor.hpp"

#include <algorithm>
#include <cmath>

#include "windhover/analysis/inference.hpp"
#include "windhover/stats/contrast.hpp"
#include "windhover/stats/multiplicity.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::analysis {
namespace {

constexpr const char* noise_floor_rule =
    "The cell is trained and evaluated again under other seeds. The difference is the mean under those seeds "
    "less the mean under the study's, with the interval of Welch's two-sample t. Nothing but the seeds "
    "differs: "
    "a difference of this size between cells says nothing.";

NoiseDifference difference_of(std::span<const double> replicate, std::span<const double> original) {
  NoiseDifference entry{.difference = stats::mean(replicate) - stats::mean(original),
                        .n_seeds = {.replicate = replicate.size(), .study = original.size()}};
  const auto contrast = stats::welch_contrast(replicate, original);
  if (!contrast) {
    entry.note = contrast.error().message;
    return entry;
  }
  add_t_test(entry, *contrast);
  return entry;
}

/// The response under the replicate's seeds, each less `bound`, against that under the study's.
NoiseDifference of_response(const ScoreBook& book, const Response& response, double bound = 0) {
  const auto& floor = *book.study().noise_floor;
  const CellContrast cell = {{.cell = floor.cell, .coefficient = 1}};
  auto replicate = contrast_values(cell, response, floor.seeds);
  for (double& value : replicate) value -= bound;
  return difference_of(replicate, contrast_values(cell, response, book.study().seeds));
}

EffectVerdict verdict_of(double holm_p) {
  if (!std::isfinite(holm_p)) return EffectVerdict::not_decidable;
  return holm_p < significance_level ? EffectVerdict::shown_in_noise : EffectVerdict::not_shown;
}

/// Adjusts the p-values under one choice of actions, and says what each shows.
void add_verdicts(NoiseDifferences& differences) {
  std::vector<NoiseDifference*> tested;
  for (auto& [arm, difference] : differences.arms) tested.push_back(&difference);
  if (differences.gap) tested.push_back(&*differences.gap);
  std::vector<double> p_values;
  for (const auto* difference : tested) p_values.push_back(difference->p_value);
  const auto holm = adjusted(p_values, stats::holm);
  for (std::size_t i = 0; i < tested.size(); ++i) {
    tested[i]->holm_p = holm[i];
    tested[i]->verdict = verdict_of(holm[i]);
  }
}

NoiseDifferences under(const ScoreBook& book, ActionChoice choice) {
  NoiseDifferences differences;
  for (const auto& arm : book.study().arms) {
    const auto& difference = differences.arms[arm] = of_response(book, arm_mean(book, arm, choice));
    const double size = std::abs(difference.difference);
    double& largest = differences.largest_absolute;
    if (std::isfinite(size) && !(largest >= size)) largest = size;
  }
  if (const auto arms = gap_arms(book.study()))
    differences.gap = of_response(book, gap_response(book, *arms, choice));
  add_verdicts(differences);
  return differences;
}

}  // namespace

std::optional<NoiseFloor> noise_floor_of(const ScoreBook& book) {
  const auto& floor = book.study().noise_floor;
  if (!floor) return std::nullopt;
  NoiseFloor entry{.cell = floor->cell, .seeds = floor->seeds, .rule = noise_floor_rule};
  for (const auto choice : both_choices) entry.differences[choice] = under(book, choice);
  return entry;
}

Contrast noise_floor_test(const ScoreBook& book, const Response& response, double bound) {
  const auto test = of_response(book, response);
  const auto distance = bound == 0 ? test : of_response(book, response, bound);
  return {.n_seeds = std::min(test.n_seeds.replicate, test.n_seeds.study),
          .estimate = test.difference,
          .ci95 = test.ci95,
          .standard_error = test.standard_error,
          .degrees_of_freedom = test.degrees_of_freedom,
          .t = distance.t,
          .p_value = distance.p_value,
          .note = distance.note};
}

}  // namespace windhover::analysis
