#pragma once

#include "windhover/analysis/results/results.hpp"
#include "windhover/analysis/scores.hpp"

namespace windhover::analysis {

/// The results in words, for the top of the report. Takes the other parts of the results.
[[nodiscard]] SummarySentences summary_of(const ScoreBook& book, const Results& results);

}  // namespace windhover::analysis
