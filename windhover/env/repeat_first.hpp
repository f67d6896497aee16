#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/env/card_deck.hpp"
#include "windhover/env/concept.hpp"
#include "windhover/env/hidden.hpp"

namespace windhover::env {

struct RepeatFirstConfig {
  int decks = 1;
  bool previous_action = true;

  [[nodiscard]] static std::vector<Field<RepeatFirstConfig>> fields() {
    return {decks_field<RepeatFirstConfig>(), previous_action_field<RepeatFirstConfig>()};
  }
};

struct RepeatFirstParameters {
  int decks = 0;
  double reward = 0;  ///< for the right suit; its negative for another
  bool observes_action = false;
};

struct RepeatFirstState {
  CardDeck deck;
  std::uint8_t first = 0;  ///< suit to name
  std::uint8_t shown = 0;  ///< suit of the last card
  std::int8_t previous_action = nothing_yet;
};

/// POPGym's RepeatFirst: name the suit of the first card at every step. One card of shuffled decks is shown
/// at the start and one a step; the episode terminates with the last. The reward is 1 / steps for the right
/// suit and -1 / steps for another. Source: Morad et al., ICLR 2023; popgym/envs/repeat_first.py, which
/// reports the last step as truncated.
///
/// Observation, 4 or 8 values: the shown suit, one-hot; with previous_action the one-hot of the action
/// before, zeros at the start, as in POPGym's baselines. With it the task needs no memory: whoever names the
/// first suit once and then repeats its own action (`copy`) earns 1.
///
/// Known answers: `oracle` and `copy` earn 1, `random` -1/2 on average, and the best that sees the shown suit
/// alone, naming it (`shown`), -0.4994 with one deck.
struct RepeatFirstEnv : CardTask<RepeatFirstConfig, RepeatFirstParameters, RepeatFirstState> {
  static std::string_view name() { return "repeat-first"; }
  static std::string_view summary() { return "Name the suit of the first card while others are shown."; }
  static std::vector<Profile<Config>> profiles() {
    return {{"easy", Config{1}}, {"medium", Config{8}}, {"hard", Config{16}}};
  }

  static Result<Parameters> make_parameters(const Config& config, double /*condition*/, Mode /*mode*/) {
    return Parameters{.decks = config.decks,
                      .reward = 1.0 / episode_limit(config),
                      .observes_action = config.previous_action};
  }

  static std::span<const SimplePolicy<Parameters, State>> simple_policies() {
    static constexpr std::array<SimplePolicy<Parameters, State>, 4> policies = {{
        {"random", [](const Parameters&, const State&, Stream& stream) { return any_suit(stream); }},
        {"shown", [](const Parameters&, const State& state, Stream&) { return int{state.shown}; }},
        {"copy",
         [](const Parameters&, const State& state, Stream&) {
           return state.previous_action == nothing_yet ? int{state.shown} : int{state.previous_action};
         }},
        {"oracle", [](const Parameters&, const State& state, Stream&) { return int{state.first}; }},
    }};
    return policies;
  }

  static std::span<const HiddenQuantity<Parameters, State>> hidden_quantities() {
    static constexpr std::array<HiddenQuantity<Parameters, State>, 1> hidden = {{
        {"first", "the suit to name, by the action's number from 0 on",
         [](const Parameters&, const State& state, const NoSharedResource&) {
           return static_cast<double>(state.first);
         }},
    }};
    return hidden;
  }

  static bool valid(const Parameters& parameters, const State& state) {
    return state.deck.valid(parameters.decks) && state.deck.cards() > 0 && state.first < suits &&
           state.shown < suits && valid_action_before(state.previous_action);
  }

  static void reset(const Parameters& parameters, const Draw& draw, State& state) {
    state = {.deck = CardDeck::whole(parameters.decks), .first = draw.suit, .shown = draw.suit};
    state.deck.deal(draw.suit);
  }

  static StepOutcome step(const Parameters& parameters, NoSharedResource& /*resource*/, int action,
                          const Draw& next, State& state) {
    const double reward = action == state.first ? parameters.reward : -parameters.reward;
    state.deck.deal(next.suit);
    state.shown = next.suit;
    state.previous_action = static_cast<std::int8_t>(action);
    return {.reward = reward, .learner_reward = reward, .terminated = state.deck.cards() == 0};
  }

  static void observe(const Parameters& parameters, const State& state, std::span<float> observation) {
    observe_card(state.shown, state.previous_action, parameters.observes_action, observation);
  }
};

static_assert(Environment<RepeatFirstEnv>);

}  // namespace windhover::env
