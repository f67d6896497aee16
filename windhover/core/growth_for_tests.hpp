#pragma once

#include <algorithm>
#include <cstddef>

#include "windhover/core/threads.hpp"

namespace windhover {

/// What a size is multiplied with to see how a time grows with it: work in proportion to the size takes some
/// 16 times as long then, work that grows with its square 256 times.
inline constexpr std::size_t growth_factor = 16;

/// Between the two, so that a busy machine is not taken for a square.
inline constexpr double most_growth = 80;

/// How many times as long `work(size)` takes for the larger of two sizes. Each is measured three times, and
/// the least counts.
template <class Work>
[[nodiscard]] double growth_of(std::size_t largest, const Work& work) {
  const auto least_seconds = [&](std::size_t size) {
    double least = 1e300;
    for (int i = 0; i < 3; ++i) {
      const ThreadClock clock;
      work(size);
      least = std::min(least, clock.seconds());
    }
    return least;
  };
  return least_seconds(largest) / least_seconds(largest / growth_factor);
}

}  // namespace windhover
