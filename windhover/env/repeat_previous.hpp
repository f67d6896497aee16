#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "windhover/core/fields.hpp"
#include "windhover/env/card_deck.hpp"
#include "windhover/env/concept.hpp"
#include "windhover/env/hidden.hpp"

namespace windhover::env {

/// The largest `k`: the state has room for so many suits.
inline constexpr int most_remembered = 128;

struct RepeatPreviousConfig {
  int decks = 1;
  int k = 4;
  bool previous_action = true;

  [[nodiscard]] static std::vector<Field<RepeatPreviousConfig>> fields() {
    return {decks_field<RepeatPreviousConfig>(),
            {"k", &RepeatPreviousConfig::k,
             "the card to name, counted back from the shown one, which is 1; fewer than there are cards", 1,
             most_remembered},
            previous_action_field<RepeatPreviousConfig>()};
  }
};

struct RepeatPreviousParameters {
  int decks = 0;
  int k = 0;
  double reward = 0;  ///< for the right suit; its negative for another
  bool observes_action = false;
};

struct RepeatPreviousState {
  CardDeck deck;
  std::array<std::uint8_t, most_remembered> dealt = {};  ///< suit of card number i at i mod most_remembered
  std::int8_t previous_action = nothing_yet;

  [[nodiscard]] int cards_shown(int decks) const { return decks * cards_per_deck - deck.cards(); }

  /// The suit of card number `card`, one of the last most_remembered.
  [[nodiscard]] std::uint8_t suit_of(int card) const {
    return dealt[static_cast<std::size_t>(card) % most_remembered];
  }
  void deal(int decks, std::uint8_t suit) {
    dealt[static_cast<std::size_t>(cards_shown(decks)) % most_remembered] = suit;
    deck.deal(suit);
  }
};

/// POPGym's RepeatPrevious: name the suit of the card shown k - 1 cards before the last one. One card of
/// shuffled decks is shown at the start and one a step; the episode terminates with the last. From the k-th
/// step on, when there is such a card, the reward is 1 / (cards - k) for the right suit and its negative for
/// another; it is 0 before. Source: Morad et al., ICLR 2023; popgym/envs/repeat_previous.py, which reports
/// the last step as truncated.
///
/// Observation, 4 or 8 values: the shown suit, one-hot; with previous_action the one-hot of the action
/// before, zeros at the start, as in POPGym's baselines.
///
/// Known answers: `oracle` earns 1, `random` -1/2 on average, and the best that sees the shown suit alone,
/// naming any other (`other`), 26/51 - 1 = -0.4902 with one deck.
struct RepeatPreviousEnv : CardTask<RepeatPreviousConfig, RepeatPreviousParameters, RepeatPreviousState> {
  static std::string_view name() { return "repeat-previous"; }
  static std::string_view summary() { return "Name the suit of the card shown some steps before."; }
  static std::vector<Profile<Config>> profiles() {
    return {{"easy", Config{1, 4}}, {"medium", Config{2, 32}}, {"hard", Config{3, 64}}};
  }

  /// Error: k is not below the number of cards.
  static Result<Parameters> make_parameters(const Config& config, double /*condition*/, Mode /*mode*/) {
    const int cards = config.decks * cards_per_deck;
    if (config.k >= cards) {
      return usage_error(fmt::format("'k' is {}, but must be below the {} cards there are", config.k, cards));
    }
    return Parameters{.decks = config.decks,
                      .k = config.k,
                      .reward = 1.0 / (cards - config.k),
                      .observes_action = config.previous_action};
  }

  static std::span<const SimplePolicy<Parameters, State>> simple_policies() {
    static constexpr std::array<SimplePolicy<Parameters, State>, 3> policies = {{
        {"random", [](const Parameters&, const State&, Stream& stream) { return any_suit(stream); }},
        {"other",
         [](const Parameters& parameters, const State& state, Stream&) {
           return (state.suit_of(state.cards_shown(parameters.decks) - 1) + 1) % suits;
         }},
        {"oracle",
         [](const Parameters& parameters, const State& state, Stream&) { return answer(parameters, state); }},
    }};
    return policies;
  }

  static std::span<const HiddenQuantity<Parameters, State>> hidden_quantities() {
    static constexpr std::array<HiddenQuantity<Parameters, State>, 1> hidden = {{
        {"answer", "the suit to name, by the action's number from 0 on; -1 while there is none",
         [](const Parameters& parameters, const State& state, const NoSharedResource&) {
           const bool counts = state.cards_shown(parameters.decks) >= parameters.k;
           return static_cast<double>(counts ? answer(parameters, state) : -1);
         }},
    }};
    return hidden;
  }

  static bool valid(const Parameters& parameters, const State& state) {
    bool known = true;
    for (const auto suit : state.dealt) known = known && suit < suits;
    return known && state.deck.valid(parameters.decks) && state.deck.cards() > 0 &&
           valid_action_before(state.previous_action);
  }

  static void reset(const Parameters& parameters, const Draw& draw, State& state) {
    state = {.deck = CardDeck::whole(parameters.decks)};
    state.deal(parameters.decks, draw.suit);
  }

  static StepOutcome step(const Parameters& parameters, NoSharedResource& /*resource*/, int action,
                          const Draw& next, State& state) {
    const bool counts = state.cards_shown(parameters.decks) >= parameters.k;
    const double earned = action == answer(parameters, state) ? parameters.reward : -parameters.reward;
    const double reward = counts ? earned : 0;
    state.deal(parameters.decks, next.suit);
    state.previous_action = static_cast<std::int8_t>(action);
    return {.reward = reward, .learner_reward = reward, .terminated = state.deck.cards() == 0};
  }

  static void observe(const Parameters& parameters, const State& state, std::span<float> observation) {
    observe_card(state.suit_of(state.cards_shown(parameters.decks) - 1), state.previous_action,
                 parameters.observes_action, observation);
  }

 private:
  /// The suit to name; any if there are not k cards yet.
  static int answer(const Parameters& parameters, const State& state) {
    const int shown = state.cards_shown(parameters.decks);
    return shown < parameters.k ? 0 : state.suit_of(shown - parameters.k);
  }
};

static_assert(Environment<RepeatPreviousEnv>);

}  // namespace windhover::env
