#pragma once

#include <span>
#include <string>
#include <vector>

#include "windhover/analysis/results/claims.hpp"
#include "windhover/analysis/results/curves.hpp"
#include "windhover/analysis/scores.hpp"
#include "windhover/record/claim.hpp"

namespace windhover::analysis {

/// The rule of the verdicts, in words.
[[nodiscard]] std::string verdict_rule();

/// The verdicts on claims under one choice of actions, an entry a claim.
///
/// A claim rests on comparisons: each of its contrasts, or the effect's, with its bound (0 if there is none);
/// a claim of equivalence on two, with either end of its range. It is 'confirmed' if every comparison has the
/// claimed sign and its p-value (the largest of theirs) is below .05 after Holm's adjustment over all of
/// these claims that are tested; 'contradicted' if a comparison has the other sign and its p-value (the
/// smallest of those, times the number of comparisons) is below .05 likewise; else 'not decidable'. p-values
/// are of the one-sample t over seeds (for a contrast: the paired t) of the distance from the bound,
/// two-sided, so that a single one below .05 means that the 95 % interval leaves the bound out; for a CV it
/// is taken on jackknife pseudo-values of the pooled CV (Tukey 1958), from five seeds on. Where all seeds
/// give the same value there is no t: a claim with a bound is then decided by the value itself, and the note
/// says so.
[[nodiscard]] std::vector<ClaimVerdict> judge(const ScoreBook& book,
                                              const std::vector<ModelCollapse>& collapse,
                                              std::span<const record::Claim> claims, ActionChoice choice);

}  // namespace windhover::analysis
