#pragma once

#include <optional>
#include <vector>

#include "windhover/analysis/arm_chain.hpp"
#include "windhover/analysis/cells.hpp"
#include "windhover/analysis/claims.hpp"
#include "windhover/analysis/collapse.hpp"
#include "windhover/analysis/effects.hpp"
#include "windhover/analysis/noise_floor.hpp"
#include "windhover/analysis/policies.hpp"
#include "windhover/analysis/power_plan.hpp"
#include "windhover/analysis/robust_scores.hpp"
#include "windhover/analysis/split_plot.hpp"

/// Parts of the results as they stand in results.json: tests look at them there, by the keys that a reader of
/// the file knows.
namespace windhover::analysis::testing {

using described::to_json;

inline Json scores_json(const ScoreBook& book, const std::string& cell, const std::string& arm,
                        ActionChoice choice) {
  return to_json(arm_scores(book, cell, arm, choice));
}
inline Json gap_json(const ScoreBook& book, const std::string& cell, const ArmPair& arms,
                     ActionChoice choice) {
  return to_json(gap_of(book, cell, arms, choice));
}
inline Json cells_json(const ScoreBook& book) { return to_json(cell_results(book)); }
inline Json collapse_json(const ScoreBook& book) { return to_json(collapse_of(book)); }
/// As if the published claims, and the declared ones, were all that the study tests.
inline Json claims_json(const ScoreBook& book) {
  auto claims = claims_of(book, collapse_of(book));
  for (const char* kind : {"claim", "published claim"}) {
    auto tests = tests_of(claims, book.study());
    std::erase_if(tests, [kind](const ClaimTest& test) { return test.kind != kind; });
    static_cast<void>(adjust_claims(tests));
  }
  return to_json(claims);
}
inline Json effects_json(const ScoreBook& book) {
  return to_json(effects_of(book, cell_results(book), collapse_of(book)));
}
inline Json noise_floor_json(const ScoreBook& book) { return to_json(noise_floor_of(book)); }
inline Json anova_json(const ScoreBook& book) { return to_json(anova_of(book)); }
inline Json arm_chain_json(const ScoreBook& book) { return to_json(arm_chain_of(book)); }
inline Json policies_json(const ScoreBook& book) { return to_json(policies_of(book)); }
inline Json performance_profiles_json(const ScoreBook& book) { return to_json(performance_profiles(book)); }
inline Json iqm_json(std::span<const RunScores* const> runs, ActionChoice choice) {
  return to_json(iqm_of(runs, choice));
}
inline Json probability_of_improvement_json(const ScoreBook& book, const std::string& cell,
                                            const ArmPair& arms, ActionChoice choice) {
  return to_json(probability_of_improvement(book, cell, arms, choice));
}
inline Result<Json> power_json(const record::Study& study, const PowerQuestion& question,
                               std::span<const SeedSpread> spreads) {
  return power_plan(study, question, spreads).map([](const PowerPlan& plan) { return to_json(plan); });
}

}  // namespace windhover::analysis::testing
