#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/env/describe.hpp"
#include "windhover/env/repeat_first.hpp"
#include "windhover/env/repeat_previous.hpp"

/// RepeatFirstEnv and RepeatPreviousEnv. What is right is worked out here from the list of shown cards.
namespace windhover::env {
namespace {

/// One episode with random actions, written down.
struct Episode {
  std::vector<int> shown;                        // suit of every card, from the observations
  std::vector<int> actions;                      // one a step
  std::vector<double> rewards;                   // one a step
  std::vector<std::vector<float>> observations;  // one more than there are steps
  bool terminated = false;
};

template <class E>
Episode play(const typename E::Config& config, std::uint64_t seed) {
  const auto parameters = E::make_parameters(config, 0, Mode::training).value();
  NoSharedResource nothing{config};
  Stream stream({.seed = seed});
  typename E::State state;
  Episode episode;
  const auto look = [&] {
    std::vector<float> seen(static_cast<std::size_t>(E::observation_size(config)));
    E::observe(parameters, state, seen);
    episode.shown.push_back(
        static_cast<int>(std::max_element(seen.begin(), seen.begin() + 4) - seen.begin()));
    episode.observations.push_back(std::move(seen));
  };
  E::reset(parameters, E::draw_initial(parameters, stream), state);
  look();
  for (StepOutcome outcome; !outcome.done();) {
    episode.actions.push_back(any_suit(stream));
    const auto next = E::draw_next(parameters, state, stream);
    outcome = E::step(parameters, nothing, episode.actions.back(), next, state);
    episode.rewards.push_back(outcome.reward);
    episode.terminated = outcome.terminated;
    look();
  }
  return episode;
}

template <class E>
void expect_whole_decks() {
  for (const auto& profile : E::profiles()) {
    const auto episode = play<E>(profile.config, 3);
    std::array<int, 4> counts = {};
    for (const int suit : episode.shown) ++counts[static_cast<std::size_t>(suit)];
    for (const int count : counts) EXPECT_EQ(count, 13 * profile.config.decks) << profile.name;
    EXPECT_EQ(episode.actions.size(), static_cast<std::size_t>(52 * profile.config.decks - 1));
    EXPECT_TRUE(episode.terminated);
  }
}

TEST(CardTasks, AnEpisodeShowsEveryCardOfTheDecks) {
  expect_whole_decks<RepeatFirstEnv>();
  expect_whole_decks<RepeatPreviousEnv>();
}

template <class E>
void expect_observations() {
  const auto episode = play<E>(E::profiles().front().config, 4);
  for (std::size_t i = 0; i < episode.observations.size(); ++i) {
    const auto& seen = episode.observations[i];
    ASSERT_EQ(seen.size(), 8U);
    for (int suit = 0; suit < 4; ++suit) {
      EXPECT_EQ(seen[static_cast<std::size_t>(suit)], suit == episode.shown[i] ? 1 : 0);
      EXPECT_EQ(seen[static_cast<std::size_t>(suit + 4)], i > 0 && suit == episode.actions[i - 1] ? 1 : 0);
    }
  }
  auto config = E::profiles().front().config;
  config.previous_action = false;
  EXPECT_EQ(play<E>(config, 4).observations.front().size(), 4U);
}

TEST(CardTasks, ObservationsAreTheSuitAndTheActionBefore) {
  expect_observations<RepeatFirstEnv>();
  expect_observations<RepeatPreviousEnv>();
}

TEST(RepeatFirst, RewardsNamingTheFirstSuit) {
  for (const auto& profile : RepeatFirstEnv::profiles()) {
    const auto episode = play<RepeatFirstEnv>(profile.config, 5);
    const auto steps = static_cast<double>(episode.actions.size());
    for (std::size_t i = 0; i < episode.actions.size(); ++i) {
      const bool right = episode.actions[i] == episode.shown.front();
      EXPECT_EQ(episode.rewards[i], (right ? 1 : -1) / steps);
    }
  }
}

TEST(RepeatPrevious, RewardsNamingTheSuitOfSomeCardsBefore) {
  for (const auto& profile : RepeatPreviousEnv::profiles()) {
    const auto episode = play<RepeatPreviousEnv>(profile.config, 6);
    const auto k = static_cast<std::size_t>(profile.config.k);
    const double size = 1.0 / static_cast<double>(episode.shown.size() - k);
    for (std::size_t i = 0; i < episode.actions.size(); ++i) {  // card i is the last one shown
      const bool counts = i + 1 >= k;
      const bool right = counts && episode.actions[i] == episode.shown[i + 1 - k];
      EXPECT_EQ(episode.rewards[i], counts ? (right ? size : -size) : 0) << profile.name << " step " << i;
    }
  }
  const auto easy = play<RepeatPreviousEnv>(RepeatPreviousEnv::profiles().front().config, 7);
  EXPECT_EQ(easy.rewards[2], 0);
  EXPECT_EQ(std::abs(easy.rewards[3]), 1.0 / 48);
}

TEST(RepeatPrevious, MoreCardsBackThanThereAreIsRefused) {
  EXPECT_TRUE(RepeatPreviousEnv::make_parameters({1, 51}, 0, Mode::training).has_value());
  const auto refused = RepeatPreviousEnv::make_parameters({1, 52}, 0, Mode::training);
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().message.find("'k' is 52"), std::string::npos);
}

/// Places are alike: whatever the place, the next card has a given suit in a quarter of all shuffles, and the
/// same suit as the card before in 12 of 51.
TEST(CardTasks, ShufflesAreFair) {
  constexpr int shuffles = 4000;
  std::array<int, 52> spades = {};
  std::array<int, 52> same = {};
  for (int shuffle = 0; shuffle < shuffles; ++shuffle) {
    const auto episode = play<RepeatFirstEnv>({}, 100 + static_cast<std::uint64_t>(shuffle));
    for (std::size_t i = 0; i < 52; ++i) {
      if (episode.shown[i] == 0) ++spades[i];
      if (i > 0 && episode.shown[i] == episode.shown[i - 1]) ++same[i];
    }
  }
  for (std::size_t i = 0; i < 52; ++i) {
    EXPECT_NEAR(spades[i], shuffles / 4.0, 4.5 * std::sqrt(shuffles * 0.25 * 0.75)) << i;
    if (i == 0) continue;
    EXPECT_NEAR(same[i], shuffles * 12 / 51.0, 4.5 * std::sqrt(shuffles * 12 / 51.0 * 39 / 51.0)) << i;
  }
}

template <class E>
PolicyScore score_of(const std::string& policy, const std::string& profile, int episodes) {
  const auto entry = describe<E>();
  const auto config = entry.configure(profile, Json::object());
  const std::vector<double> conditions = {0};
  const auto rows = entry.score_simple_policies(*config, conditions, 1, episodes, 8, {});
  return *std::ranges::find(*rows, policy, &PolicyScore::policy);
}

TEST(RepeatFirst, SimplePoliciesEarnWhatIsKnown) {
  for (const char* profile : {"easy", "medium", "hard"}) {
    EXPECT_NEAR(score_of<RepeatFirstEnv>("oracle", profile, 20).mean, 1, 1e-12);
    EXPECT_NEAR(score_of<RepeatFirstEnv>("copy", profile, 20).mean, 1, 1e-12);
  }
  const auto random = score_of<RepeatFirstEnv>("random", "easy", 4000);
  EXPECT_NEAR(random.mean, -0.5, 4 * random.standard_error);
  // The first step is right; in the 50 others the shown suit is the first one's in 12 of 51 shuffles.
  const auto shown = score_of<RepeatFirstEnv>("shown", "easy", 4000);
  EXPECT_NEAR(shown.mean, (2 * (1 + 50 * 12 / 51.0) - 51) / 51, 4 * shown.standard_error);
}

TEST(RepeatPrevious, SimplePoliciesEarnWhatIsKnown) {
  for (const char* profile : {"easy", "medium", "hard"}) {
    EXPECT_NEAR(score_of<RepeatPreviousEnv>("oracle", profile, 20).mean, 1, 1e-12);
  }
  const auto random = score_of<RepeatPreviousEnv>("random", "easy", 4000);
  EXPECT_NEAR(random.mean, -0.5, 4 * random.standard_error);
  const auto other = score_of<RepeatPreviousEnv>("other", "easy", 4000);
  EXPECT_NEAR(other.mean, 2 * 13 / 51.0 - 1, 4 * other.standard_error);
  const auto hard = score_of<RepeatPreviousEnv>("other", "hard", 1000);
  EXPECT_NEAR(hard.mean, 2 * 39 / 155.0 - 1, 4 * hard.standard_error);
}

}  // namespace
}  // namespace windhover::env
