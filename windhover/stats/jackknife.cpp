#include "windhover/stats/jackknife.hpp"

#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "windhover/stats/summary.hpp"

namespace windhover::stats {

Result<std::vector<double>> jackknife_values(std::size_t seed_count, const SeedStatistic& statistic) {
  if (seed_count < 2)
    return usage_error(fmt::format("a jackknife needs at least 2 seeds, not {}", seed_count));
  std::vector<std::size_t> seeds(seed_count);
  std::iota(seeds.begin(), seeds.end(), std::size_t{0});
  const double estimate = statistic(seeds);
  std::vector<double> without;
  for (std::size_t left_out = 0; left_out < seed_count; ++left_out) {
    auto others = seeds;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(left_out));
    without.push_back(statistic(others));
  }
  const double mean_without = mean(without);
  if (!std::isfinite(estimate) || !std::isfinite(mean_without)) {
    return usage_error(fmt::format(
        "the statistic is not finite for some selection of the {} seeds: it has no jackknife", seed_count));
  }
  std::vector<double> values;
  for (const double value : without)
    values.push_back(estimate + static_cast<double>(seed_count - 1) * (mean_without - value));
  return values;
}

}  // namespace windhover::stats
