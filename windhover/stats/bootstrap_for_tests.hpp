#pragma once

#include <span>
#include <vector>

#include "windhover/stats/bootstrap.hpp"

namespace windhover::stats::testing {

/// The bootstrap of a statistic of one value a seed.
template <class Statistic>
Result<BootstrapDistribution> bootstrap_values(std::span<const double> values, const Statistic& statistic,
                                               Stream stream) {
  return bootstrap_seeds(
      values.size(),
      [&](std::span<const std::size_t> seeds) {
        std::vector<double> resample;
        for (const std::size_t seed : seeds) resample.push_back(values[seed]);
        return statistic(std::span<const double>(resample));
      },
      stream);
}

}  // namespace windhover::stats::testing
