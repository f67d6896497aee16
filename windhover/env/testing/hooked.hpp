#pragma once

#include <functional>
#include <string_view>

#include "windhover/env/testing/faulty.hpp"

namespace windhover::env::testing {

/// The ten steps of FaultyEnv, before each of which a test may do something: request a stop, or throw. For
/// tests only.
struct HookedEnv : FaultyEnv {
  /// Called with the number of steps that the episode has had, by the thread that steps.
  static inline std::function<void(int)> before_step = [](int) {};

  static std::string_view name() { return "hooked"; }

  static StepOutcome step(const Parameters& parameters, NoSharedResource& resource, int action,
                          const Draw& next, State& state) {
    before_step(state.step);
    return FaultyEnv::step(parameters, resource, action, next, state);
  }
};

static_assert(Environment<HookedEnv>);

}  // namespace windhover::env::testing
