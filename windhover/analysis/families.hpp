#pragma once

#include "windhover/core/fields.hpp"
#include "windhover/record/record.hpp"

namespace windhover::analysis {

/// Adjusts every p-value of the effects and gaps for how many were looked at, within each choice of actions.
///
/// The family that the study file declares (`[analysis] family`, all of record::family_metrics() by default)
/// is the main effects and interactions of these metrics: their contrasts in `effects.contributions` get
/// `holm_p`. Every other contrast, those of the steps, of the changes, of metrics outside the family and of
/// the gaps in `cells`, was explored and gets `bh_p` (Benjamini and Hochberg).
///
/// Returns the list `families`: [{policy, rule, explored, members: [{label, kind, metric, arm, n_seeds,
/// estimate, ci95, p_value, holm_p}]}].
[[nodiscard]] Json adjust_families(Json& effects, Json& cells, const record::StudyRecord& record);

}  // namespace windhover::analysis
