#include "windhover/stats/checks.hpp"

#include <cmath>

#include <fmt/format.h>

namespace windhover::stats {

Result<void> check_sample(std::span<const double> values, std::size_t minimum_count, std::string_view name) {
  if (values.size() < minimum_count) {
    return usage_error(
        fmt::format("{}: there are {}, at least {} are needed", name, values.size(), minimum_count));
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      return usage_error(fmt::format("{}: number {} of {} is {}, not a finite number", name, i + 1,
                                     values.size(), values[i]));
    }
  }
  return {};
}

Result<void> check_inside_unit_interval(double value, std::string_view name) {
  if (value > 0.0 && value < 1.0) return {};
  return usage_error(fmt::format("{} must lie strictly between 0 and 1, not be {}", name, value));
}

Result<void> check_same_size(std::size_t first, std::size_t second, std::string_view names) {
  if (first == second) return {};
  return usage_error(fmt::format("{} must be equally many, not {} and {}", names, first, second));
}

}  // namespace windhover::stats
