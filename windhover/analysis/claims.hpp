#pragma once

#include <vector>

#include "windhover/analysis/families.hpp"
#include "windhover/analysis/results/claims.hpp"
#include "windhover/analysis/results/curves.hpp"
#include "windhover/analysis/scores.hpp"

namespace windhover::analysis {

/// Verdicts on claims by the rule of claim_tests.hpp, before any adjustment. `claims` are the published
/// study's: empty, and `note` says why, unless the study is the published design with both published arms.
/// `declared` are the study's own.
[[nodiscard]] Claims claims_of(const ScoreBook& book, const std::vector<ModelCollapse>& collapse);

/// The tests of all of them, the declared ones first.
[[nodiscard]] std::vector<ClaimTest> tests_of(Claims& claims, const record::Study& study);

}  // namespace windhover::analysis
