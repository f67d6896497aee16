#include "windhover/rl/evaluation.hpp"

#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/nn/initialise.hpp"
#include "windhover/rl/testing.hpp"

namespace windhover::rl {
namespace {

using namespace testing_support;

const nn::Architecture tested_network{
    .observations = 48, .actions = 3, .hidden = 8, .recurrent = true, .layer_norm = true};

EvaluationSetup small_evaluation(const std::string& profile) {
  EvaluationSetup setup;
  setup.environment = "offload";
  setup.environment_config = offload_config(profile);
  setup.seed = 42;
  setup.conditions = {5, 100};
  setup.episodes = 20;
  setup.members = profile == "sound" ? 5 : 1;
  return setup;
}

/// Parameters of a policy that takes action `favourite` with probability nearly 1, or every action alike if
/// it is -1.
std::vector<float> fixed_policy(int favourite) {
  const nn::Layout layout(tested_network);
  std::vector<float> parameters(layout.arena_size(), 0.0F);
  if (favourite >= 0) parameters[layout.heads_bias.offset + static_cast<std::size_t>(favourite)] = 60.0F;
  return parameters;
}

std::vector<EvaluationRow> rows_of(const std::vector<float>& parameters, const EvaluationSetup& setup) {
  const std::vector<std::span<const float>> models = {parameters};
  auto rows = evaluate(tested_network, models, setup, {});
  EXPECT_TRUE(rows.has_value()) << rows.error().message;
  return *rows;
}

double mean_return(const std::vector<EvaluationRow>& rows, ActionChoice choice, double condition) {
  double sum = 0;
  int count = 0;
  for (const auto& row : rows) {
    if (row.choice != choice || row.condition != condition) continue;
    sum += row.episode_return;
    ++count;
  }
  return sum / count;
}

/// The simple policies, played through a network, against their scores in spec/environment.md (measured
/// independently).
TEST(Evaluation, FixedPoliciesEarnTheirPublishedScores) {
  EvaluationSetup paper = small_evaluation("paper");
  paper.episodes = 400;
  EXPECT_NEAR(mean_return(rows_of(fixed_policy(0), paper), ActionChoice::greedy, 5), 30.4, 2.4);
  EXPECT_NEAR(mean_return(rows_of(fixed_policy(1), paper), ActionChoice::greedy, 100), 49.7, 2.4);
  EXPECT_EQ(mean_return(rows_of(fixed_policy(2), paper), ActionChoice::greedy, 5), 0.0);
  EXPECT_NEAR(mean_return(rows_of(fixed_policy(-1), paper), ActionChoice::sampled, 5), 68.4, 2.4);
  EvaluationSetup sound = small_evaluation("sound");
  sound.episodes = 2000;
  EXPECT_NEAR(mean_return(rows_of(fixed_policy(1), sound), ActionChoice::greedy, 100), 35.6, 1.6);
  EXPECT_NEAR(mean_return(rows_of(fixed_policy(-1), sound), ActionChoice::sampled, 5), 58.1, 1.6);
}

TEST(Evaluation, UniformPolicyIsGreedyForTheLowestAction) {
  for (const auto& row : rows_of(fixed_policy(-1), small_evaluation("paper"))) {
    if (row.choice == ActionChoice::greedy) {
      EXPECT_EQ(row.action_shares, (std::vector<double>{1, 0, 0}));
    }
    for (const double probability : row.action_probabilities) EXPECT_NEAR(probability, 1.0 / 3, 1e-6);
  }
}

TEST(Evaluation, RowsAreCanonicalAndWhole) {
  const auto rows = rows_of(fixed_policy(-1), small_evaluation("sound"));
  ASSERT_EQ(rows.size(), 2U * 2U * 4U);  // two choices, two velocities, 20 / 5 fleet episodes
  EXPECT_EQ(rows.front().choice, ActionChoice::greedy);
  EXPECT_EQ(rows.back().choice, ActionChoice::sampled);
  for (const auto& row : rows) {
    EXPECT_EQ(row.length, 100.0);
    EXPECT_NEAR(std::accumulate(row.action_shares.begin(), row.action_shares.end(), 0.0), 1.0, 1e-12);
  }
}

/// The same episodes for every model: what a policy does never changes the tasks of the next episode.
TEST(Evaluation, BatchingDoesNotChangeAnEpisode) {
  std::vector<float> parameters(nn::Layout(tested_network).arena_size());
  nn::initialise<float>(parameters, nn::Layout(tested_network), Stream({.seed = 6}));
  EvaluationSetup many = small_evaluation("paper"), few = many;
  few.episodes = 3;
  few.conditions = {100};
  const auto all = rows_of(parameters, many), some = rows_of(parameters, few);
  int compared = 0;
  for (const auto& one : some) {
    for (const auto& other : all) {
      if (other.choice != one.choice || other.condition != one.condition || other.episode != one.episode)
        continue;
      EXPECT_EQ(one.episode_return, other.episode_return);
      EXPECT_EQ(one.action_probabilities, other.action_probabilities);
      ++compared;
    }
  }
  EXPECT_EQ(compared, 6);
}

TEST(Evaluation, NanAndMisfitsAreErrors) {
  auto parameters = fixed_policy(0);
  parameters[nn::Layout(tested_network).heads_bias.offset] = std::numeric_limits<float>::quiet_NaN();
  const std::vector<std::span<const float>> models = {parameters};
  const auto rows = evaluate(tested_network, models, small_evaluation("paper"), {});
  ASSERT_FALSE(rows.has_value());
  EXPECT_THAT(rows.error().message, testing::HasSubstr("NaN"));

  nn::Architecture other = tested_network;
  other.observations = 4;
  const std::vector<float> small(nn::Layout(other).arena_size());
  const std::vector<std::span<const float>> misfits = {small};
  const auto misfit = evaluate(other, misfits, small_evaluation("paper"), {});
  ASSERT_FALSE(misfit.has_value());
  EXPECT_THAT(misfit.error().message, testing::HasSubstr("4 observations"));
}

TEST(Evaluation, AZeroConditionHasNoSign) {
  const auto parameters = fixed_policy(-1);
  EvaluationSetup plain = small_evaluation("paper");
  plain.conditions = {0};
  EvaluationSetup with_sign = plain;
  with_sign.conditions = {-0.0};
  const auto rows = rows_of(parameters, plain);
  const auto others = rows_of(parameters, with_sign);
  ASSERT_EQ(rows.size(), others.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].episode_return, others[i].episode_return);
    EXPECT_FALSE(std::signbit(others[i].condition));
  }
}

TEST(Evaluation, OneThatNoMemoryHoldsIsRefusedBeforeAnyIsAskedFor) {
  const auto message_of = [](int episodes, int members, std::size_t conditions) {
    EvaluationSetup setup = small_evaluation("paper");
    setup.episodes = episodes;
    setup.members = members;
    setup.conditions.assign(conditions, 5.0);
    const auto parameters = fixed_policy(0);
    const std::vector<std::span<const float>> models = {parameters};
    const auto rows = evaluate(tested_network, models, setup, {});
    return rows ? std::string("accepted") : rows.error().message;
  };
  constexpr int most = std::numeric_limits<int>::max();
  EXPECT_THAT(message_of(most, 1, 9),
              testing::AllOf(testing::HasSubstr("2147483647 episodes under each of 9 conditions"),
                             testing::HasSubstr("GB of memory, but 16 is the most")));
  EXPECT_THAT(message_of(most, 5, 1), testing::HasSubstr("16 is the most"));
  EXPECT_THAT(message_of(1, most, 1), testing::HasSubstr("16 is the most"));
  EXPECT_EQ(message_of(2, 1, 2), "accepted");
  EXPECT_THAT(message_of(0, 1, 2), testing::HasSubstr("at least one episode"));
  EXPECT_TRUE(check_evaluation(tested_network, 1, {.conditions = 9, .episodes = 10'000}).has_value());
  EXPECT_EQ(check_evaluation(tested_network, 1, {.conditions = 9, .episodes = most}).error().kind,
            ErrorKind::usage);
}

TEST(Evaluation, StopsWhenAsked) {
  std::stop_source source;
  source.request_stop();
  const auto parameters = fixed_policy(0);
  const std::vector<std::span<const float>> models = {parameters};
  const auto ended = evaluate(tested_network, models, small_evaluation("paper"), source.get_token());
  ASSERT_FALSE(ended.has_value());
  EXPECT_EQ(ended.error().kind, ErrorKind::stopped);
}

TEST(Evaluation, ItsRateIsMeasuredForAsLongAsIsAsked) {
  auto setup = small_evaluation("paper");
  setup.episodes = 2000;
  const auto parameters = fixed_policy(0);
  const auto begin = std::chrono::steady_clock::now();
  const auto rate = evaluation_rate(tested_network, parameters, setup, 0.01);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  ASSERT_TRUE(rate.has_value()) << rate.error().message;
  EXPECT_GT(*rate * elapsed.count(), 2000) << "every episode has had a step";
}

}  // namespace
}  // namespace windhover::rl
