#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/env/cart_pole_physics.hpp"
#include "windhover/env/concept.hpp"
#include "windhover/env/hidden.hpp"

namespace windhover::env {

struct PositionOnlyCartPoleConfig {
  int max_steps = 200;
  bool previous_action = true;

  [[nodiscard]] static std::vector<Field<PositionOnlyCartPoleConfig>> fields() {
    return {
        {"max_steps", &PositionOnlyCartPoleConfig::max_steps, "steps that make a whole episode", 1, 100'000},
        previous_action_field<PositionOnlyCartPoleConfig>()};
  }
};

/// POPGym's PositionOnlyCartPole: CartPoleEnv without the velocities, which have to be remembered from one
/// observation to the next. A reward of 1 / max_steps a step, so that a whole episode earns 1. Its length is
/// part of the task: reaching max_steps terminates, as a fall does. Source: Morad et al., "POPGym:
/// Benchmarking partially observable reinforcement learning", ICLR 2023;
/// popgym/envs/position_only_cartpole.py, which reports the last step as truncated.
///
/// Observation, 2 or 4 values: position (m), angle (rad); with previous_action the one-hot of left and right,
/// zeros at the start, as in POPGym's baselines.
///
/// Known answers: `balance`, which sees the velocities too, earns 1; `lean`, which pushes to the side the
/// pole leans to and needs no memory, about 42 / max_steps.
struct PositionOnlyCartPoleEnv : CartPoleTask {
  using Config = PositionOnlyCartPoleConfig;

  static std::string_view name() { return "position-only-cartpole"; }
  static std::string_view summary() {
    return "Balance a pole on a cart, seeing positions but no velocities.";
  }
  static std::vector<Profile<Config>> profiles() {
    return {{"easy", Config{200}}, {"medium", Config{400}}, {"hard", Config{600}}};
  }
  static int observation_size(const Config& config) { return config.previous_action ? 4 : 2; }
  static std::vector<std::string> observation_names(const Config& config) {
    if (!config.previous_action) return {"position_m", "angle_rad"};
    return {"position_m", "angle_rad", "previous_left", "previous_right"};
  }
  static std::span<const HiddenQuantity<Parameters, State>> hidden_quantities() {
    static constexpr std::array<HiddenQuantity<Parameters, State>, 2> hidden = {{
        {"velocity_m_s", "of the cart, m/s",
         [](const Parameters&, const State& state, const NoSharedResource&) { return state.body.velocity; }},
        {"angular_velocity_rad_s", "of the pole, rad/s",
         [](const Parameters&, const State& state, const NoSharedResource&) {
           return state.body.angular_velocity;
         }},
    }};
    return hidden;
  }
  static int episode_limit(const Config& config) { return config.max_steps; }
  static ObservationBounds observation_bounds() { return {-3.0F, 3.0F}; }  // 2.4 m and one step beyond

  static Result<Parameters> make_parameters(const Config& config, double /*condition*/, Mode /*mode*/) {
    return Parameters{.max_steps = config.max_steps,
                      .reward = 1.0 / config.max_steps,
                      .limit_truncates = false,
                      .observes_action = config.previous_action};
  }

  static void observe(const Parameters& parameters, const State& state, std::span<float> observation) {
    observation[0] = static_cast<float>(state.body.position);
    observation[1] = static_cast<float>(state.body.angle);
    if (parameters.observes_action) one_hot(state.previous_action, observation.subspan(2, 2));
  }
};

static_assert(Environment<PositionOnlyCartPoleEnv>);

}  // namespace windhover::env
