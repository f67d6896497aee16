#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/core/random.hpp"
#include "windhover/core/result.hpp"
#include "windhover/env/concept.hpp"
#include "windhover/env/standalone.hpp"

namespace windhover::env::testing {

struct RandomWalkConfig {
  int goal = 5;
  int patience = 20;

  [[nodiscard]] static std::vector<Field<RandomWalkConfig>> fields() {
    return {{"goal", &RandomWalkConfig::goal, "the position to reach", 1, 100},
            {"patience", &RandomWalkConfig::patience, "steps until the episode is cut", 1, 1000}};
  }
};

/// A walker in the wind: it goes left, stays or goes right, the wind may push it right once more, and at the
/// goal it earns 1 and its condition. For tests only: members share nothing, episodes have different lengths,
/// and some are truncated.
struct RandomWalkEnv : StandaloneEnvironment {
  using Config = RandomWalkConfig;

  struct Parameters {
    Config config;
    double condition = 0;
  };

  struct State {
    int position = 0;
    int steps = 0;
  };

  struct Draw {
    bool wind = false;
    friend bool operator==(const Draw&, const Draw&) = default;
  };

  static std::string_view name() { return "random-walk"; }
  static std::string_view summary() { return "A walker in the wind."; }
  static Condition condition() { return {.name = "bonus", .label = "bonus"}; }
  static std::vector<std::string> action_names() { return {"left", "stay", "right"}; }
  static std::vector<Profile<Config>> profiles() { return {{"short", Config{}}, {"long", Config{50, 200}}}; }
  static int observation_size(const Config& /*config*/) { return 2; }
  static int episode_limit(const Config& config) { return config.patience; }
  static ObservationBounds observation_bounds() { return {-1.0F, 1.0F}; }

  static Result<Parameters> make_parameters(const Config& config, double condition, Mode /*mode*/) {
    if (!std::isfinite(condition)) return usage_error("the bonus must be a number");
    return Parameters{config, condition};
  }

  static std::span<const SimplePolicy<Parameters, State>> simple_policies() {
    static constexpr std::array<SimplePolicy<Parameters, State>, 3> policies = {{
        {"random", [](const Parameters&, const State&,
                      Stream& stream) { return static_cast<int>(stream.uniform_below(3)); }},
        {"right", [](const Parameters&, const State&, Stream&) { return 2; }},
        {"left", [](const Parameters&, const State&, Stream&) { return 0; }},
    }};
    return policies;
  }

  static bool valid(const Parameters& parameters, const State& state) {
    return state.steps >= 0 && state.steps <= parameters.config.patience;
  }

  static Draw draw_initial(const Parameters& /*parameters*/, Stream& stream) {
    return {stream.uniform() < 0.5};
  }
  static Draw draw_next(const Parameters& /*parameters*/, const State& /*state*/, Stream& stream) {
    return {stream.uniform() < 0.5};
  }

  static void reset(const Parameters& /*parameters*/, const Draw& draw, State& state) {
    state = {.position = draw.wind ? 1 : 0, .steps = 0};
  }

  static StepOutcome step(const Parameters& parameters, NoSharedResource& /*resource*/, int action,
                          const Draw& next, State& state) {
    state.position += action - 1 + (next.wind ? 1 : 0);
    ++state.steps;
    const bool arrived = state.position >= parameters.config.goal;
    const double reward = arrived ? 1 + parameters.condition : 0;
    return {.reward = reward,
            .learner_reward = reward,
            .terminated = arrived,
            .truncated = !arrived && state.steps == parameters.config.patience};
  }

  static void observe(const Parameters& parameters, const State& state, std::span<float> observation) {
    const auto reach = static_cast<float>(2 * parameters.config.patience + parameters.config.goal);
    observation[0] = static_cast<float>(state.position) / reach;
    observation[1] = static_cast<float>(state.steps) / static_cast<float>(parameters.config.patience);
  }
};

static_assert(Environment<RandomWalkEnv>);

}  // namespace windhover::env::testing
