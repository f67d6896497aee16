#pragma once

#include <optional>
#include <vector>

#include "windhover/analysis/results/effects.hpp"
#include "windhover/analysis/results/verdicts.hpp"
#include "windhover/record/record.hpp"

namespace windhover::analysis {

/// A plain verdict on every main effect and interaction of a full factorial design, on the mean of every arm.
/// 'effect, confirmed' needs a paired t over seeds with a p below .05 after Holm's adjustment over all
/// effects and arms under that choice of actions; otherwise 'no effect shown', or 'not decidable' where there
/// is no test. Of a noise floor come entries of the kind 'noise floor' with its verdicts.
[[nodiscard]] std::vector<Verdict> verdicts_on(const record::Study& study, const Effects& effects,
                                               const std::optional<NoiseFloor>& noise_floor);

}  // namespace windhover::analysis
