#pragma once

#include "windhover/core/fields.hpp"
#include "windhover/record/record.hpp"

namespace windhover::analysis {

/// A list with a plain verdict on every main effect and interaction of a full factorial design, on the mean
/// of every arm: {label, kind, arm, policy, verdict, estimate, ci95, p_value, holm_p, sign_flip_p, n_seeds,
/// minimum_detectable_effect, note}. 'effect, confirmed' needs a paired t over seeds with a p below .05 after
/// Holm's adjustment over all effects and arms under that choice of actions; otherwise 'no effect shown', or
/// 'not decidable' where there is no test. `effects` and `noise_floor` are those entries of the results; of
/// the latter, if there is one, come entries of the kind 'noise floor' with its verdicts.
[[nodiscard]] Json verdicts_json(const record::Study& study, const Json& effects, const Json& noise_floor);

}  // namespace windhover::analysis
