#pragma once

#include <vector>

#include "windhover/analysis/partition.hpp"
#include "windhover/analysis/results/results.hpp"

namespace windhover::analysis {

/// Fills `results`, which hold the heading of a study with several parts, from the complete analysis of each:
/// `environments` has them whole, and under the members of an analysis of one environment stand the entries
/// of all, each with its environment and profile. What would be one number over several environments is not
/// there.
void compose(Results& results, const record::Study& study, const std::vector<Part>& parts,
             const std::vector<Results>& analyses);

}  // namespace windhover::analysis
