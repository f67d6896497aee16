#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "windhover/core/random.hpp"
#include "windhover/core/result.hpp"
#include "windhover/stats/interval.hpp"

namespace windhover::stats {

/// The seed-cluster bootstrap: whole seeds are drawn with replacement, and whatever hangs on a seed
/// (episodes, velocities, workers) comes along with it. Source: Davison and Hinkley, "Bootstrap Methods and
/// their Application", 1997; exact enumeration after Fisher and Hall, "Bootstrap algorithms for small
/// samples", Journal of Statistical Planning and Inference 27(2), 1991.

/// A statistic of the seeds with these indices, some of them repeated, in ascending order when enumerated. It
/// must not depend on the order.
using SeedStatistic = std::function<double(std::span<const std::size_t> seeds)>;

/// Up to so many seeds every one of the C(2n-1, n) multisets is weighed instead of a random selection of
/// them.
inline constexpr std::size_t bootstrap_exact_limit = 10;
/// Below so many seeds a bootstrap interval is known to be too short: say so beside it.
inline constexpr std::size_t bootstrap_few_seeds = 10;
inline constexpr std::size_t bootstrap_default_replicates = 50'000;

/// The statistic over the resamples of the seeds.
struct BootstrapDistribution {
  double estimate = 0.0;           ///< of the seeds themselves
  std::vector<double> replicates;  ///< ascending
  std::vector<double> weights;     ///< of replicates[i]: out of n^n if all multisets are there, else 1
};

/// All resamples of `seed_count` seeds up to n = 10; above that `replicates` of them drawn from `stream`,
/// which should be of Purpose::bootstrap. 126 evaluations of the statistic for 5 seeds, 92 378 for 10.
/// Errors: fewer than two seeds, no replicates, a resample for which the statistic is not finite.
[[nodiscard]] Result<BootstrapDistribution> bootstrap_seeds(
    std::size_t seed_count, const SeedStatistic& statistic, Stream stream,
    std::size_t replicates = bootstrap_default_replicates);

/// The smallest value at which the accumulated weight reaches `share` of the whole (no interpolation).
/// Preconditions: values ascend, one weight per value, at least one value, 0 < share <= 1.
[[nodiscard]] double weighted_quantile(std::span<const double> values, std::span<const double> weights,
                                       double share);

/// Efron's percentile interval. Errors: a confidence outside (0, 1).
[[nodiscard]] Result<Interval> percentile_interval(const BootstrapDistribution& distribution,
                                                   double confidence = 0.95);

}  // namespace windhover::stats
