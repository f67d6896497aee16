#include "windhover/analysis/cells.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/robust_scores.hpp"
#include "windhover/analysis/wording.hpp"
#include "windhover/stats/summary.hpp"
#include "windhover/stats/tail.hpp"

namespace windhover::analysis {
namespace {

/// Rows of one seed are not independent, so it is seeds that are counted.
std::string worst_caveat(std::size_t rows, std::size_t seeds) {
  if (rows == 0 || seeds >= stats::fewest_for_minimum_bound) return {};
  return fmt::format(
      "the lowest of {} from {}; a minimum bounds 95 % of the population with 95 % confidence only from {} "
      "independent seeds on",
      count_text(rows, "row"), count_text(seeds, "seed"), stats::fewest_for_minimum_bound);
}

std::vector<std::uint64_t> seeds_of(const std::vector<const RunScores*>& runs) {
  std::vector<std::uint64_t> seeds;
  seeds.reserve(runs.size());
  for (const auto* run : runs) seeds.push_back(run->run().id.seed);
  return seeds;
}

SeedMean worst_by_seed(const std::vector<const RunScores*>& runs, ActionChoice choice) {
  std::vector<double> values;
  values.reserve(runs.size());
  for (const auto* run : runs) values.push_back(run->worst_condition(choice));
  return seed_mean(values);
}

/// Parameters of one model in this cell, as its runs have it; none if no run says.
std::optional<std::int64_t> parameters_of(const ScoreBook& book, const std::string& cell) {
  for (const auto* run : book.runs_of(cell)) {
    if (run->summary.parameters > 0) return run->summary.parameters;
  }
  return std::nullopt;
}

CellArm cell_arm(const ScoreBook& book, const std::string& cell, const std::string& arm) {
  CellArm entry;
  for (const auto* run : book.finished(cell, arm)) entry.models += run->run().summary.models;
  for (const auto choice : both_choices) entry.scores[choice] = arm_scores(book, cell, arm, choice);
  return entry;
}

/// The gap of the study, and in `other_gaps` the first arm against every other one.
void add_gaps(CellResults& entry, const ScoreBook& book, const ArmPair& arms) {
  const auto both = [&](const ArmPair& pair) {
    ArmGap gap{.first = pair.first, .second = pair.second};
    for (const auto choice : both_choices) gap.gaps[choice] = gap_of(book, entry.id, pair, choice);
    return gap;
  };
  entry.gap = both(arms);
  for (const auto& arm : book.study().arms) {
    if (arm == arms.first || arm == arms.second) continue;
    entry.other_gaps.push_back(both({.first = arms.first, .second = arm}));
  }
}

/// Quotients of the published study; a denominator of 0 or less gives none, with the reason.
PublishedQuotients published_quotients(const ScoreBook& book, const CellResults& cell, const ArmPair& arms,
                                       ActionChoice choice) {
  const auto& first = cell.arms.at(arms.first).scores[choice];
  const auto& second = cell.arms.at(arms.second).scores[choice];
  RobustnessRatio ratio{.note = first.worst_caveat};
  if (second.worst > 0) {
    ratio.value = first.worst / second.worst;
  } else if (second.worst == 0) {
    ratio.infinite = first.worst > 0;
    ratio.note = "the second arm's worst case is 0";
  } else {
    ratio.note = "the second arm's worst case is below 0 or not available";
  }
  return {.robustness_ratio = std::move(ratio),
          .stability_advantage = stability_advantage(book, cell.id, arms, choice)};
}

}  // namespace

ArmScores arm_scores(const ScoreBook& book, const std::string& cell, const std::string& arm,
                     ActionChoice choice) {
  const auto runs = book.finished(cell, arm);
  const auto rows = pooled_rows(runs, choice);
  const auto means = seed_means(runs, choice);
  const double mean = stats::mean(rows);
  const auto no_cv = rows.empty() ? std::string() : ratio_obstacle(mean);
  return {.rows = rows.size(),
          .mean = mean,
          .deviation = stats::standard_deviation(rows, 0),
          .cv = no_cv.empty() ? stats::coefficient_of_variation(rows, 0) : not_a_number,
          .cv_note = no_cv,
          .cv_bootstrap = cell_cv(book, cell, arm, choice),
          .worst = stats::minimum(rows),
          .worst_caveat = worst_caveat(rows.size(), runs.size()),
          .cvar05 = stats::lower_cvar(rows).value_or(not_a_number),
          .seeds = seeds_of(runs),
          .seed_means = means,
          .seed_level = seed_mean(means),
          .cv_exact = seed_cv(means),
          .iqm = iqm_of(runs, choice),
          .worst_velocity_by_seed = worst_by_seed(runs, choice)};
}

Gap gap_of(const ScoreBook& book, const std::string& cell, const ArmPair& arms, ActionChoice choice) {
  std::vector<double> first;
  std::vector<double> second;
  Gap gap;
  for (const auto seed : book.study().seeds) {
    const auto* above = book.find(cell, arms.first, seed);
    const auto* below = book.find(cell, arms.second, seed);
    if (above == nullptr || below == nullptr) continue;
    gap.seeds.push_back(seed);
    first.push_back(above->mean(choice));
    second.push_back(below->mean(choice));
    gap.seed_values.push_back(first.back() - second.back());
  }
  gap.contrast = contrast_of(gap.seed_values);
  gap.absolute = gap.contrast.estimate;
  gap.absolute_ci95 = gap.contrast.ci95;
  auto percent = percent_of(first, second);
  gap.percent = percent.percent;
  gap.percent_ci95 = percent.interval;
  gap.unbounded = percent.unbounded;
  gap.note = std::move(percent.note);
  gap.probability_of_improvement = probability_of_improvement(book, cell, arms, choice);
  return gap;
}

std::vector<CellResults> cell_results(const ScoreBook& book) {
  std::vector<CellResults> cells;
  const auto arms = gap_arms(book.study());
  for (const auto& cell : book.study().cells) {
    CellResults entry{.id = cell.id, .factors = cell.factors, .parameters = parameters_of(book, cell.id)};
    for (const auto& arm : book.study().arms) entry.arms[arm] = cell_arm(book, cell.id, arm);
    if (arms) {
      add_gaps(entry, book, *arms);
      auto& quotients = entry.published_quotients.emplace();
      for (const auto choice : both_choices)
        quotients[choice] = published_quotients(book, entry, *arms, choice);
    }
    cells.push_back(std::move(entry));
  }
  return cells;
}

}  // namespace windhover::analysis
