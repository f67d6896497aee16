#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/env/concept.hpp"

namespace windhover::env {

/// To derive from: the answers of an environment whose members neither meet nor vary by a condition.
struct StandaloneEnvironment {
  using Resource = NoSharedResource;

  static std::optional<Condition> condition() { return std::nullopt; }
  static std::vector<double> default_conditions(int workers) {
    return std::vector<double>(static_cast<std::size_t>(workers), 0.0);
  }
  static std::vector<double> test_conditions() { return {0.0}; }

  template <class Config>
  static bool resource_is_shared(const Config& /*config*/, Mode /*mode*/) {
    return false;
  }
  template <class Config>
  static double reward_sharing(const Config& /*config*/) {
    return 0;
  }
  template <class Config>
  static int evaluation_members(const Config& /*config*/, int /*workers*/) {
    return 1;
  }
  template <class Config>
  static bool sampled_first(const Config& /*config*/) {
    return false;
  }
};

/// Whether the observation ends with the action before, as in POPGym's baselines.
template <class Config>
[[nodiscard]] Field<Config> previous_action_field() {
  return {"previous_action", &Config::previous_action,
          "the observation ends with the action before, one-hot; zeros at the start"};
}

/// All zeros, and 1 at `index`; `nothing_yet` leaves no 1.
inline constexpr int nothing_yet = -1;
inline void one_hot(int index, std::span<float> values) {
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int>(i) == index ? 1.0F : 0.0F;
}

}  // namespace windhover::env
