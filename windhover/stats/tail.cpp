#include "windhover/stats/tail.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include <fmt/format.h>

#include "windhover/stats/checks.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::stats {

Result<double> quantile_type_7(std::span<const double> values, double share) {
  WINDHOVER_RETURN_IF_ERROR(check_sample(values, 1));
  if (!(share >= 0.0 && share <= 1.0)) {
    return usage_error(fmt::format("the share of a quantile must lie between 0 and 1, not be {}", share));
  }
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double position = static_cast<double>(sorted.size() - 1) * share;
  const double nearest = std::round(position);
  // A position that misses an order statistic by rounding only is that one: lower_cvar must include it.
  if (std::fabs(position - nearest) <= 1e-12 * (1.0 + position))
    return sorted[static_cast<std::size_t>(nearest)];
  const std::size_t below = static_cast<std::size_t>(position);
  const double fraction = position - std::floor(position);
  return sorted[below] + fraction * (sorted[below + 1] - sorted[below]);
}

Result<double> lower_cvar(std::span<const double> values, double share) {
  WINDHOVER_RETURN_IF_ERROR(check_inside_unit_interval(share, "the share of the tail"));
  const Result<double> quantile = quantile_type_7(values, share);
  WINDHOVER_RETURN_IF_ERROR(quantile);
  std::vector<double> tail;
  std::copy_if(values.begin(), values.end(), std::back_inserter(tail),
               [&](double value) { return value <= *quantile; });
  return mean(tail);
}

}  // namespace windhover::stats
