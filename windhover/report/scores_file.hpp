#pragma once

#include <string>

#include "windhover/analysis/results/results.hpp"

namespace windhover::report {

/// tables/scores.csv: every score in long form, a row a cell, arm, seed, choice of actions and condition,
/// with the names that the record has. What a data frame is read from.
[[nodiscard]] std::string scores_file(const analysis::Results& results);

}  // namespace windhover::report
