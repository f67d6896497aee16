#pragma once

#include <string>
#include <vector>

#include "windhover/analysis/results/results.hpp"
#include "windhover/report/table.hpp"

/// The tables of the report from the results; numbered as in the study's protocol. `actions` is "greedy" or
/// "sampled". A table that the design has no place for comes out without rows, and is left out of the report.
namespace windhover::report {

using analysis::Results;

/// 1: seed-level means, gap and gap in percent.
[[nodiscard]] Table configuration_matrix(const Results& results, ActionChoice actions);
/// 1, control arms: every arm beyond the two of the gap.
[[nodiscard]] Table control_arms(const Results& results, ActionChoice actions);
/// 1: from arm to arm of the chain, what each change does.
[[nodiscard]] Table arm_chain(const Results& results, ActionChoice actions);

/// 2: the published study's pooled metrics; its quotients; changes from the baseline cell.
[[nodiscard]] Table published_metrics(const Results& results, ActionChoice actions);
[[nodiscard]] Table published_quotients(const Results& results, ActionChoice actions);
[[nodiscard]] Table published_changes(const Results& results, ActionChoice actions);

/// 2: CV over seeds, interquartile mean and tail; how often the first arm scores above the second.
[[nodiscard]] Table beyond_means(const Results& results, ActionChoice actions);
[[nodiscard]] Table improvement(const Results& results, ActionChoice actions);

/// 3: what each factor does while the others are kept.
[[nodiscard]] Table component_effects(const Results& results, ActionChoice actions);
/// 5: main effects and interactions.
[[nodiscard]] Table contributions(const Results& results, ActionChoice actions);
/// 5: what can be told of them; the declared families of tests; the split-plot analysis of variance; what a
/// cell differs by from itself.
[[nodiscard]] Table verdicts(const Results& results, ActionChoice actions);
[[nodiscard]] Table test_families(const Results& results, ActionChoice actions);
[[nodiscard]] Table variance_table(const Results& results, ActionChoice actions);
[[nodiscard]] Table noise_floor(const Results& results);

/// 7: collapsed models by cell and arm, and every model.
[[nodiscard]] Table collapse_counts(const Results& results);
[[nodiscard]] Table collapse_models(const Results& results);

/// 8: best for; 9: recommendations.
[[nodiscard]] Table best_for(const Results& results, ActionChoice actions);
[[nodiscard]] Table recommendations(const Results& results);

/// 10: simple policies and learners in one ranking.
[[nodiscard]] Table policy_ranking(const Results& results, ActionChoice actions);

/// 11: claims of the study file; verdicts on the published claims; the published figures beside ours.
[[nodiscard]] Table declared_claims(const Results& results);
[[nodiscard]] Table claim_verdicts(const Results& results, ActionChoice actions);
[[nodiscard]] Table published_side_by_side(const Results& results);

/// What was run, with which settings and how long.
[[nodiscard]] Table study_facts(const Results& results);
/// Runs that failed or are missing.
[[nodiscard]] Table incomplete_runs(const Results& results);

}  // namespace windhover::report
