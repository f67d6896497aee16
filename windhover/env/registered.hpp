#pragma once

#include "windhover/env/offload.hpp"

namespace windhover::env {

template <class... Environments>
struct EnvironmentList {};

/// Every environment that the registry knows. A new one is added here, and the conformance suite runs on it.
using RegisteredEnvironments = EnvironmentList<OffloadEnv>;

}  // namespace windhover::env
