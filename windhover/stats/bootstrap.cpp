#include "windhover/stats/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

#include <fmt/format.h>

#include "windhover/core/contract.hpp"
#include "windhover/stats/checks.hpp"

namespace windhover::stats {
namespace {

struct Replicate {
  double value;
  double weight;
};

double factorial(std::size_t n) {
  double product = 1.0;
  for (std::size_t k = 2; k <= n; ++k) product *= static_cast<double>(k);
  return product;
}

/// n! / prod (times each index occurs)!: how many draws in order give this multiset. Precondition: `seeds`
/// ascend.
double multinomial_weight(std::span<const std::size_t> seeds) {
  double weight = factorial(seeds.size());
  std::size_t run = 1;
  for (std::size_t i = 1; i < seeds.size(); ++i) {
    run = seeds[i] == seeds[i - 1] ? run + 1 : 1;
    weight /= static_cast<double>(run);
  }
  return weight;
}

/// The next ascending tuple of indices below seeds.size(); false after the last.
bool advance_multiset(std::vector<std::size_t>& seeds) {
  const std::size_t largest = seeds.size() - 1;
  for (std::size_t i = seeds.size(); i-- > 0;) {
    if (seeds[i] < largest) {
      std::fill(seeds.begin() + static_cast<std::ptrdiff_t>(i), seeds.end(), seeds[i] + 1);
      return true;
    }
  }
  return false;
}

std::vector<Replicate> all_multisets(std::size_t seed_count, const SeedStatistic& statistic) {
  std::vector<Replicate> all;
  std::vector<std::size_t> seeds(seed_count, 0);
  do {
    all.push_back({statistic(seeds), multinomial_weight(seeds)});
  } while (advance_multiset(seeds));
  return all;
}

std::vector<Replicate> random_multisets(std::size_t seed_count, const SeedStatistic& statistic, Stream stream,
                                        std::size_t replicates) {
  std::vector<Replicate> drawn;
  drawn.reserve(replicates);
  std::vector<std::size_t> seeds(seed_count);
  for (std::size_t replicate = 0; replicate < replicates; ++replicate) {
    for (std::size_t& seed : seeds) seed = stream.uniform_below(static_cast<std::uint32_t>(seed_count));
    drawn.push_back({statistic(seeds), 1.0});
  }
  return drawn;
}

}  // namespace

Result<BootstrapDistribution> bootstrap_seeds(std::size_t seed_count, const SeedStatistic& statistic,
                                              Stream stream, std::size_t replicates) {
  if (seed_count < 2)
    return usage_error(fmt::format("a bootstrap needs at least 2 seeds, not {}", seed_count));
  if (replicates == 0) return usage_error("a bootstrap needs at least 1 replicate, not 0");

  BootstrapDistribution distribution;
  std::vector<std::size_t> every_seed(seed_count);
  std::iota(every_seed.begin(), every_seed.end(), std::size_t{0});
  distribution.estimate = statistic(every_seed);

  std::vector<Replicate> resamples = seed_count <= bootstrap_exact_limit
                                         ? all_multisets(seed_count, statistic)
                                         : random_multisets(seed_count, statistic, stream, replicates);
  const bool all_finite = std::all_of(resamples.begin(), resamples.end(), [](const Replicate& replicate) {
    return std::isfinite(replicate.value);
  });
  if (!all_finite || !std::isfinite(distribution.estimate)) {
    return usage_error(fmt::format(
        "the statistic is not finite for some resample of the {} seeds: it has no bootstrap", seed_count));
  }
  std::stable_sort(resamples.begin(), resamples.end(),
                   [](const Replicate& left, const Replicate& right) { return left.value < right.value; });
  distribution.replicates.reserve(resamples.size());
  distribution.weights.reserve(resamples.size());
  for (const Replicate& replicate : resamples) {
    distribution.replicates.push_back(replicate.value);
    distribution.weights.push_back(replicate.weight);
  }
  return distribution;
}

double weighted_quantile(std::span<const double> values, std::span<const double> weights, double share) {
  WINDHOVER_CHECK_OP(values.size(), ==, weights.size());
  WINDHOVER_CHECK_OP(values.size(), >, 0U);
  const double whole = std::accumulate(weights.begin(), weights.end(), 0.0);
  constexpr double rounding = 1e-12;  // 1 - 0.95 is not 0.05, and 1250 of 50 000 replicates must do for 2.5 %
  const double target = share * whole * (1.0 - rounding);
  double accumulated = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    accumulated += weights[i];
    if (accumulated >= target) return values[i];
  }
  return values.back();
}

Result<Interval> percentile_interval(const BootstrapDistribution& distribution, double confidence) {
  WINDHOVER_RETURN_IF_ERROR(check_inside_unit_interval(confidence, "the confidence"));
  const double tail = 0.5 * (1.0 - confidence);
  return Interval{weighted_quantile(distribution.replicates, distribution.weights, tail),
                  weighted_quantile(distribution.replicates, distribution.weights, 1.0 - tail)};
}

}  // namespace windhover::stats
