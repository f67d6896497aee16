#include "windhover/env/cart_pole.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/core/files.hpp"
#include "windhover/env/describe.hpp"
#include "windhover/env/position_only_cart_pole.hpp"

namespace windhover::env {
namespace {

template <class E>
typename E::Parameters parameters_of(const typename E::Config& config) {
  return E::make_parameters(config, 0, Mode::training).value();
}

/// A simple policy's mean over `episodes`, from the registry's entry.
template <class E>
double mean_of(const std::string& policy, const std::string& profile, int episodes) {
  const auto entry = describe<E>();
  const auto config = entry.configure(profile, Json::object());
  const std::vector<double> conditions = {0};
  const auto rows = entry.score_simple_policies(*config, conditions, 1, episodes, 7, {});
  return std::ranges::find(*rows, policy, &PolicyScore::policy)->mean;
}

/// Without being put back: as far as small differences stay small.
TEST(CartPole, RecordedEpisodesUnfoldTheSame) {
  const auto text = read_file(WINDHOVER_SOURCE_DIR "/tests/golden/cart_pole.json");
  ASSERT_TRUE(text.has_value());
  const Json file = Json::parse(*text);
  for (const Json& episode : file["episodes"]) {
    const auto& start = episode["initial"];
    CartPoleBody body = {start[0], start[1], start[2], start[3]};
    const std::size_t steps = std::min<std::size_t>(episode["actions"].size(), 100);
    for (std::size_t step = 0; step < steps; ++step) {
      body = cart_pole::push(body, episode["actions"][step] == 1);
      EXPECT_NEAR(body.position, episode["states"][step][0].get<double>(), 1e-9);
      EXPECT_NEAR(body.angular_velocity, episode["states"][step][3].get<double>(), 1e-9);
    }
  }
}

/// The world seen in a mirror: states negated and pushes swapped.
TEST(CartPole, MirroredPushesGiveMirroredStates) {
  Stream stream({.seed = 3});
  CartPoleBody body = cart_pole::draw_start(stream);
  CartPoleBody mirrored = {-body.position, -body.velocity, -body.angle, -body.angular_velocity};
  while (!cart_pole::fallen(body)) {
    const bool right = stream.uniform() < 0.5;
    body = cart_pole::push(body, right);
    mirrored = cart_pole::push(mirrored, !right);
    EXPECT_EQ(body.position, -mirrored.position);
    EXPECT_EQ(body.angular_velocity, -mirrored.angular_velocity);
  }
}

TEST(CartPole, StartsAreUniform) {
  Stream stream({.seed = 4});
  double sum = 0;
  double squares = 0;
  constexpr int count = 4000;
  for (int i = 0; i < count; ++i) {
    const auto body = cart_pole::draw_start(stream);
    for (const double value : {body.position, body.velocity, body.angle, body.angular_velocity}) {
      ASSERT_LE(std::abs(value), 0.05);
      sum += value;
      squares += value * value;
    }
  }
  EXPECT_NEAR(sum / (4 * count), 0, 0.001);                      // four standard errors
  EXPECT_NEAR(squares / (4 * count), 0.05 * 0.05 / 3, 0.00003);  // the variance of the uniform law
}

TEST(CartPole, TheLimitTruncatesAndAFallTerminates) {
  const auto parameters = parameters_of<CartPoleEnv>(CartPoleConfig{2});
  NoSharedResource nothing{0};
  CartPoleState state;
  CartPoleEnv::reset(parameters, {}, state);
  const auto first = CartPoleEnv::step(parameters, nothing, 1, {}, state);
  EXPECT_FALSE(first.done());
  const auto last = CartPoleEnv::step(parameters, nothing, 0, {}, state);
  EXPECT_TRUE(last.truncated);
  EXPECT_FALSE(last.terminated);
  EXPECT_EQ(last.reward, 1);

  CartPoleEnv::reset(parameters, {.angle = 0.2, .angular_velocity = 0.1}, state);
  static_cast<void>(CartPoleEnv::step(parameters, nothing, 0, {}, state));
  state.body.angular_velocity = 2;
  const auto both = CartPoleEnv::step(parameters, nothing, 0, {}, state);  // falls in the last step
  EXPECT_TRUE(both.terminated);
  EXPECT_FALSE(both.truncated);
  EXPECT_EQ(both.reward, 1);
}

TEST(CartPole, SimplePoliciesEarnWhatIsKnown) {
  EXPECT_EQ(mean_of<CartPoleEnv>("balance", "v1", 1000), 500);
  EXPECT_NEAR(mean_of<CartPoleEnv>("random", "v1", 4000), 22.5,
              1.0);  // by tools/cart_pole_trace.py's equations
  EXPECT_NEAR(mean_of<CartPoleEnv>("lean", "v1", 2000), 42.3, 1.0);
}

/// The interval that observation_bounds declares, under pushes that go for speed.
TEST(CartPole, NoSpeedLeavesTheBounds) {
  Stream stream({.seed = 5});
  double fastest = 0;
  for (int episode = 0; episode < 2000; ++episode) {
    CartPoleBody body = cart_pole::draw_start(stream);
    const double target = stream.uniform() < 0.5 ? -50 : 50;
    const double turn_at = 200 * stream.uniform();
    const double gains[] = {0.05 * stream.uniform(), 0.5 * stream.uniform(), stream.uniform()};
    for (int step = 0; step < 500 && !cart_pole::fallen(body); ++step) {
      const double aim = step < turn_at ? target / 25 : -target;
      body = cart_pole::push(body, gains[0] * (body.position - aim) + gains[1] * body.velocity + body.angle +
                                           gains[2] * body.angular_velocity >
                                       0);
      fastest = std::max({fastest, std::abs(body.velocity), std::abs(body.angular_velocity)});
    }
  }
  EXPECT_GT(fastest, 3);
  EXPECT_LT(fastest, static_cast<double>(CartPoleEnv::observation_bounds().highest));
}

TEST(PositionOnlyCartPole, ShowsPositionsAndTheActionBefore) {
  const auto parameters = parameters_of<PositionOnlyCartPoleEnv>({});
  NoSharedResource nothing{0};
  CartPoleState state;
  PositionOnlyCartPoleEnv::reset(parameters, {.position = 0.5, .velocity = 9, .angle = -0.125}, state);
  std::vector<float> seen(4);
  PositionOnlyCartPoleEnv::observe(parameters, state, seen);
  EXPECT_EQ(seen, (std::vector<float>{0.5F, -0.125F, 0, 0}));
  static_cast<void>(PositionOnlyCartPoleEnv::step(parameters, nothing, 1, {}, state));
  PositionOnlyCartPoleEnv::observe(parameters, state, seen);
  EXPECT_NEAR(seen[0], 0.5 + 0.02 * 9, 1e-6);
  EXPECT_EQ(seen[2], 0);
  EXPECT_EQ(seen[3], 1);
  EXPECT_EQ(PositionOnlyCartPoleEnv::observation_size({200, false}), 2);
}

TEST(PositionOnlyCartPole, AWholeEpisodeTerminatesAndEarnsOne) {
  for (const auto& profile : PositionOnlyCartPoleEnv::profiles()) {
    const auto parameters = parameters_of<PositionOnlyCartPoleEnv>(profile.config);
    NoSharedResource nothing{0};
    CartPoleState state;
    PositionOnlyCartPoleEnv::reset(parameters, {.angle = 0.03}, state);
    StepOutcome outcome;
    double earned = 0;
    int steps = 0;
    for (; !outcome.done(); ++steps) {
      const int action = cart_pole::balances_to_the_right(state.body) ? 1 : 0;
      outcome = PositionOnlyCartPoleEnv::step(parameters, nothing, action, {}, state);
      earned += outcome.reward;
    }
    EXPECT_TRUE(outcome.terminated);
    EXPECT_FALSE(outcome.truncated);
    EXPECT_EQ(steps, profile.config.max_steps);
    EXPECT_NEAR(earned, 1, 1e-12);
    EXPECT_NEAR(mean_of<PositionOnlyCartPoleEnv>("balance", profile.name, 100), 1, 1e-12);
  }
  EXPECT_EQ(PositionOnlyCartPoleEnv::profiles().front().config.max_steps, 200);
  EXPECT_EQ(PositionOnlyCartPoleEnv::profiles().back().config.max_steps, 600);
}

}  // namespace
}  // namespace windhover::env
