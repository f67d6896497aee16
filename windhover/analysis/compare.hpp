#pragma once

#include "windhover/analysis/results/comparison.hpp"
#include "windhover/core/result.hpp"
#include "windhover/record/record.hpp"

namespace windhover::analysis {

/// Two studies side by side, in the cells and arms that both have (by id), paired over the seeds that both
/// finished; its schema is docs/results-schema.md. Differences are second less first. Errors: a study without
/// a finished run; no cell with an arm in common; what the claim linter refuses.
[[nodiscard]] Result<Comparison> compare(const record::StudyRecord& first, const record::StudyRecord& second);

}  // namespace windhover::analysis
