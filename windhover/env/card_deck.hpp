#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "windhover/core/random.hpp"
#include "windhover/env/standalone.hpp"

/// What RepeatFirstEnv and RepeatPreviousEnv share: cards, dealt one a step, of which only the suit is seen.
namespace windhover::env {

inline constexpr int suits = 4;
inline constexpr int cards_per_suit = 13;  // in one deck
inline constexpr int cards_per_deck = suits * cards_per_suit;
inline constexpr int most_decks = 16;

/// What is left of shuffled decks, by suit. Any card left is as likely to be next as any other, so that
/// drawing a suit by how many of it are left is the same as dealing from a deck that was shuffled at the
/// start.
struct CardDeck {
  std::array<std::uint16_t, suits> left = {};

  [[nodiscard]] static CardDeck whole(int decks) {
    CardDeck deck;
    deck.left.fill(static_cast<std::uint16_t>(decks * cards_per_suit));
    return deck;
  }

  [[nodiscard]] int cards() const {
    int count = 0;
    for (const auto of_suit : left) count += of_suit;
    return count;
  }

  /// The next card's suit. Precondition: a card is left.
  [[nodiscard]] std::uint8_t draw(Stream& stream) const {
    auto card = static_cast<int>(stream.uniform_below(static_cast<std::uint32_t>(cards())));
    std::size_t suit = 0;
    while (card >= left[suit]) card -= left[suit++];
    return static_cast<std::uint8_t>(suit);
  }

  void deal(std::uint8_t suit) { --left[suit]; }

  /// Whether this can be left of so many decks after at least one card.
  [[nodiscard]] bool valid(int decks) const {
    for (const auto of_suit : left) {
      if (of_suit > decks * cards_per_suit) return false;
    }
    return cards() < decks * cards_per_deck;
  }
};

/// The suit of the next card.
struct CardDraw {
  std::uint8_t suit = 0;
  friend bool operator==(const CardDraw&, const CardDraw&) = default;
};

[[nodiscard]] inline int any_suit(Stream& stream) { return static_cast<int>(stream.uniform_below(suits)); }

/// The shown suit, one-hot, and if asked for the action before, one-hot; zeros if there was none.
inline void observe_card(int shown, int previous_action, bool with_action, std::span<float> observation) {
  one_hot(shown, observation.first(suits));
  if (with_action) one_hot(previous_action, observation.subspan(suits, suits));
}

[[nodiscard]] inline bool valid_action_before(int action) { return action >= nothing_yet && action < suits; }

template <class Config>
[[nodiscard]] Field<Config> decks_field() {
  return {"decks", &Config::decks, "decks of 52 cards; an episode has a step for every card but one", 1,
          most_decks};
}

/// To derive from. The configuration has `decks` and `previous_action`, the parameters have `decks`, the
/// state has what is left as `deck`.
template <class CardConfig, class CardParameters, class CardState>
struct CardTask : StandaloneEnvironment {
  using Config = CardConfig;
  using Parameters = CardParameters;
  using State = CardState;
  using Draw = CardDraw;

  /// Actions name suits, in the order of the observation's one-hot.
  static std::vector<std::string> action_names() { return {"spades", "diamonds", "clubs", "hearts"}; }
  static int observation_size(const Config& config) { return config.previous_action ? 2 * suits : suits; }
  static std::vector<std::string> observation_names(const Config& config) {
    std::vector<std::string> names;
    for (const auto& suit : action_names()) names.push_back("shown_" + suit);
    if (!config.previous_action) return names;
    for (const auto& suit : action_names()) names.push_back("previous_" + suit);
    return names;
  }
  static int episode_limit(const Config& config) { return config.decks * cards_per_deck - 1; }
  static ObservationBounds observation_bounds() { return {0.0F, 1.0F}; }

  static Draw draw_initial(const Parameters& parameters, Stream& stream) {
    return {CardDeck::whole(parameters.decks).draw(stream)};
  }
  static Draw draw_next(const Parameters& /*parameters*/, const State& state, Stream& stream) {
    return {state.deck.draw(stream)};
  }
};

}  // namespace windhover::env
