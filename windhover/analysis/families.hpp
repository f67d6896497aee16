#pragma once

#include <string>
#include <vector>

#include "windhover/analysis/response.hpp"
#include "windhover/analysis/results/results.hpp"
#include "windhover/record/record.hpp"

namespace windhover::analysis {

/// The name of a test: two contrasts of one metric and arm (empty for the gap) have the same name if one is a
/// multiple of the other, and then they are one test, wherever it is shown.
[[nodiscard]] std::string test_name(const std::string& metric, const std::string& arm,
                                    const CellContrast& contrast);

/// A claim among the tests of a study.
struct ClaimTest {
  std::string name = {};  ///< as test_name gives it, if that is all that the claim rests on; else its own
  std::string id = {};
  std::string kind = {};  ///< "claim" or "published claim"
  std::string metric = {};
  std::string arm = {};
  ActionChoice actions = ActionChoice::greedy;
  ClaimVerdict* verdict = nullptr;  ///< with its p-value
};

/// Adjusts every p-value for how many tests there are under the same choice of actions, and says of each what
/// it shows; there is one adjustment, so that one test has one verdict wherever it stands.
///
/// The family is what the study declares: its claims, the differences of its noise floor, and main effects
/// and interactions on the metrics of `[analysis] family`, with the metric gap the gap in every cell. A study
/// that declares neither claims nor metrics is taken to declare all of record::family_metrics(); where it
/// redoes the published study, that one's claims are members too. The family is adjusted by Holm (`holm_p`).
/// Every other contrast, of steps, changes, the chain of arms and effects that were not declared, was
/// explored and gets `bh_p` (Benjamini and Hochberg); it is at most worth a second look. Where an explored
/// contrast is a declared test as well, it is that.
///
/// Returns the families, one a choice of actions.
[[nodiscard]] std::vector<TestFamily> adjust_families(Results& results, const record::StudyRecord& record,
                                                      const std::vector<ClaimTest>& claims);

/// The same for claims over several environments, which are a family of their own. None if there are none.
[[nodiscard]] std::vector<TestFamily> adjust_claims(const std::vector<ClaimTest>& claims);

}  // namespace windhover::analysis
