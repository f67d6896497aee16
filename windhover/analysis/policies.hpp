#pragma once

#include <optional>
#include <string>
#include <vector>

#include "windhover/analysis/scores.hpp"
#include "windhover/core/fields.hpp"

namespace windhover::analysis {

/// A simple policy's score, averaged over the test conditions with equal weight.
struct SimpleScore {
  std::string policy;
  double mean = 0;
  double standard_error = 0;
};

/// From baselines.json, best first; entries that are not of its form are left out. A cell with another
/// environment or number of workers than the baseline cell has scores of its own there; without a cell, and
/// for every other one, they are the baseline cell's.
[[nodiscard]] std::vector<SimpleScore> simple_scores(const Json& baselines, const std::string& cell = "");

/// The score in that cell of the policy that baselines.json calls the reference: the uniformly random one.
[[nodiscard]] std::optional<double> reference_score(const Json& baselines, const std::string& cell = "");

/// {reference, reference_score, simple: [{policy, mean, standard_error}], cells: {CELL: {reference_score,
/// simple}}, upper_bound, learners: [{cell, arm, policy, mean, ci95, reference_score, difference, standing,
/// beats}]}; `cells` has those with scores of their own. Each learner is judged by its cell's scores. A
/// learner's standing against the reference is "above"
/// or "below" where the 95 % interval of its seed means leaves the reference out, else "not distinguishable";
/// it beats a simple policy where that interval lies above the policy's score. Learners are sorted by mean
/// within each choice of actions.
[[nodiscard]] Json policies_json(const ScoreBook& book);

/// The `reference_score` and `simple` of `policies` that hold in this cell.
[[nodiscard]] const Json& policies_of_cell(const Json& policies, const std::string& cell);

/// One sentence a choice of actions, in the study's order, that names the learners whose mean is below the
/// random policy's (of many the first, and their number) and says how sure that is. Empty if there is none.
[[nodiscard]] std::vector<std::string> below_random_sentences(const ScoreBook& book, const Json& policies);

}  // namespace windhover::analysis
