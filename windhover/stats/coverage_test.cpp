#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/core/random.hpp"
#include "windhover/stats/anova_for_tests.hpp"
#include "windhover/stats/bootstrap_for_tests.hpp"
#include "windhover/stats/contrast.hpp"
#include "windhover/stats/interval.hpp"
#include "windhover/stats/simulated_share_for_tests.hpp"
#include "windhover/stats/summary.hpp"

/// Coverage and type-I error of the defaults for our designs, by simulation from fixed streams: why the seed
/// is the replication unit.
namespace windhover::stats::coverage {
namespace {

using testing::anova_of_values;
using testing::bootstrap_values;
using testing::expect_share;
using testing::term;
using testing::two_crossed_factors;

constexpr std::size_t seeds = 5;
constexpr std::size_t velocities = 9;  // as many as the protocol tests
constexpr double correlation_between_velocities = 0.8;

/// scores[seed][velocity], standard normal with the correlation between velocities of one seed.
using Scores = std::array<std::array<double, velocities>, seeds>;

Scores draw_scores(Stream& stream) {
  Scores scores{};
  for (auto& of_seed : scores) {
    const double seed_effect = std::sqrt(correlation_between_velocities) * stream.normal();
    for (double& score : of_seed) {
      score = seed_effect + std::sqrt(1.0 - correlation_between_velocities) * stream.normal();
    }
  }
  return scores;
}

std::vector<double> seed_means(const Scores& scores) {
  std::vector<double> means;
  for (const auto& of_seed : scores) means.push_back(mean(of_seed));
  return means;
}

/// The wrong interval: seeds are redrawn at every velocity by itself, as if velocities were independent.
Interval velocity_stratified_interval(const Scores& scores, Stream& stream) {
  constexpr std::size_t replicates = 400;
  std::vector<double> means;
  for (std::size_t replicate = 0; replicate < replicates; ++replicate) {
    double sum = 0.0;
    for (std::size_t velocity = 0; velocity < velocities; ++velocity) {
      for (std::size_t draw = 0; draw < seeds; ++draw) {
        sum += scores[stream.uniform_below(static_cast<std::uint32_t>(seeds))][velocity];
      }
    }
    means.push_back(sum / static_cast<double>(seeds * velocities));
  }
  std::sort(means.begin(), means.end());
  const std::vector<double> weights(replicates, 1.0);
  return {weighted_quantile(means, weights, 0.025), weighted_quantile(means, weights, 0.975)};
}

TEST(Coverage, OfTheMeanOverFiveSeedsAndCorrelatedVelocities) {
  constexpr int samples = 2000;
  Stream data(StreamName{.seed = 11});
  Stream resampling(StreamName{.seed = 11, .purpose = Purpose::bootstrap});
  int by_t = 0;
  int by_cluster = 0;
  int by_velocity = 0;
  for (int sample = 0; sample < samples; ++sample) {
    const Scores scores = draw_scores(data);
    const std::vector<double> means = seed_means(scores);
    by_t += mean_interval_t(means)->contains(0.0) ? 1 : 0;
    const auto distribution = bootstrap_values(means, mean, resampling);
    by_cluster += percentile_interval(*distribution)->contains(0.0) ? 1 : 0;
    by_velocity += velocity_stratified_interval(scores, resampling).contains(0.0) ? 1 : 0;
  }
  // Nominally 0.95 each; the standard error of a simulated share is 0.005 to 0.011.
  expect_share("coverage: t on seed means", by_t, samples, 0.93, 0.97);
  expect_share("coverage: seed-cluster percentile bootstrap", by_cluster, samples, 0.81, 0.87);
  expect_share("coverage: bootstrap that takes velocities for independent", by_velocity, samples, 0.42, 0.50);
}

/// Values of the four cells of a 2x2 for one seed that they share.
std::array<double, 4> draw_cells_of_shared_seed(Stream& stream) {
  const double seed_effect = 2.0 * stream.normal();
  std::array<double, 4> cells{};
  for (double& cell : cells) cell = seed_effect + stream.normal();
  return cells;
}

TEST(TypeOneError, OfThePairedInteractionOverSharedSeeds) {
  constexpr int samples = 4000;
  Stream data(StreamName{.seed = 12});
  int by_t = 0;
  int by_sign_flip = 0;
  for (int sample = 0; sample < samples; ++sample) {
    std::vector<double> contrasts;
    for (std::size_t seed = 0; seed < 6; ++seed) {
      const auto cells = draw_cells_of_shared_seed(data);
      contrasts.push_back(cells[0] - cells[1] - cells[2] + cells[3]);
    }
    const Result<Contrast> contrast = paired_contrast(contrasts);
    by_t += contrast->p_value <= 0.05 ? 1 : 0;
    by_sign_flip += contrast->sign_flip_p <= 0.05 ? 1 : 0;
  }
  expect_share("type I at .05: paired t, interaction, 6 seeds", by_t, samples, 0.038, 0.062);
  // 1/32 is the only attainable level below 0.05.
  expect_share("type I at .05: sign flip, interaction, 6 seeds", by_sign_flip, samples, 1.0 / 32.0 - 0.01,
               1.0 / 32.0 + 0.01);
}

TEST(TypeOneError, OfWelchsTWithUnequalSpreads) {
  constexpr int samples = 4000;
  constexpr std::array spreads{1.0, 3.0};
  Stream data(StreamName{.seed = 13});
  int rejections = 0;
  for (int sample = 0; sample < samples; ++sample) {
    std::array<std::array<double, seeds>, spreads.size()> cells{};
    for (std::size_t cell = 0; cell < spreads.size(); ++cell) {
      for (double& value : cells[cell]) value = spreads[cell] * data.normal();
    }
    rejections += welch_contrast(cells[0], cells[1])->p_value <= 0.05 ? 1 : 0;
  }
  expect_share("type I at .05: Welch's t, unequal spreads", rejections, samples, 0.035, 0.065);
}

TEST(TypeOneError, OfTheSplitPlotAgainstPseudoReplication) {
  constexpr int samples = 500;
  Stream data(StreamName{.seed = 14});
  Factor row{"row", {}};
  Factor column{"column", {}};
  Factor row_of_value{"row", {}};
  Factor column_of_value{"column", {}};
  for (int cell = 0; cell < 4; ++cell) {
    row.levels.insert(row.levels.end(), seeds, cell / 2);
    column.levels.insert(column.levels.end(), seeds, cell % 2);
    row_of_value.levels.insert(row_of_value.levels.end(), seeds * velocities, cell / 2);
    column_of_value.levels.insert(column_of_value.levels.end(), seeds * velocities, cell % 2);
  }
  int by_seeds = 0;
  int by_rows = 0;
  int within_seeds = 0;
  for (int sample = 0; sample < samples; ++sample) {
    std::vector<double> values;
    for (int cell = 0; cell < 4; ++cell) {
      for (const auto& of_seed : draw_scores(data))
        values.insert(values.end(), of_seed.begin(), of_seed.end());
    }
    const auto split =
        split_plot_anova(values, velocities, std::array{row, column}, two_crossed_factors, "velocity");
    const auto pseudo_replicated =
        anova_of_values(values, std::array{row_of_value, column_of_value}, two_crossed_factors);
    by_seeds += term(split->between_seeds, "row:column").p_value <= 0.05 ? 1 : 0;
    within_seeds += term(split->within_seeds, "row:velocity").p_value <= 0.05 ? 1 : 0;
    by_rows += term(*pseudo_replicated, "row:column").p_value <= 0.05 ? 1 : 0;
  }
  expect_share("type I at .05: split plot, between seeds", by_seeds, samples, 0.02, 0.08);
  expect_share("type I at .05: split plot, within seeds", within_seeds, samples, 0.02, 0.08);
  expect_share("type I at .05: rows taken for replicates", by_rows, samples, 0.25, 1.0);
}

}  // namespace
}  // namespace windhover::stats::coverage
