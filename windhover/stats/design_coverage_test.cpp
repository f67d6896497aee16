#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/core/random.hpp"
#include "windhover/stats/anova_for_tests.hpp"
#include "windhover/stats/contrast.hpp"
#include "windhover/stats/cv.hpp"
#include "windhover/stats/multiplicity.hpp"
#include "windhover/stats/ratio.hpp"
#include "windhover/stats/simulated_share_for_tests.hpp"
#include "windhover/stats/summary.hpp"

/// Coverage and type-I error of what the analysis does with the project's own design, from fixed streams: a
/// 2x2 of cells over five seeds that they share, nine velocities correlated 0.8 within a run. Bands are four
/// standard errors of a simulated share around what theory says, unless said otherwise.
namespace windhover::stats::design {
namespace {

using testing::expect_share;
using testing::term;
using testing::two_crossed_factors;

constexpr std::size_t cells = 4;
constexpr std::size_t seeds = 5;
constexpr std::size_t velocities = 9;
// Variances of a score, 1 in all: what a seed does in every cell, what a run does at every velocity (so that
// velocities of a run correlate 0.8), and the rest.
constexpr double seed_variance = 0.4;
constexpr double run_variance = 0.4;
constexpr double rest_variance = 0.2;

constexpr std::array<double, cells> main_effect = {0.5, 0.5, -0.5, -0.5};
constexpr std::array<double, cells> other_main_effect = {0.5, -0.5, 0.5, -0.5};
constexpr std::array<double, cells> interaction = {1.0, -1.0, -1.0, 1.0};

/// scores[cell][seed][velocity] with these cell means.
using Scores = std::array<std::array<std::array<double, velocities>, seeds>, cells>;

Scores draw_scores(Stream& stream, const std::array<double, cells>& means = {}) {
  Scores scores{};
  for (std::size_t seed = 0; seed < seeds; ++seed) {
    const double of_seed = std::sqrt(seed_variance) * stream.normal();
    for (std::size_t cell = 0; cell < cells; ++cell) {
      const double of_run = means[cell] + of_seed + std::sqrt(run_variance) * stream.normal();
      for (double& score : scores[cell][seed]) score = of_run + std::sqrt(rest_variance) * stream.normal();
    }
  }
  return scores;
}

/// The contrast within each seed, of the means over velocities.
std::vector<double> contrast_values(const Scores& scores, const std::array<double, cells>& coefficients) {
  std::vector<double> values(seeds, 0.0);
  for (std::size_t cell = 0; cell < cells; ++cell) {
    for (std::size_t seed = 0; seed < seeds; ++seed)
      values[seed] += coefficients[cell] * mean(scores[cell][seed]);
  }
  return values;
}

TEST(DesignCoverage, OfThePairedIntervals) {
  constexpr int samples = 10'000;
  // A main effect of 1.0 and an interaction of -0.6.
  constexpr std::array<double, cells> means = {0.35, 0.65, -0.35, -0.65};
  Stream stream(StreamName{.seed = 21});
  int main_covered = 0;
  int interaction_covered = 0;
  for (int sample = 0; sample < samples; ++sample) {
    const Scores scores = draw_scores(stream, means);
    main_covered += paired_contrast(contrast_values(scores, main_effect))->interval.contains(1.0) ? 1 : 0;
    interaction_covered +=
        paired_contrast(contrast_values(scores, interaction))->interval.contains(-0.6) ? 1 : 0;
  }
  expect_share("coverage: paired t, main effect", main_covered, samples, 0.941, 0.959);
  expect_share("coverage: paired t, interaction", interaction_covered, samples, 0.941, 0.959);
}

TEST(DesignTypeOneError, OfThePairedTAndTheSignFlip) {
  constexpr int samples = 10'000;
  Stream stream(StreamName{.seed = 22});
  int by_t = 0;
  int by_sign_flip = 0;
  int below = 0;
  for (int sample = 0; sample < samples; ++sample) {
    const auto contrast = paired_contrast(contrast_values(draw_scores(stream), interaction));
    by_t += contrast->p_value <= 0.05 ? 1 : 0;
    by_sign_flip += contrast->sign_flip_p <= 0.0625 ? 1 : 0;
    below += contrast->sign_flip_p < 0.0625 ? 1 : 0;
  }
  expect_share("type I at .05: paired t, interaction", by_t, samples, 0.041, 0.059);
  expect_share("type I at .0625: sign flip, interaction", by_sign_flip, samples, 0.0525, 0.0725);
  expect_share("type I at .05: sign flip (can not reach it)", below, samples, 0.0, 0.0);
}

/// The family of a study with two arms: three effects of each arm's mean and of the gap.
std::vector<double> family_p_values(Stream& stream) {
  const Scores first = draw_scores(stream);
  const Scores second = draw_scores(stream);
  std::vector<double> p_values;
  for (const auto& coefficients : {main_effect, other_main_effect, interaction}) {
    const auto above = contrast_values(first, coefficients);
    const auto below = contrast_values(second, coefficients);
    std::vector<double> gap;
    for (std::size_t seed = 0; seed < seeds; ++seed) gap.push_back(above[seed] - below[seed]);
    for (const auto& values : {above, below, gap}) p_values.push_back(paired_contrast(values)->p_value);
  }
  return p_values;
}

bool any_below_5_percent(const std::vector<double>& p_values) {
  return std::any_of(p_values.begin(), p_values.end(), [](double p_value) { return p_value <= 0.05; });
}

TEST(DesignTypeOneError, OfTheFamilyByHolm) {
  constexpr int samples = 10'000;
  Stream stream(StreamName{.seed = 23});
  int unadjusted = 0;
  int by_holm = 0;
  for (int sample = 0; sample < samples; ++sample) {
    const auto p_values = family_p_values(stream);
    unadjusted += any_below_5_percent(p_values) ? 1 : 0;
    by_holm += any_below_5_percent(*holm(p_values)) ? 1 : 0;
  }
  // At most .05 by theory; the lower end only says that something is tested at all.
  expect_share("type I of the family at .05: Holm over 9 effects", by_holm, samples, 0.02, 0.059);
  expect_share("type I of the family at .05: not adjusted", unadjusted, samples, 0.25, 0.37);
}

/// Whole plots cell by cell, seed by seed.
std::vector<double> values_of(const Scores& scores) {
  std::vector<double> values;
  for (const auto& of_cell : scores) {
    for (const auto& of_run : of_cell) values.insert(values.end(), of_run.begin(), of_run.end());
  }
  return values;
}

struct SplitPlotRejections {
  int main = 0;
  int interaction = 0;
  int velocity = 0;
  int crossed = 0;

  void add(const std::vector<double>& values) {
    Factor row{"row", {}};
    Factor column{"column", {}};
    for (std::size_t cell = 0; cell < cells; ++cell) {
      row.levels.insert(row.levels.end(), seeds, static_cast<int>(cell / 2));
      column.levels.insert(column.levels.end(), seeds, static_cast<int>(cell % 2));
    }
    const auto anova =
        split_plot_anova(values, velocities, std::array{row, column}, two_crossed_factors, "velocity");
    main += term(anova->between_seeds, "row").p_value <= 0.05 ? 1 : 0;
    interaction += term(anova->between_seeds, "row:column").p_value <= 0.05 ? 1 : 0;
    velocity += term(anova->within_seeds, "velocity").p_value <= 0.05 ? 1 : 0;
    crossed += term(anova->within_seeds, "row:column:velocity").p_value <= 0.05 ? 1 : 0;
  }
};

TEST(DesignTypeOneError, OfTheSplitPlotOverItsOwnSeeds) {
  constexpr int samples = 3000;
  Stream stream(StreamName{.seed = 24});
  SplitPlotRejections rejections;
  for (int sample = 0; sample < samples; ++sample) {
    Scores scores{};  // every cell under seeds of its own
    for (auto& of_cell : scores) of_cell = draw_scores(stream)[0];
    rejections.add(values_of(scores));
  }
  expect_share("type I at .05: split plot, main effect", rejections.main, samples, 0.034, 0.066);
  expect_share("type I at .05: split plot, interaction", rejections.interaction, samples, 0.034, 0.066);
  expect_share("type I at .05: split plot, velocity", rejections.velocity, samples, 0.034, 0.066);
  expect_share("type I at .05: split plot, interaction by velocity", rejections.crossed, samples, 0.034,
               0.066);
}

TEST(DesignTypeOneError, OfTheSplitPlotOverSharedSeedsIsBelowItsLevel) {
  constexpr int samples = 3000;
  Stream stream(StreamName{.seed = 25});
  SplitPlotRejections rejections;
  for (int sample = 0; sample < samples; ++sample) rejections.add(values_of(draw_scores(stream)));
  // What a seed does in every cell is in the error and not in the effects: safe, and blunter than the pairs
  // here.
  expect_share("type I at .05: split plot, shared seeds, main effect", rejections.main, samples, 0.0, 0.035);
  expect_share("type I at .05: split plot, shared seeds, interaction", rejections.interaction, samples, 0.0,
               0.035);
  expect_share("type I at .05: split plot, shared seeds, velocity", rejections.velocity, samples, 0.034,
               0.066);
  expect_share("type I at .05: split plot, shared seeds, interaction by velocity", rejections.crossed,
               samples, 0.034, 0.066);
}

TEST(DesignCoverage, OfFiellersInterval) {
  constexpr int samples = 10'000;
  struct Case {
    const char* what;
    double denominator;
    double least;
    double most;
  };
  // A denominator that is far from 0, and one whose interval often covers it: the set is then unbounded, is
  // reported as none, and counts as covering.
  for (const auto& [what, denominator, least, most] :
       {Case{"coverage: Fieller, denominator 10 standard deviations from 0", 10.0, 0.941, 0.959},
        Case{"coverage: Fieller, denominator 1 standard deviation from 0", 1.0, 0.941, 1.0}}) {
    Stream stream(StreamName{.seed = 26});
    int covered = 0;
    for (int sample = 0; sample < samples; ++sample) {
      std::array<double, seeds> first{};
      std::array<double, seeds> second{};
      for (std::size_t seed = 0; seed < seeds; ++seed) {
        const double of_seed = std::sqrt(0.5) * stream.normal();
        first[seed] = 1.3 * denominator + of_seed + std::sqrt(0.5) * stream.normal();
        second[seed] = denominator + of_seed + std::sqrt(0.5) * stream.normal();
      }
      const auto ratio = paired_ratio_interval(first, second);
      covered += !ratio->bounded || ratio->interval.contains(1.3) ? 1 : 0;
    }
    expect_share(what, covered, samples, least, most);
  }
}

TEST(DesignCoverage, OfTheIntervalsOfACv) {
  constexpr int samples = 3000;
  constexpr double cv = 0.15;
  Stream stream(StreamName{.seed = 27});
  int exact = 0;
  int vangel = 0;
  for (int sample = 0; sample < samples; ++sample) {
    std::array<double, seeds> values{};
    for (double& value : values) value = 80.0 * (1.0 + cv * stream.normal());
    exact += cv_interval_exact(values)->contains(cv) ? 1 : 0;
    vangel += cv_interval_vangel(values)->contains(cv) ? 1 : 0;
  }
  expect_share("coverage: exact interval of a CV of .15", exact, samples, 0.934, 0.966);
  expect_share("coverage: Vangel's interval of a CV of .15", vangel, samples, 0.934, 0.966);
}

}  // namespace
}  // namespace windhover::stats::design
