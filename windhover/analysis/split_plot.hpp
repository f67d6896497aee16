#pragma once

#include "windhover/analysis/scores.hpp"
#include "windhover/core/fields.hpp"

namespace windhover::analysis {

/// {POLICY: [{arm, table, note}]}: the split-plot analysis of variance of every arm, factors between runs,
/// velocity within them, and runs within their cells as the error stratum. `table` is a list of {source,
/// stratum, df, ss, ms, f, p_value, partial_eta_squared, omega_squared, n_seeds}, residuals included; null,
/// with the reason as `note`, unless the study is a full factorial of which at least two seeds finished every
/// cell. Seeds that did not are left out, so that the design is balanced.
[[nodiscard]] Json anova_json(const ScoreBook& book);

}  // namespace windhover::analysis
