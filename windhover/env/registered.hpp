#pragma once

#include "windhover/env/cart_pole.hpp"
#include "windhover/env/offload.hpp"
#include "windhover/env/position_only_cart_pole.hpp"
#include "windhover/env/repeat_first.hpp"
#include "windhover/env/repeat_previous.hpp"
#include "windhover/env/t_maze.hpp"

namespace windhover::env {

template <class... Environments>
struct EnvironmentList {};

/// Every environment that the registry knows. A new one is added here, and the conformance suite runs on it.
using RegisteredEnvironments = EnvironmentList<OffloadEnv, CartPoleEnv, PositionOnlyCartPoleEnv,
                                               RepeatFirstEnv, RepeatPreviousEnv, TMazeEnv>;

}  // namespace windhover::env
