#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "windhover/stats/anova_for_tests.hpp"
#include "windhover/stats/bootstrap_for_tests.hpp"
#include "windhover/stats/contrast.hpp"
#include "windhover/stats/distributions.hpp"
#include "windhover/stats/multiplicity.hpp"
#include "windhover/stats/permutation.hpp"
#include "windhover/stats/ratio.hpp"
#include "windhover/stats/robust.hpp"
#include "windhover/stats/summary.hpp"
#include "windhover/stats/tail.hpp"

/// What must hold for all data, tried on random ones (rapidcheck, from a fixed seed so that a run can be
/// repeated).
namespace windhover::stats {
namespace {

[[maybe_unused]] const int seeded = setenv("RC_PARAMS", "seed=20", 0);

/// Multiples of 1/8 between -100 and 100: sums are exact and ties occur.
rc::Gen<double> score() {
  return rc::gen::map(rc::gen::inRange(-800, 801), [](int eighths) { return eighths / 8.0; });
}

rc::Gen<std::vector<double>> scores(int fewest, int most) {
  return rc::gen::mapcat(rc::gen::inRange(fewest, most + 1), [](int count) {
    return rc::gen::container<std::vector<double>>(static_cast<std::size_t>(count), score());
  });
}

std::vector<double> shuffled(std::vector<double> values) {
  for (std::size_t i = values.size(); i > 1; --i) {
    std::swap(values[i - 1], values[static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(i)))]);
  }
  return values;
}

bool has_spread(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [&](double value) { return value != values.front(); });
}

RC_GTEST_PROP(FiellerProperty, RootsSolveTheQuadratic, ()) {
  const double a = *score();
  const double b = *score();
  const double v11 = std::fabs(*score()) / 50.0;
  const double v22 = std::fabs(*score()) / 50.0;
  const double v12 = *rc::gen::inRange(-10, 11) / 10.0 * std::sqrt(v11 * v22);
  const double freedom = *rc::gen::inRange(2, 40);
  const auto ratio = fieller(a, b, v11, v12, v22, freedom, 0.95);
  RC_ASSERT(ratio.has_value());
  const double t = student_t_quantile(0.975, freedom);
  RC_ASSERT(ratio->bounded == (t * t * v22 < b * b));
  if (!ratio->bounded) return;
  for (const double theta : {ratio->interval.lower, ratio->interval.upper}) {
    const double left = std::pow(a - theta * b, 2);
    const double right = t * t * (v11 - 2.0 * theta * v12 + theta * theta * v22);
    const double scale = a * a + theta * theta * b * b + t * t * (v11 + theta * theta * v22);
    RC_ASSERT(std::fabs(left - right) <= 1e-9 * scale + 1e-12);
  }
  const double slack = 1e-9 * (1.0 + std::fabs(a / b));
  RC_ASSERT(ratio->interval.lower <= a / b + slack);
  RC_ASSERT(a / b - slack <= ratio->interval.upper);
}

rc::Gen<std::vector<double>> p_values() {
  return rc::gen::container<std::vector<double>>(
      rc::gen::map(rc::gen::inRange(0, 1001), [](int thousandths) { return thousandths / 1000.0; }));
}

RC_GTEST_PROP(MultiplicityProperty, AdjustmentIsMonotoneAndOrderedByStrictness, ()) {
  const std::vector<double> family = *p_values();
  const std::vector<double> stepwise = holm(family).value();
  const std::vector<double> discovery = benjamini_hochberg(family).value();
  for (std::size_t i = 0; i < family.size(); ++i) {
    RC_ASSERT(family[i] <= discovery[i]);
    RC_ASSERT(discovery[i] <= stepwise[i] * (1.0 + 1e-12));
    RC_ASSERT(stepwise[i] <= static_cast<double>(family.size()) * family[i]);  // Bonferroni's
    RC_ASSERT(stepwise[i] <= 1.0);
    for (std::size_t j = 0; j < family.size(); ++j) {
      if (family[i] > family[j]) continue;
      RC_ASSERT(discovery[i] <= discovery[j]);
      RC_ASSERT(stepwise[i] <= stepwise[j]);
    }
  }
}

/// All n^n ordered resamples, each once.
std::vector<double> brute_force_means(const std::vector<double>& values) {
  const std::size_t n = values.size();
  std::size_t resamples = 1;
  for (std::size_t i = 0; i < n; ++i) resamples *= n;
  std::vector<double> means;
  for (std::size_t code = 0; code < resamples; ++code) {
    std::vector<double> resample;
    for (std::size_t rest = code, i = 0; i < n; ++i, rest /= n) resample.push_back(values[rest % n]);
    means.push_back(mean(resample));
  }
  std::sort(means.begin(), means.end());
  return means;
}

RC_GTEST_PROP(BootstrapProperty, ExactEnumerationEqualsBruteForce, ()) {
  const std::vector<double> values = *scores(2, 5);
  const auto distribution = testing::bootstrap_values(values, mean, Stream());
  RC_ASSERT(distribution.has_value());
  const std::vector<double> means = brute_force_means(values);
  const double whole = std::accumulate(distribution->weights.begin(), distribution->weights.end(), 0.0);
  RC_ASSERT(whole == static_cast<double>(means.size()));
  const std::vector<double> once(means.size(), 1.0);
  for (const double share : {0.025, 0.1, 0.5, 0.9, 0.975, 1.0}) {
    const double enumerated = weighted_quantile(distribution->replicates, distribution->weights, share);
    RC_ASSERT(std::fabs(enumerated - weighted_quantile(means, once, share)) <= 1e-9);
  }
}

RC_GTEST_PROP(SymmetryProperty, OrderOfTheSeedsDoesNotMatter, ()) {
  const std::vector<double> values = *scores(2, 6);
  RC_PRE(has_spread(values));
  const std::vector<double> others = shuffled(values);
  const auto near = [](double left, double right) {
    return std::fabs(left - right) <= 1e-9 * (1.0 + std::fabs(left));
  };

  const auto first = testing::bootstrap_values(values, mean, Stream());
  const auto second = testing::bootstrap_values(others, mean, Stream());
  const Interval percentile = percentile_interval(*first).value();
  RC_ASSERT(near(percentile.lower, percentile_interval(*second)->lower));
  RC_ASSERT(near(percentile.upper, percentile_interval(*second)->upper));

  RC_ASSERT(sign_flip_test(values)->two_sided_p == sign_flip_test(others)->two_sided_p);
  RC_ASSERT(near(paired_contrast(values)->t, paired_contrast(others)->t));
  const std::array<std::size_t, 1> the_seed{0};
  RC_ASSERT(
      near(InterquartileMean(SeedScores{values})(the_seed), InterquartileMean(SeedScores{others})(the_seed)));
  RC_ASSERT(near(*lower_cvar(values, 0.3), *lower_cvar(others, 0.3)));
}

RC_GTEST_PROP(SignFlipProperty, EqualsCountingEveryPattern, ()) {
  const std::vector<double> values = *scores(1, 9);
  const double observed = std::accumulate(values.begin(), values.end(), 0.0);
  int further = 0;
  const unsigned patterns = 1U << values.size();
  for (unsigned pattern = 0; pattern < patterns; ++pattern) {
    double sum = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i)
      sum += ((pattern >> i) & 1U) != 0 ? values[i] : -values[i];
    further += std::fabs(sum) >= std::fabs(observed) ? 1 : 0;
  }
  const auto flips = sign_flip_test(values);
  RC_ASSERT(flips.has_value());
  RC_ASSERT(flips->two_sided_p == static_cast<double>(further) / patterns);
  RC_ASSERT(flips->smallest_attainable_p <= flips->two_sided_p);

  std::vector<double> mirrored = values;
  for (double& value : mirrored) value = -value;
  RC_ASSERT(sign_flip_test(mirrored)->two_sided_p == flips->two_sided_p);
}

RC_GTEST_PROP(SummaryProperty, AgreesWithTheDefinitionWhateverTheLevel, ()) {
  const std::vector<double> values = *scores(2, 40);
  const double level = *rc::gen::element(0.0, 1e3, 1e9, -1e9);
  std::vector<double> lifted = values;
  for (double& value : lifted) value += level;  // exact: multiples of 1/8
  const double count = static_cast<double>(values.size());
  const double centre = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0.0;
  for (const double value : values) squares += (value - centre) * (value - centre);
  RC_ASSERT(std::fabs(standard_deviation(lifted, 1) - std::sqrt(squares / (count - 1.0))) <= 1e-9);
  RC_ASSERT(std::fabs(mean(lifted) - level - centre) <= 1e-6);
  RC_ASSERT(minimum(lifted) == *std::min_element(lifted.begin(), lifted.end()));
}

RC_GTEST_PROP(ProbabilityOfImprovementProperty, EqualsCountingPairs, ()) {
  const std::vector<double> first = *scores(1, 12);
  const std::vector<double> second = *scores(1, 12);
  double wins = 0.0;
  for (const double x : first) {
    for (const double y : second) wins += x > y ? 1.0 : (x == y ? 0.5 : 0.0);
  }
  const double pairs = static_cast<double>(first.size() * second.size());
  RC_ASSERT(std::fabs(*probability_of_improvement(first, second) - wins / pairs) <= 1e-12);
  RC_ASSERT(std::fabs(*probability_of_improvement(first, second) +
                      *probability_of_improvement(second, first) - 1.0) <= 1e-12);
}

RC_GTEST_PROP(AnovaProperty, TwoGroupsGiveTheSquaredPooledT, ()) {
  const std::vector<double> first = *scores(2, 8);
  const std::vector<double> second = *scores(2, 8);
  RC_PRE(has_spread(first) || has_spread(second));
  const double n1 = static_cast<double>(first.size());
  const double n2 = static_cast<double>(second.size());
  const double pooled_variance =
      (sum_of_squared_deviations(first) + sum_of_squared_deviations(second)) / (n1 + n2 - 2.0);
  const double t = (mean(first) - mean(second)) / std::sqrt(pooled_variance * (1.0 / n1 + 1.0 / n2));

  Factor group{"group", std::vector<int>(first.size(), 0)};
  group.levels.resize(first.size() + second.size(), 1);
  std::vector<double> all = first;
  all.insert(all.end(), second.begin(), second.end());
  const auto table = testing::anova_of_values(all, std::array{group}, std::array{ModelTerm{0}});
  RC_ASSERT(table.has_value());
  RC_ASSERT(std::fabs(table->terms[0].f - t * t) <= 1e-9 * (1.0 + t * t));
}

}  // namespace
}  // namespace windhover::stats
