#pragma once

#include <optional>
#include <string>
#include <vector>

#include "windhover/analysis/results/policies.hpp"
#include "windhover/analysis/scores.hpp"
#include "windhover/record/baselines.hpp"

namespace windhover::analysis {

/// What the record has of simple policies; nothing where nothing was scored.
[[nodiscard]] const record::Baselines& baselines_of(const ScoreBook& book);

/// Best first. A cell with another environment or number of workers than the baseline cell has scores of its
/// own; without a cell, and for every other one, they are the baseline cell's.
[[nodiscard]] std::vector<SimpleScore> simple_scores(const record::Baselines& baselines,
                                                     const std::string& cell = "");

/// The score in that cell of the policy that is the reference: the uniformly random one.
[[nodiscard]] std::optional<double> reference_score(const record::Baselines& baselines,
                                                    const std::string& cell = "");

/// Each learner is judged by its cell's scores. A learner's standing against the reference is "above" or
/// "below" where the 95 % interval of its seed means leaves the reference out, else "not distinguishable"; it
/// beats a simple policy where that interval lies above the policy's score.
[[nodiscard]] Policies policies_of(const ScoreBook& book);

/// One sentence a choice of actions, in the study's order, that names the learners whose mean is below the
/// random policy's (of many the first, and their number) and says how sure that is. Empty if there is none.
[[nodiscard]] std::vector<std::string> below_random_sentences(const ScoreBook& book,
                                                              const Policies& policies);

}  // namespace windhover::analysis
