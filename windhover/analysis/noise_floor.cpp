#include "windhover/analysis/noise_floor.hpp"

#include <algorithm>
#include <cmath>

#include "windhover/analysis/inference.hpp"
#include "windhover/stats/contrast.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::analysis {
namespace {

constexpr const char* noise_floor_rule =
    "The cell is trained and evaluated again under other seeds. The difference is the mean under those seeds "
    "less the mean under the study's, with the interval of Welch's two-sample t. Nothing but the seeds "
    "differs: a difference of this size between cells says nothing.";

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
