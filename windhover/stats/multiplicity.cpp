#include "windhover/stats/multiplicity.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace windhover::stats {
namespace {

Result<void> check_p_values(std::span<const double> p_values) {
  for (const double p_value : p_values) {
    if (!(p_value >= 0.0 && p_value <= 1.0)) {
      return usage_error(fmt::format("a p-value must lie between 0 and 1, not be {}", p_value));
    }
  }
  return {};
}

/// Indices of the p-values from the smallest to the largest.
std::vector<std::size_t> ascending_order(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t left, std::size_t right) { return p_values[left] < p_values[right]; });
  return order;
}

}  // namespace

Result<std::vector<double>> holm(std::span<const double> p_values) {
  WINDHOVER_RETURN_IF_ERROR(check_p_values(p_values));
  const std::vector<std::size_t> order = ascending_order(p_values);
  std::vector<double> adjusted(p_values.size());
  double largest_so_far = 0.0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const double remaining = static_cast<double>(order.size() - rank);
    largest_so_far = std::max(largest_so_far, std::min(1.0, remaining * p_values[order[rank]]));
    adjusted[order[rank]] = largest_so_far;
  }
  return adjusted;
}

Result<std::vector<double>> benjamini_hochberg(std::span<const double> p_values) {
  WINDHOVER_RETURN_IF_ERROR(check_p_values(p_values));
  const std::vector<std::size_t> order = ascending_order(p_values);
  const double count = static_cast<double>(p_values.size());
  std::vector<double> adjusted(p_values.size());
  double smallest_so_far = 1.0;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    const std::size_t index = order[rank - 1];
    smallest_so_far = std::min(smallest_so_far, count / static_cast<double>(rank) * p_values[index]);
    adjusted[index] = smallest_so_far;
  }
  return adjusted;
}

}  // namespace windhover::stats
