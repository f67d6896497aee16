#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/env/cart_pole_physics.hpp"
#include "windhover/env/concept.hpp"

namespace windhover::env {

struct CartPoleConfig {
  int max_steps = 500;

  [[nodiscard]] static std::vector<Field<CartPoleConfig>> fields() {
    return {{"max_steps", &CartPoleConfig::max_steps, "steps after which an episode is cut", 1, 100'000}};
  }
};

/// Gymnasium's CartPole-v1: balance the pole. A reward of 1 a step; terminated when the pole or the cart is
/// beyond its limit, truncated after max_steps. Source: Gymnasium, classic_control/cartpole.py.
///
/// Observation, 4 values, as they are: position (m), velocity (m/s), angle (rad), angular velocity (rad/s).
///
/// Known answers: the policy `balance` earns max_steps = 500, `random` about 22.
struct CartPoleEnv : CartPoleTask {
  using Config = CartPoleConfig;

  static std::string_view name() { return "cartpole"; }
  static std::string_view summary() { return "Balance a pole on a cart; everything is observed."; }
  static std::vector<Profile<Config>> profiles() { return {{"v1", Config{}}}; }
  static int observation_size(const Config& /*config*/) { return 4; }
  static std::vector<std::string> observation_names(const Config& /*config*/) {
    return {"position_m", "velocity_m_s", "angle_rad", "angular_velocity_rad_s"};
  }
  static int episode_limit(const Config& config) { return config.max_steps; }
  static ObservationBounds observation_bounds() {
    return {-cart_pole::largest_value, cart_pole::largest_value};
  }

  static Result<Parameters> make_parameters(const Config& config, double /*condition*/, Mode /*mode*/) {
    return Parameters{.max_steps = config.max_steps, .reward = 1, .limit_truncates = true};
  }

  static void observe(const Parameters& /*parameters*/, const State& state, std::span<float> observation) {
    observation[0] = static_cast<float>(state.body.position);
    observation[1] = static_cast<float>(state.body.velocity);
    observation[2] = static_cast<float>(state.body.angle);
    observation[3] = static_cast<float>(state.body.angular_velocity);
  }
};

static_assert(Environment<CartPoleEnv>);

}  // namespace windhover::env
