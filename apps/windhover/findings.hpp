#pragma once

#include <string>

#include "windhover/analysis/results/results.hpp"

namespace windhover::app {

/// What a study ends with on the terminal, of each of its environments: the scores of every cell with the
/// choice of actions that is reported first, and the verdict on every effect. Empty if no run has finished.
[[nodiscard]] std::string findings_text(const analysis::Results& results);

}  // namespace windhover::app
