#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/env/concept.hpp"
#include "windhover/env/hidden.hpp"
#include "windhover/env/standalone.hpp"

namespace windhover::env {

struct TMazeConfig {
  int corridor = 10;
  int max_steps = 50;

  [[nodiscard]] static std::vector<Field<TMazeConfig>> fields() {
    return {{"corridor", &TMazeConfig::corridor, "steps from the start to the junction", 1, 1000},
            {"max_steps", &TMazeConfig::max_steps, "steps after which an episode is cut", 1, 100'000}};
  }
};

/// A corridor that ends in a junction. A sign at the start, seen there only, says which way to turn at its
/// end. The right turn earns 4 and the wrong one -0.1; both terminate. A step into a wall goes nowhere and
/// earns -0.1. Truncated after max_steps. After Bakker, "Reinforcement learning with long short-term memory",
/// NIPS 2001, with noise in the corridor.
///
/// Observation, 3 values: at the start 0 1 1 if the goal is left and 1 1 0 if it is right; in the corridor
/// a 0 b, with a and b uniform on [0, 1]; at the junction 0 1 0.
///
/// Known answers: `oracle` earns 4; the best without memory, here `always-left`, earns 1.95 on average.
struct TMazeEnv : StandaloneEnvironment {
  using Config = TMazeConfig;

  struct Parameters {
    Config config;
  };

  struct Draw {
    bool goal_is_left = false;  ///< of the first draw only
    float noise[2] = {0, 0};
    friend bool operator==(const Draw&, const Draw&) = default;
  };

  struct State {
    int position = 0;  ///< 0: the start .. corridor: the junction
    int steps = 0;
    int goal = 0;  ///< the action that is right at the junction
    float noise[2] = {0, 0};
  };

  static constexpr int forward = 0;
  static constexpr int left = 1;
  static constexpr int right = 2;

  static std::string_view name() { return "t-maze"; }
  static std::string_view summary() {
    return "Remember a sign to the end of a corridor, and turn as it said.";
  }
  static std::vector<std::string> action_names() { return {"forward", "left", "right"}; }
  static std::vector<Profile<Config>> profiles() { return {{"short", {10, 50}}, {"long", {70, 350}}}; }
  static int observation_size(const Config& /*config*/) { return 3; }
  static int episode_limit(const Config& config) { return config.max_steps; }
  static ObservationBounds observation_bounds() { return {0.0F, 1.0F}; }

  static Result<Parameters> make_parameters(const Config& config, double /*condition*/, Mode /*mode*/) {
    return Parameters{config};
  }

  static Draw draw_initial(const Parameters& /*parameters*/, Stream& stream) {
    return {.goal_is_left = stream.uniform() < 0.5};
  }

  static Draw draw_next(const Parameters& /*parameters*/, const State& /*state*/, Stream& stream) {
    const auto first = static_cast<float>(stream.uniform());
    return {.noise = {first, static_cast<float>(stream.uniform())}};
  }

  static void reset(const Parameters& /*parameters*/, const Draw& draw, State& state) {
    state = {.goal = draw.goal_is_left ? left : right};
  }

  static StepOutcome step(const Parameters& parameters, NoSharedResource& /*resource*/, int action,
                          const Draw& next, State& state) {
    const bool at_junction = state.position == parameters.config.corridor;
    const bool moves = at_junction == (action != forward);
    const bool arrives = at_junction && action == state.goal;
    if (moves && !at_junction) ++state.position;
    ++state.steps;
    state.noise[0] = next.noise[0];
    state.noise[1] = next.noise[1];
    const double reward = arrives ? 4 : (moves && !at_junction ? 0 : -0.1);
    const bool over = moves && at_junction;
    return {.reward = reward,
            .learner_reward = reward,
            .terminated = over,
            .truncated = !over && state.steps == parameters.config.max_steps};
  }

  static void observe(const Parameters& parameters, const State& state, std::span<float> observation) {
    const bool at_start = state.position == 0;
    const bool at_junction = state.position == parameters.config.corridor;
    observation[0] = at_start ? (state.goal == left ? 0.0F : 1.0F) : (at_junction ? 0.0F : state.noise[0]);
    observation[1] = at_start || at_junction ? 1.0F : 0.0F;
    observation[2] = at_start ? (state.goal == left ? 1.0F : 0.0F) : (at_junction ? 0.0F : state.noise[1]);
  }

  static bool valid(const Parameters& parameters, const State& state) {
    const auto is_noise = [](float value) { return value >= 0 && value <= 1; };
    return state.position >= 0 && state.position <= parameters.config.corridor && state.steps >= 0 &&
           state.steps < parameters.config.max_steps && (state.goal == left || state.goal == right) &&
           is_noise(state.noise[0]) && is_noise(state.noise[1]);
  }

  static std::span<const SimplePolicy<Parameters, State>> simple_policies() {
    static constexpr std::array<SimplePolicy<Parameters, State>, 3> policies = {{
        {"random", [](const Parameters&, const State&,
                      Stream& stream) { return static_cast<int>(stream.uniform_below(3)); }},
        {"always-left",
         [](const Parameters& parameters, const State& state, Stream&) {
           return state.position == parameters.config.corridor ? left : forward;
         }},
        {"oracle",
         [](const Parameters& parameters, const State& state, Stream&) {
           return state.position == parameters.config.corridor ? state.goal : forward;
         }},
    }};
    return policies;
  }

  static std::vector<std::string> observation_names(const Config& /*config*/) {
    return {"sign_right", "at_an_end", "sign_left"};
  }

  static std::span<const HiddenQuantity<Parameters, State>> hidden_quantities() {
    static constexpr std::array<HiddenQuantity<Parameters, State>, 2> hidden = {{
        {"goal", "the action that is right at the junction: 1 left, 2 right",
         [](const Parameters&, const State& state, const NoSharedResource&) {
           return static_cast<double>(state.goal);
         }},
        {"position", "steps from the start",
         [](const Parameters&, const State& state, const NoSharedResource&) {
           return static_cast<double>(state.position);
         }},
    }};
    return hidden;
  }
};

static_assert(Environment<TMazeEnv>);

}  // namespace windhover::env
