#pragma once

#include <cstddef>
#include <vector>

namespace windhover::study {

/// Places of `costs` by falling cost; equal ones keep their order.
[[nodiscard]] std::vector<std::size_t> longest_first(const std::vector<double>& costs);

/// What goes where if each, by falling cost, goes to whoever has least then, and the first of equals (Graham
/// 1969, "Bounds on multiprocessing timing anomalies": the largest load is at most 4/3 of the least
/// possible).
struct ListSchedule {
  std::vector<std::size_t> bins;  ///< of each cost
  std::vector<double> loads;      ///< of each bin
};
[[nodiscard]] ListSchedule list_schedule(const std::vector<double>& costs, std::size_t bins);

}  // namespace windhover::study
