#pragma once

#include "windhover/analysis/results/results.hpp"
#include "windhover/core/result.hpp"
#include "windhover/record/record.hpp"

namespace windhover::analysis {

/// Every figure of the report; what each member means is in docs/results-schema.md. Statistics follow
/// the seed as the unit; the published study's pooled ones stand beside them under their own names. Failed
/// and missing runs are counted and named; what can not be computed is NaN or empty. Equal records give equal
/// results. A study with several environments, or profiles of one, is analysed part by part
/// (partition.hpp): `environments` has each part's whole results, and the other members what can be said of
/// all (composition.hpp). Errors: a study without cells, arms or seeds; a result that the claim linter
/// refuses (linter.hpp).
[[nodiscard]] Result<Results> analyse(const record::StudyRecord& record);

}  // namespace windhover::analysis
