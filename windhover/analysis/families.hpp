#pragma once

#include <vector>

#include "windhover/analysis/results/cells.hpp"
#include "windhover/analysis/results/effects.hpp"
#include "windhover/analysis/results/verdicts.hpp"
#include "windhover/record/record.hpp"

namespace windhover::analysis {

/// Adjusts every p-value of the effects and gaps for how many were looked at, within each choice of actions.
///
/// The family that the study file declares (`[analysis] family`, all of record::family_metrics() by default)
/// is the main effects and interactions of these metrics: their contrasts in `effects.contributions` get
/// `holm_p`. Every other contrast, those of the steps, of the changes, of metrics outside the family and of
/// the gaps in `cells`, was explored and gets `bh_p` (Benjamini and Hochberg).
///
/// Returns the families, one a choice of actions.
[[nodiscard]] std::vector<TestFamily> adjust_families(Effects& effects, std::vector<CellResults>& cells,
                                                      const record::StudyRecord& record);

}  // namespace windhover::analysis
