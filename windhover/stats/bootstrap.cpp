#include "windhover/stats/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "windhover/core/contract.hpp"
#include "windhover/stats/checks.hpp"
#include "windhover/stats/distributions.hpp"
#include "windhover/stats/summary.hpp"

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

/// The statistic with each seed left out in turn.
std::vector<double> jackknife_values(std::size_t seed_count, const SeedStatistic& statistic) {
  std::vector<double> values;
  for (std::size_t left_out = 0; left_out < seed_count; ++left_out) {
    std::vector<std::size_t> others;
    for (std::size_t seed = 0; seed < seed_count; ++seed) {
      if (seed != left_out) others.push_back(seed);
    }
    values.push_back(statistic(others));
  }
  return values;
}

}  // namespace

Result<BootstrapDistribution> bootstrap_seeds(std::size_t seed_count, const SeedStatistic& statistic,
                                              Stream stream, std::size_t replicates) {
  if (seed_count < 2)
    return usage_error(fmt::format("a bootstrap needs at least 2 seeds, not {}", seed_count));
  if (replicates == 0) return usage_error("a bootstrap needs at least 1 replicate, not 0");

  BootstrapDistribution distribution;
  distribution.exact = seed_count <= bootstrap_exact_limit;
  distribution.few_seeds = seed_count < bootstrap_few_seeds;
  std::vector<std::size_t> every_seed(seed_count);
  std::iota(every_seed.begin(), every_seed.end(), std::size_t{0});
  distribution.estimate = statistic(every_seed);
  distribution.jackknife = jackknife_values(seed_count, statistic);

  std::vector<Replicate> resamples = distribution.exact
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

Result<BootstrapDistribution> bootstrap_values(std::span<const double> values,
                                               const ValueStatistic& statistic, Stream stream,
                                               std::size_t replicates) {
  WINDHOVER_RETURN_IF_ERROR(check_sample(values, 2, "seeds"));
  std::vector<double> resample;
  return bootstrap_seeds(
      values.size(),
      [&](std::span<const std::size_t> seeds) {
        resample.clear();
        for (const std::size_t seed : seeds) resample.push_back(values[seed]);
        return statistic(resample);
      },
      stream, replicates);
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

double bca_acceleration(std::span<const double> jackknife) {
  const double centre = mean(jackknife);
  double squares = 0.0;
  double cubes = 0.0;
  for (const double value : jackknife) {
    const double influence = centre - value;
    squares += influence * influence;
    cubes += influence * influence * influence;
  }
  return cubes / (6.0 * std::pow(squares, 1.5));
}

Result<Interval> bca_interval(const BootstrapDistribution& distribution, double confidence) {
  WINDHOVER_RETURN_IF_ERROR(check_inside_unit_interval(confidence, "the confidence"));
  const double acceleration = bca_acceleration(distribution.jackknife);
  if (!std::isfinite(acceleration)) {
    return usage_error(
        "the jackknife has no spread: there is no BCa interval, the percentile interval may do");
  }
  const double spread = distribution.replicates.back() - distribution.replicates.front();
  const double tie = 1e-12 * (spread + std::fabs(distribution.estimate));
  double below = 0.0;
  double whole = 0.0;
  for (std::size_t i = 0; i < distribution.replicates.size(); ++i) {
    whole += distribution.weights[i];
    if (distribution.replicates[i] < distribution.estimate - tie) below += distribution.weights[i];
  }
  if (below == 0.0 || below == whole) {
    return usage_error(fmt::format("{} replicates lie below the estimate: there is no BCa interval",
                                   below == 0.0 ? "no" : "all"));
  }
  const double z0 = normal_quantile(below / whole);
  const auto corrected_share = [&](double z) {
    return normal_probability(z0 + (z0 + z) / (1.0 - acceleration * (z0 + z)));
  };
  const double z = normal_quantile(0.5 + 0.5 * confidence);
  if (acceleration * (z0 + z) >= 1.0 || acceleration * (z0 - z) >= 1.0) {
    return usage_error(fmt::format(
        "the acceleration {} leads beyond the replicates: there is no BCa interval", acceleration));
  }
  const double lower_share = std::max(corrected_share(-z), std::numeric_limits<double>::min());
  const double upper_share = corrected_share(z);
  return Interval{weighted_quantile(distribution.replicates, distribution.weights, lower_share),
                  weighted_quantile(distribution.replicates, distribution.weights, upper_share)};
}

}  // namespace windhover::stats
