#pragma once

#include "windhover/env/offload_config.hpp"

namespace windhover::env::testing {

[[nodiscard]] inline OffloadConfig paper() { return offload_profiles()[0].config; }
[[nodiscard]] inline OffloadConfig sound() { return offload_profiles()[1].config; }
[[nodiscard]] inline OffloadConfig correlated() { return offload_profiles()[2].config; }

}  // namespace windhover::env::testing
