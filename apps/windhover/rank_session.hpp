#pragma once

#include <functional>

#include "apps/windhover/rank_transport.hpp"

#include "windhover/core/result.hpp"

namespace windhover::app {

/// What rank 0 does, given the others; returns the exit code.
using LeadRanks = std::function<Result<int>(ranks::Transport& others)>;

/// This process as one of those that mpirun started: rank 0 leads, and the others carry out what they are
/// given on so many threads until rank 0 ends. One that fails by itself ends them all.
[[nodiscard]] Result<int> as_rank(int jobs, const LeadRanks& lead);

}  // namespace windhover::app
