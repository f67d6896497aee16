#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "windhover/env/offload.hpp"

namespace windhover::env {
namespace {

/// "At 50, 75, 100 km/h", of the velocities that `concerned` picks; empty if there are none.
template <class Predicate>
std::string at_velocities(std::span<const double> velocities_kmh, Predicate concerned) {
  std::vector<std::string> texts;
  for (const double velocity : velocities_kmh) {
    if (concerned(velocity)) texts.push_back(fmt::format("{:g}", velocity));
  }
  return texts.empty() ? std::string() : fmt::format("At {} km/h", fmt::join(texts, ", "));
}

}  // namespace

std::vector<std::string> OffloadEnv::condition_warnings(const Config& config,
                                                        std::span<const double> velocities_kmh) {
  std::vector<std::string> warnings;
  const auto warn = [&](auto concerned, const std::string& what) {
    if (const auto place = at_velocities(velocities_kmh, concerned); !place.empty())
      warnings.push_back(place + " " + what);
  };
  const auto limits = channel_limits(config);
  warn([&](double v) { return v >= limits.independent && v < limits.alternating; },
       config.channel_stationary
           ? fmt::format("each slot of the channel is drawn by itself, as it is from {:.1f} km/h on, so "
                         "that faster is no different.",
                         limits.independent)
           : fmt::format("the channel changes more often than by chance, as it does from {:.1f} km/h on; no "
                         "fading channel does.",
                         limits.independent));
  warn([&](double v) { return v >= limits.alternating; },
       fmt::format("the channel is good in every other slot, as it is from {:.1f} km/h on, since both of its "
                   "probabilities are cut to 1.",
                   limits.alternating));
  const double lowest = config.velocity_context_offset;
  const double highest = lowest + config.velocity_context_scale;
  warn([&](double v) { return v < lowest || v > highest; },
       fmt::format("the velocity that a UAV observes is clipped: it tells velocities from {:g} to {:g} km/h "
                   "apart, and no others.",
                   lowest, highest));
  return warnings;
}

}  // namespace windhover::env
