#pragma once

#include <cmath>
#include <vector>

namespace windhover::env {

/// Training velocities of n workers, km/h: worker i flies at the whole part of base + 20 i / (n - 1); a
/// single one at base + 5. From a base of 5 they are the published ones.
[[nodiscard]] inline std::vector<double> training_velocities(double base, int workers) {
  if (workers == 1) return {std::floor(base + 5)};
  std::vector<double> velocities;
  velocities.reserve(static_cast<std::size_t>(workers));
  for (int worker = 0; worker < workers; ++worker) {
    velocities.push_back(std::floor(base + 20.0 * worker / (workers - 1)));
  }
  return velocities;
}

}  // namespace windhover::env
