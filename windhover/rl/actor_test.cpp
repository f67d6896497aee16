#include "windhover/rl/actor.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/nn/initialise.hpp"
#include "windhover/rl/testing.hpp"

namespace windhover::rl {
namespace {

using namespace testing_support;

nn::Architecture network_for(int observations, int actions, bool recurrent = true) {
  return {.observations = observations,
          .actions = actions,
          .hidden = 8,
          .recurrent = recurrent,
          .layer_norm = recurrent};
}

std::vector<float> random_model(const nn::Architecture& architecture) {
  std::vector<float> parameters(nn::Layout(architecture).arena_size());
  nn::initialise<float>(parameters, nn::Layout(architecture), Stream({.seed = 6}));
  return parameters;
}

struct Traced {
  EvaluationSetup setup;
  nn::Architecture architecture;
};

/// A fleet that shares a cloud, and members of one of which episodes differ in length.
std::vector<Traced> traced_worlds() {
  const auto maze = env::find("t-maze");
  const auto cart = env::find("cartpole");
  return {{{.environment = "offload",
            .environment_config = offload_config("sound", {{"cloud_units", 200}}),
            .seed = 42,
            .conditions = {5, 50},
            .episodes = 9,
            .members = 3},
           network_for(48, 3)},
          {{.environment = "t-maze",
            .environment_config = *(*maze)->configure("short", Json::object()),
            .seed = 3,
            .conditions = {0},
            .episodes = 4},
           network_for(3, 3)},
          {{.environment = "cartpole",
            .environment_config = *(*cart)->configure("v1", Json::object()),
            .seed = 4,
            .conditions = {0},
            .episodes = 4},
           network_for(4, 2, false)}};
}

/// Every episode again, alone: its rewards are the evaluation's row to the bit, and so are lengths and
/// shares.
TEST(Trace, IsAnEpisodeOfTheEvaluation) {
  for (const auto& [setup, architecture] : traced_worlds()) {
    const auto model = random_model(architecture);
    const std::vector<std::span<const float>> models = {model};
    const auto rows = evaluate(architecture, models, setup, {});
    ASSERT_TRUE(rows.has_value()) << rows.error().message;
    for (const auto& row : *rows) {
      std::vector<double> returns(static_cast<std::size_t>(setup.members), 0.0);
      std::vector<double> lengths(returns.size(), 0.0);
      const TracedEpisode episode{.condition = row.condition,
                                  .choice = row.choice,
                                  .number = static_cast<std::uint32_t>(row.episode)};
      const auto traced = trace(architecture, model, setup, episode, [&](const TracedStep& step) {
        const auto member = static_cast<std::size_t>(step.member);
        EXPECT_EQ(step.step, static_cast<int>(lengths[member]));
        returns[member] += step.reward;
        ++lengths[member];
        return true;
      });
      ASSERT_TRUE(traced.has_value()) << traced.error().message;
      const double share = 1.0 / setup.members;
      double mean = 0, length = 0;
      for (const double one : returns) mean += one * share;
      for (const double one : lengths) length += one * share;
      EXPECT_EQ(mean, row.episode_return) << setup.environment;
      EXPECT_EQ(length, row.length) << setup.environment;
    }
  }
}

/// Observation by observation, with nothing but what was seen: the hidden state is carried.
TEST(Actor, DecidesAsTheEvaluationDoes) {
  for (const auto& world : traced_worlds()) {
    const auto& setup = world.setup;
    const auto& architecture = world.architecture;
    const auto model = random_model(architecture);
    for (const auto choice : {ActionChoice::greedy, ActionChoice::sampled}) {
      constexpr std::uint32_t number = 1;
      std::map<int, Actor> actors;
      const auto condition = setup.conditions.back();
      const auto traced =
          trace(architecture, model, setup, {condition, choice, number}, [&](const TracedStep& step) {
            const auto [actor, is_new] = actors.try_emplace(step.member, architecture, model, choice);
            if (is_new) {
              actor->second.start_episode({.seed = setup.seed,
                                           .purpose = Purpose::evaluation_actions,
                                           .worker = static_cast<std::uint16_t>(step.member),
                                           .episode = number,
                                           .condition = static_cast<float>(condition)});
            }
            const auto decision = actor->second.decide(step.observation);
            EXPECT_TRUE(decision.has_value());
            EXPECT_TRUE(std::ranges::equal(decision->probabilities, step.probabilities));
            EXPECT_EQ(decision->action, step.action);
            EXPECT_EQ(decision->value, step.value);
            return true;
          });
      EXPECT_TRUE(traced.has_value());
      EXPECT_EQ(actors.size(), static_cast<std::size_t>(setup.members));
    }
  }
}

TEST(Actor, RemembersUntilAnEpisodeStarts) {
  const auto architecture = network_for(3, 3);
  const auto model = random_model(architecture);
  Actor actor(architecture, model, ActionChoice::greedy);
  const std::vector<float> observation = {0.5F, 1.0F, 0.25F};
  const float first = actor.decide(observation)->value;
  EXPECT_NE(actor.decide(observation)->value, first);
  actor.start_episode({});
  EXPECT_EQ(actor.decide(observation)->value, first);
}

/// Logits and value by hand: a network whose first layer passes the observation on and whose heads add it up.
TEST(Actor, GivesTheSoftmaxAndTheValueOfItsNetwork) {
  const nn::Architecture plain{
      .observations = 2, .actions = 2, .hidden = 2, .recurrent = false, .layer_norm = false};
  const nn::Layout layout(plain);
  std::vector<float> model(layout.arena_size(), 0.0F);
  for (const auto& tensor : layout.tensors()) {
    const bool is_layer = tensor.name == "feature.weight" || tensor.name == "hidden.weight";
    if (is_layer) model[tensor.index(0, 0)] = model[tensor.index(1, 1)] = 1.0F;
    if (tensor.name == "policy.weight") model[tensor.index(0, 0)] = 2.0F;  // logits 2 x, 0
    if (tensor.name == "value.weight") {                                   // value 3 x - y
      model[tensor.index(0, 0)] = 3.0F;
      model[tensor.index(0, 1)] = -1.0F;
    }
  }
  Actor actor(plain, model, ActionChoice::greedy);
  const auto decision = actor.decide(std::vector<float>{0.5F, 0.25F});
  ASSERT_TRUE(decision.has_value());
  EXPECT_FLOAT_EQ(decision->value, 1.25F);
  EXPECT_NEAR(decision->probabilities[0], std::exp(1.0) / (1 + std::exp(1.0)), 1e-6);
  EXPECT_EQ(decision->action, 0);
}

TEST(Actor, RefusesNaN) {
  const auto architecture = network_for(3, 3);
  auto model = random_model(architecture);
  model[nn::Layout(architecture).heads_bias.offset] = std::numeric_limits<float>::quiet_NaN();
  Actor actor(architecture, model, ActionChoice::greedy);
  EXPECT_FALSE(actor.decide(std::vector<float>(3, 0.0F)).has_value());
}

TEST(Trace, EndsWhenTheOnlookerHasSeenEnough) {
  const auto [setup, architecture] = traced_worlds().front();
  const auto model = random_model(architecture);
  int seen = 0;
  const auto traced = trace(architecture, model, setup, {.condition = 5}, [&](const TracedStep& step) {
    EXPECT_EQ(step.hidden.size(), 4U);
    return ++seen < 4;
  });
  EXPECT_TRUE(traced.has_value());
  EXPECT_EQ(seen, 4);
}

}  // namespace
}  // namespace windhover::rl
