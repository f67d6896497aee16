#include "windhover/study/list_schedule.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace windhover::study {

std::vector<std::size_t> longest_first(const std::vector<double>& costs) {
  std::vector<std::size_t> order(costs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t index) { return costs[index]; });
  return order;
}

ListSchedule list_schedule(const std::vector<double>& costs, std::size_t bins) {
  ListSchedule schedule{.bins = std::vector<std::size_t>(costs.size()), .loads = std::vector<double>(bins)};
  for (const std::size_t index : longest_first(costs)) {
    const auto least = std::ranges::min_element(schedule.loads);
    *least += costs[index];
    schedule.bins[index] = static_cast<std::size_t>(least - schedule.loads.begin());
  }
  return schedule;
}

}  // namespace windhover::study
