#pragma once

#include "windhover/analysis/scores.hpp"
#include "windhover/core/fields.hpp"

namespace windhover::analysis {

/// {rule, note, cells: [the published figures], claims: [{id, claim, published, tested, greedy: {verdict,
/// estimate, ci95, n_seeds, p_value, holm_p, sign_flip_p, ours, note}, sampled}]}.
///
/// A claim is 'confirmed' if every comparison it needs has the claimed sign and its p-value (the largest of
/// theirs) is below .05 after Holm's adjustment over all tested claims under that choice of actions;
/// 'contradicted' if a comparison has the other sign and its p-value (the smallest of those, times the number
/// of comparisons) is below .05 likewise; else 'not decidable'. p-values are of the paired t over seeds; for
/// a CV it is taken on jackknife pseudo-values of the pooled CV (Tukey 1958), from five seeds on. `claims` is
/// empty, and `note` says why, unless the study is the published design with both published arms.
[[nodiscard]] Json claims_json(const ScoreBook& book, const Json& collapse);

}  // namespace windhover::analysis
