#pragma once

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"
#include "windhover/record/record.hpp"

namespace windhover::analysis {

/// The name and version of a comparison's form.
inline constexpr const char* comparison_schema = "windhover-comparison/1";

/// Two studies side by side, in the cells and arms that both have (by id), paired over the seeds that both
/// finished; its schema is docs/results-schema.md. Differences are second less first. Errors: a study without
/// a finished run; no cell with an arm in common; what the claim linter refuses.
[[nodiscard]] Result<Json> compare(const record::StudyRecord& first, const record::StudyRecord& second);

}  // namespace windhover::analysis
