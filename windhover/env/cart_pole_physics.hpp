#pragma once

#include <array>
#include <cmath>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include "windhover/core/math.hpp"
#include "windhover/core/random.hpp"
#include "windhover/env/concept.hpp"
#include "windhover/env/standalone.hpp"

/// The cart-pole that CartPoleEnv and PositionOnlyCartPoleEnv share: a pole hinged to a cart on a
/// frictionless track, pushed left or right at every step. Source: Barto, Sutton, Anderson, "Neuronlike
/// adaptive elements that can solve difficult learning control problems", IEEE Trans. SMC 13(5), 1983,
/// appendix; constants, integration and limits are those of Gymnasium's CartPole-v1. In 64-bit floats.
namespace windhover::env {

/// Where cart and pole are and how they move.
struct CartPoleBody {
  double position = 0;          ///< of the cart, m; 0 in the middle of the track
  double velocity = 0;          ///< m/s
  double angle = 0;             ///< of the pole, rad; 0 upright, positive to the right
  double angular_velocity = 0;  ///< rad/s
  friend bool operator==(const CartPoleBody&, const CartPoleBody&) = default;
};

namespace cart_pole {

inline constexpr double gravity = 9.8;        // m/s^2
inline constexpr double cart_mass = 1.0;      // kg
inline constexpr double pole_mass = 0.1;      // kg
inline constexpr double half_length = 0.5;    // m, hinge to the pole's centre of mass
inline constexpr double force = 10.0;         // N
inline constexpr double step_seconds = 0.02;  // s
inline constexpr double track_limit = 2.4;    // m
inline constexpr double angle_limit = 12 * 2 * std::numbers::pi / 360;  // rad
inline constexpr double start_range = 0.05;  // of each of the four, m, m/s, rad, rad/s

/// An interval that holds every state an episode can show. Gymnasium declares velocities without bounds; they
/// have some, since an episode ends beyond the limits of track and angle. While |angular velocity| <= 5, an
/// upright pole accelerates by less than 19 rad/s^2 and its cart by less than 10.2 m/s^2. Speeding up at
/// those rates from a start, or from standing at one limit, they meet the other limit at no more than sqrt(2
/// x 19 x 0.42) + 0.4 < 4.5 rad/s and sqrt(2 x 10.2 x 4.8) + 0.3 < 10.3 m/s, and the step beyond it adds less
/// than 0.4 and 0.3.
inline constexpr float largest_value = 12.0F;

/// One explicit Euler step under a push to the right or to the left. Precondition: not fallen.
[[nodiscard]] inline CartPoleBody push(const CartPoleBody& body, bool to_the_right) {
  constexpr double mass = cart_mass + pole_mass;
  const double sine = math::sin_near_zero(body.angle);
  const double cosine = math::cos_near_zero(body.angle);
  const double pushed = to_the_right ? force : -force;
  const double spin = pole_mass * half_length * body.angular_velocity * body.angular_velocity * sine;
  const double rigid = (pushed + spin) / mass;  // the cart's acceleration, were the pole not to turn
  const double angular_acceleration =
      (gravity * sine - cosine * rigid) / (half_length * (4.0 / 3.0 - pole_mass * cosine * cosine / mass));
  const double acceleration = rigid - pole_mass * half_length * angular_acceleration * cosine / mass;
  return {.position = body.position + step_seconds * body.velocity,
          .velocity = body.velocity + step_seconds * acceleration,
          .angle = body.angle + step_seconds * body.angular_velocity,
          .angular_velocity = body.angular_velocity + step_seconds * angular_acceleration};
}

/// Off the track, or the pole beyond its limit; also where a value is NaN.
[[nodiscard]] inline bool fallen(const CartPoleBody& body) {
  return !(std::abs(body.position) <= track_limit && std::abs(body.angle) <= angle_limit);
}

/// Uniform on +-start_range, in the order of CartPoleBody.
[[nodiscard]] inline CartPoleBody draw_start(Stream& stream) {
  const auto draw = [&] { return start_range * (2 * stream.uniform() - 1); };
  CartPoleBody body;
  body.position = draw();
  body.velocity = draw();
  body.angle = draw();
  body.angular_velocity = draw();
  return body;
}

/// A linear rule that keeps every start upright for 1000 steps and more.
[[nodiscard]] inline bool balances_to_the_right(const CartPoleBody& body) {
  return 0.1 * body.position + 0.2 * body.velocity + body.angle + 0.5 * body.angular_velocity > 0;
}

}  // namespace cart_pole

struct CartPoleParameters {
  int max_steps = 0;
  double reward = 0;             ///< of every step
  bool limit_truncates = false;  ///< reaching max_steps cuts the episode, instead of ending it
  bool observes_action = false;
};

struct CartPoleState {
  CartPoleBody body;
  int steps = 0;
  int previous_action = nothing_yet;
};

enum class CartPoleAction : int { left = 0, right = 1 };

/// To derive from: everything but the settings and what is observed. The draw is the start; no later step has
/// anything random.
struct CartPoleTask : StandaloneEnvironment {
  using Parameters = CartPoleParameters;
  using State = CartPoleState;
  using Draw = CartPoleBody;

  static std::vector<std::string> action_names() { return {"left", "right"}; }

  static Draw draw_initial(const Parameters& /*parameters*/, Stream& stream) {
    return cart_pole::draw_start(stream);
  }
  static Draw draw_next(const Parameters& /*parameters*/, const State& /*state*/, Stream& /*stream*/) {
    return {};
  }
  static void reset(const Parameters& /*parameters*/, const Draw& draw, State& state) {
    state = {.body = draw};
  }

  /// A fall terminates even in the last step, where Gymnasium would report it as cut as well.
  static StepOutcome step(const Parameters& parameters, NoSharedResource& /*resource*/, int action,
                          const Draw& /*next*/, State& state) {
    state.body = cart_pole::push(state.body, action == static_cast<int>(CartPoleAction::right));
    state.previous_action = action;
    ++state.steps;
    const bool fell = cart_pole::fallen(state.body);
    const bool at_limit = state.steps == parameters.max_steps;
    return {.reward = parameters.reward,
            .learner_reward = parameters.reward,
            .terminated = fell || (at_limit && !parameters.limit_truncates),
            .truncated = at_limit && !fell && parameters.limit_truncates};
  }

  static bool valid(const Parameters& parameters, const State& state) {
    return !cart_pole::fallen(state.body) && std::isfinite(state.body.velocity) &&
           std::isfinite(state.body.angular_velocity) && state.steps >= 0 &&
           state.steps < parameters.max_steps && state.previous_action >= nothing_yet &&
           state.previous_action <= static_cast<int>(CartPoleAction::right);
  }

  static std::span<const SimplePolicy<Parameters, State>> simple_policies() {
    static constexpr std::array<SimplePolicy<Parameters, State>, 3> policies = {{
        {"random", [](const Parameters&, const State&,
                      Stream& stream) { return static_cast<int>(stream.uniform_below(2)); }},
        {"lean", [](const Parameters&, const State& state, Stream&) { return state.body.angle > 0 ? 1 : 0; }},
        {"balance", [](const Parameters&, const State& state,
                       Stream&) { return cart_pole::balances_to_the_right(state.body) ? 1 : 0; }},
    }};
    return policies;
  }
};

}  // namespace windhover::env
