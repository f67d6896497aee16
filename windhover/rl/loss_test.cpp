#include "windhover/rl/loss.hpp"

#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/core/random.hpp"
#include "windhover/rl/policy.hpp"

namespace windhover::rl {
namespace {

TEST(Returns, DiscountTheFutureAndStartFromTheBootstrapValue) {
  const std::vector<double> rewards = {1.0, 0.0, 2.0};
  std::vector<double> returns(3);
  discounted_returns<double>(returns, rewards, 10.0, 0.5);
  // By hand: 2 + 0.5*10 = 7; 0 + 3.5; 1 + 1.75.
  EXPECT_EQ(returns, (std::vector<double>{2.75, 3.5, 7.0}));
}

TEST(Normalise, GivesMeanZeroAndSampleDeviationOne) {
  std::vector<double> advantages = {3.0, -1.0, 4.0, 1.5};
  normalise<double>(advantages);
  const double sum = std::accumulate(advantages.begin(), advantages.end(), 0.0);
  double squares = 0;
  for (const double value : advantages) squares += value * value;
  EXPECT_NEAR(sum, 0.0, 1e-14);
  EXPECT_NEAR(squares / 3.0, 1.0, 1e-14);
}

TEST(Normalise, LeavesOneValueAndSurvivesEqualOnes) {
  std::vector<float> one = {5.0F};
  normalise<float>(one);
  EXPECT_EQ(one[0], 5.0F);
  std::vector<float> equal = {2.0F, 2.0F, 2.0F};
  normalise<float>(equal);
  EXPECT_EQ(equal, (std::vector<float>{0.0F, 0.0F, 0.0F}));
}

TEST(Policy, IsTheSoftmaxOfTheLogits) {
  const std::vector<double> heads = {1.0, 2.0, 3.0, /*value*/ 99.0, 1000.0, 1000.0, -1000.0, /*value*/ 0.0};
  std::vector<double> probabilities(6), logs(6);
  policy_distribution<double>(probabilities, logs, heads, 2, 3);
  const double sum = std::exp(1.0) + std::exp(2.0) + std::exp(3.0);
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(probabilities[static_cast<std::size_t>(i)], std::exp(1.0 + i) / sum, 1e-15);
    EXPECT_NEAR(logs[static_cast<std::size_t>(i)], 1.0 + i - std::log(sum), 1e-15);
  }
  EXPECT_NEAR(probabilities[3], 0.5, 1e-15);
  EXPECT_EQ(probabilities[5], 0.0);
}

TEST(Policy, SamplesByCumulativeProbabilityAndBreaksTiesLow) {
  const std::vector<float> probabilities = {0.25F, 0.5F, 0.25F};
  EXPECT_EQ(sample_action<float>(probabilities, 0.0), 0);
  EXPECT_EQ(sample_action<float>(probabilities, 0.2499), 0);
  EXPECT_EQ(sample_action<float>(probabilities, 0.25), 1);
  EXPECT_EQ(sample_action<float>(probabilities, 0.75), 2);
  EXPECT_EQ(sample_action<float>(probabilities, 0.999999), 2);
  EXPECT_EQ(greedy_action<float>(probabilities), 1);
  EXPECT_EQ(greedy_action<float>(std::vector<float>{0.4F, 0.4F, 0.2F}), 0);
}

/// The derivative by every head against finite differences of the total loss, advantages held constant.
TEST(Loss, DerivativeEqualsFiniteDifferences) {
  constexpr int steps = 5;
  constexpr int actions = 3;
  const nn::Architecture architecture{.observations = 1, .actions = actions, .hidden = 1};
  Rollout<double> rollout(architecture, steps);
  rollout.length = steps;
  Stream stream({.seed = 11});
  std::vector<double> returns(steps), advantages(steps);
  const auto heads = rollout.activations.heads(0, steps);
  for (double& head : heads) head = stream.normal();
  for (std::size_t t = 0; t < steps; ++t) {
    rollout.actions[t] = static_cast<int>(stream.uniform_below(actions));
    returns[t] = stream.normal();
    advantages[t] = stream.normal();
  }
  const auto total = [&](std::span<double> derivative) {
    policy_distribution<double>(rollout.probabilities, rollout.log_probabilities, heads, steps, actions);
    return actor_critic_loss<double>(derivative, rollout, returns, advantages, 0.25, 0.3).total;
  };
  std::vector<double> derivative(heads.size()), unused(heads.size());
  (void)total(derivative);
  for (std::size_t i = 0; i < heads.size(); ++i) {
    constexpr double epsilon = 1e-6;
    const double original = heads[i];
    heads[i] = original + epsilon;
    const double above = total(unused);
    heads[i] = original - epsilon;
    const double below = total(unused);
    heads[i] = original;
    EXPECT_NEAR(derivative[i], (above - below) / (2 * epsilon), 1e-8) << i;
  }
}

/// A_t as the sum over k of (gamma lambda)^k d_{t+k}, term by term.
TEST(GeneralisedAdvantage, IsTheDiscountedSumOfOneStepErrors) {
  constexpr int steps = 7;
  Rollout<double> rollout({.observations = 1, .actions = 2, .hidden = 1}, steps);
  rollout.length = steps;
  Stream stream({.seed = 12});
  std::vector<double> values;
  for (int t = 0; t < steps; ++t) {
    rollout.rewards[static_cast<std::size_t>(t)] = stream.normal();
    values.push_back(rollout.activations.heads(t).back() = stream.normal());
  }
  values.push_back(0.7);
  for (const double lambda : {0.0, 0.5, 0.95, 1.0}) {
    LearnerConfig config;
    config.gamma = 0.9;
    config.gae_lambda = lambda;
    std::vector<double> returns(steps), advantages(steps);
    estimate_returns<double>(returns, advantages, rollout, values.back(), config);
    for (std::size_t t = 0; t < steps; ++t) {
      double expected = 0;
      for (std::size_t k = t; k < steps; ++k) {
        expected += std::pow(0.9 * lambda, static_cast<double>(k - t)) *
                    (rollout.rewards[k] + 0.9 * values[k + 1] - values[k]);
      }
      EXPECT_NEAR(advantages[t], expected, 1e-12) << lambda << " " << t;
      EXPECT_NEAR(returns[t], expected + values[t], 1e-12) << lambda << " " << t;
    }
  }
}

TEST(DecayedShare, IsAStraightLine) {
  EXPECT_EQ(decayed_share(1.0, 0.3), 1.0);
  EXPECT_EQ(decayed_share(0.0, 0.0), 1.0);
  EXPECT_DOUBLE_EQ(decayed_share(0.0, 0.25), 0.75);
  EXPECT_DOUBLE_EQ(decayed_share(0.2, 1.0), 0.2);
}

TEST(Loss, AnImpossibleActionAddsNothing) {
  const nn::Architecture architecture{.observations = 1, .actions = 2, .hidden = 1};
  Rollout<float> rollout(architecture, 1);
  rollout.length = 1;
  rollout.actions[0] = 0;
  const auto heads = rollout.activations.heads(0);
  heads[0] = 0.0F;
  heads[1] = -2000.0F;
  heads[2] = 1.0F;
  policy_distribution<float>(rollout.probabilities, rollout.log_probabilities, heads, 1, 2);
  std::vector<float> derivative(3);
  const std::vector<float> returns = {1.0F}, advantages = {1.0F};
  const auto losses = actor_critic_loss<float>(derivative, rollout, returns, advantages, 0.25, 0.05);
  EXPECT_EQ(losses.entropy, 0.0F);
  for (const float value : derivative) EXPECT_EQ(value, 0.0F);
}

}  // namespace
}  // namespace windhover::rl
