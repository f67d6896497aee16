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

/// The verdict on a claim under one choice of actions, before any adjustment: `verdict` is what it would be
/// with a small enough p-value, which `settle` decides.
///
/// A claim rests on comparisons: each of its contrasts, or the effect's, with its bound (0 if there is none);
/// a claim of equivalence on two, with either end of its range. It is 'confirmed' if every comparison has the
/// claimed sign and its p-value (the largest of theirs) is below .05 after Holm's adjustment over the family
/// of the study (families.hpp); 'contradicted' if a comparison has the other sign and its p-value (the
/// smallest of those, times the number of comparisons) is below .05 likewise; else 'not decidable'. p-values
/// are of the one-sample t over seeds (for a contrast: the paired t) of the distance from the bound,
/// two-sided, so that a single one below .05 means that the 95 % interval leaves the bound out; for a CV the
/// standard error is the jackknife's, from five seeds on. Where all seeds give the same value there is no t:
/// a claim with a bound is then decided by the value itself, and the note says so.
[[nodiscard]] ClaimVerdict judge(const ScoreBook& book, const std::vector<ModelCollapse>& collapse,
                                 const record::Claim& claim, ActionChoice choice);

/// Takes the adjusted p-value: a claim that was tested and whose p is not below significance_level is not
/// decidable.
void settle(ClaimVerdict& verdict, double holm_p);

/// What the claim's test is called among the study's (families.hpp): as the effect that it is about, if it
/// rests on that one comparison with 0.
[[nodiscard]] std::string test_name(const record::Claim& claim, const record::Study& study);
[[nodiscard]] std::string noise_test_name(const std::string& metric, const std::string& arm);

}  // namespace windhover::analysis
