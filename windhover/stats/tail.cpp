#include "windhover/stats/tail.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include <fmt/format.h>

#include "windhover/stats/checks.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::stats {

Result<WorstCase> worst_case(std::span<const double> values) {
  WINDHOVER_RETURN_IF_ERROR(check_sample(values, 1));
  const Result<std::size_t> needed = sample_size_for_minimum_bound();
  WINDHOVER_RETURN_IF_ERROR(needed);
  return WorstCase{minimum(values), values.size() >= *needed};
}

Result<std::size_t> sample_size_for_minimum_bound(double coverage, double confidence) {
  WINDHOVER_RETURN_IF_ERROR(check_inside_unit_interval(coverage, "the coverage"));
  WINDHOVER_RETURN_IF_ERROR(check_inside_unit_interval(confidence, "the confidence"));
  return static_cast<std::size_t>(std::ceil(std::log1p(-confidence) / std::log(coverage)));
}

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

Result<double> upper_cvar(std::span<const double> values, double share) {
  std::vector<double> mirrored;
  for (const double value : values) mirrored.push_back(-value);
  const Result<double> lower = lower_cvar(mirrored, share);
  WINDHOVER_RETURN_IF_ERROR(lower);
  return -*lower;
}

}  // namespace windhover::stats
