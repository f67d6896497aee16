#pragma once

#include <array>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/env/standalone.hpp"

namespace windhover::env::testing {

struct FaultyConfig {
  std::string place = "nowhere";
  std::string number = "nan";
  int step = 7;

  [[nodiscard]] static std::vector<Field<FaultyConfig>> fields() {
    return {{"place",
             &FaultyConfig::place,
             "what holds the number",
             0,
             0,
             {"nowhere", "observation", "reward", "score"}},
            {"number",
             &FaultyConfig::number,
             "the number",
             0,
             0,
             {"nan", "inf", "-inf", "huge", "large", "denormal"}},
            {"step", &FaultyConfig::step, "of every episode in which it comes", 1, 10}};
  }

  [[nodiscard]] double value() const {
    using Limits = std::numeric_limits<double>;
    if (number == "nan") return Limits::quiet_NaN();
    if (number == "inf") return Limits::infinity();
    if (number == "-inf") return -Limits::infinity();
    if (number == "huge") return 1e38;
    return number == "large" ? 1e15 : 1e-40;  // a denormal float
  }
};

/// Ten steps of nothing in particular, one of which has a number that no environment should give: in what is
/// seen, in the reward, or in the score alone, which the learner does not see. For tests only.
struct FaultyEnv : StandaloneEnvironment {
  using Config = FaultyConfig;

  static constexpr int steps = 10;

  struct Parameters {
    Config config;
  };
  struct State {
    int step = 0;
  };
  struct Draw {
    friend bool operator==(const Draw&, const Draw&) = default;
  };

  static std::string_view name() { return "faulty"; }
  static std::string_view summary() { return "Gives a number that it should not."; }
  static std::vector<std::string> action_names() { return {"this", "that"}; }
  static std::vector<Profile<Config>> profiles() { return {{"faulty", Config{}}}; }
  static int observation_size(const Config& /*config*/) { return 3; }
  static int episode_limit(const Config& /*config*/) { return steps; }
  static ObservationBounds observation_bounds() { return {0.0F, 1.0F}; }
  static Result<Parameters> make_parameters(const Config& config, double /*condition*/, Mode /*mode*/) {
    return Parameters{config};
  }
  static std::span<const SimplePolicy<Parameters, State>> simple_policies() {
    static constexpr std::array<SimplePolicy<Parameters, State>, 1> policies = {
        {{"this", [](const Parameters&, const State&, Stream&) { return 0; }}}};
    return policies;
  }
  static bool valid(const Parameters& /*parameters*/, const State& state) {
    return state.step >= 0 && state.step < steps;
  }

  static Draw draw_initial(const Parameters& /*parameters*/, Stream& /*stream*/) { return {}; }
  static Draw draw_next(const Parameters& /*parameters*/, const State& /*state*/, Stream& /*stream*/) {
    return {};
  }
  static void reset(const Parameters& /*parameters*/, const Draw& /*draw*/, State& state) { state = {}; }

  static StepOutcome step(const Parameters& parameters, NoSharedResource& /*resource*/, int action,
                          const Draw& /*next*/, State& state) {
    ++state.step;
    const auto& config = parameters.config;
    const bool now = state.step == config.step;
    const double usual = action == 0 ? 1 : 0.5;
    return {
        .reward = now && config.place != "observation" && config.place != "nowhere" ? config.value() : usual,
        .learner_reward = now && config.place == "reward" ? config.value() : usual,
        .truncated = state.step == steps};
  }

  static void observe(const Parameters& parameters, const State& state, std::span<float> observation) {
    observation[0] = 1;
    observation[1] = static_cast<float>(state.step) / steps;
    const bool now = state.step == parameters.config.step && parameters.config.place == "observation";
    observation[2] = now ? static_cast<float>(parameters.config.value()) : 0.5F;
  }
};

static_assert(Environment<FaultyEnv>);

}  // namespace windhover::env::testing
