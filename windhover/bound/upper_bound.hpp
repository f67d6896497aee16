#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "windhover/core/result.hpp"
#include "windhover/core/watch.hpp"
#include "windhover/env/registry.hpp"

namespace windhover::bound {

/// What no policy can exceed, one row a condition, as the scores of simple policies: for each evaluation
/// episode of the seed the maximum of the environment's relaxation, in which everything is known in advance.
/// The mean bounds any policy's mean in the same episodes. Errors: an environment without a relaxation, no
/// episodes, no workers, a condition out of range, a linear program that was not solved; stopped.
[[nodiscard]] Result<std::vector<env::PolicyScore>> upper_bounds(const env::Description& environment,
                                                                 const env::Configuration& config,
                                                                 std::span<const double> conditions,
                                                                 int workers, int episodes,
                                                                 std::uint64_t seed, const Watch& watch = {});

}  // namespace windhover::bound
