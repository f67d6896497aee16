#pragma once

#include "windhover/analysis/scores.hpp"
#include "windhover/core/fields.hpp"

namespace windhover::analysis {

/// {rule, note, cells: [the published figures], claims: [{id, claim, published, tested, greedy: verdict,
/// sampled: verdict}], declared: [verdict with id, text, tested, metric, arm, policy]}; verdicts are those of
/// claim_tests.hpp. `claims` are the published study's: empty, and `note` says why, unless the study is the
/// published design with both published arms. `declared` are the study's own.
[[nodiscard]] Json claims_json(const ScoreBook& book, const Json& collapse);

}  // namespace windhover::analysis
