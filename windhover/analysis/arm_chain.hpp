#pragma once

#include <optional>

#include "windhover/analysis/results/effects.hpp"
#include "windhover/analysis/scores.hpp"

namespace windhover::analysis {

/// The difference between the first and the last arm of the chain a3c, a2c, individual-mixed,
/// individual-matched, individual as a sum of differences between neighbours, each of which changes one thing
/// (docs/adr/0011). Arms that the study has not are skipped, and the link over them is named by everything
/// that it changes at once.
///
/// None unless the study has two arms of the chain, one of them a control arm. All of a cell rests on the
/// seeds that finished every arm of the chain, so that the links add up to the total; `holm_p` of a link is
/// adjusted over the links of its cell and policy.
[[nodiscard]] std::optional<ArmChain> arm_chain_of(const ScoreBook& book);

}  // namespace windhover::analysis
