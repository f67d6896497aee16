#include "windhover/record/baselines.hpp"

namespace windhover::record {

const std::vector<PolicyScore>& Baselines::policies_of(const std::string& cell) const {
  const auto own = cells.find(cell);
  return own == cells.end() ? policies : own->second;
}

const std::optional<UpperBound>& Baselines::upper_bound_of(const std::string& cell) const {
  static const std::optional<UpperBound> none;
  if (const auto own = cell_upper_bounds.find(cell); own != cell_upper_bounds.end()) return own->second;
  return cells.contains(cell) ? none : upper_bound;
}

}  // namespace windhover::record
