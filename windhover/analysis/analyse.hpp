#pragma once

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"
#include "windhover/record/record.hpp"

namespace windhover::analysis {

/// The name and version of the results' form.
inline constexpr const char* results_schema = "windhover-results/1";

/// Every figure of the report as one JSON document; its schema is docs/results-schema.md. Statistics follow
/// the seed as the unit; the published study's pooled ones stand beside them under their own names. Failed
/// and missing runs are counted and named; what can not be computed is null. Equal records give equal
/// documents. A study with several environments, or profiles of one, is analysed part by part
/// (partition.hpp): `environments` has each part's whole document, and the other keys what can be said of all
/// (composition.hpp). Errors: a study without cells, arms or seeds; a result that the claim linter refuses
/// (linter.hpp).
[[nodiscard]] Result<Json> analyse(const record::StudyRecord& record);

}  // namespace windhover::analysis
