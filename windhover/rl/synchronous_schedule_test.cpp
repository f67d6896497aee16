#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "windhover/rl/testing.hpp"

namespace windhover::rl {
namespace {

using namespace testing_support;

/// An optimiser that takes the gradient as it is: no clipping, no moments, and an epsilon beside which every
/// gradient is small, so that a step is lr / epsilon = 1 times the gradient.
TrainingSetup plain_descent(const std::string& arm) {
  TrainingSetup setup = small_setup(arm, 4);
  setup.learner.max_grad_norm = 1e12;
  setup.learner.adam_beta1 = 0;
  setup.learner.adam_beta2 = 0;
  setup.learner.adam_eps = 1e6;
  setup.learner.lr = 1e6;
  return setup;
}

/// How far the parameters are from their initial values after the first rollout of every worker.
std::vector<double> first_change(const std::string& arm) {
  const auto setup = plain_descent(arm);
  const auto training = make(setup);
  const auto before = parameters_of(*training);
  const auto steps =
      static_cast<std::uint64_t>(setup.workers) * static_cast<std::uint64_t>(setup.learner.rollout);
  EXPECT_TRUE(training->advance(steps, {}).has_value());
  EXPECT_EQ(training->steps_done(), steps);
  const auto after = parameters_of(*training);
  std::vector<double> change(before.size());
  std::ranges::transform(after, before, change.begin(), std::minus<double>());
  return change;
}

/// In the first round of a3c too, every gradient is one at the initial parameters. Plain descent adds them
/// up, in as many updates, where a2c takes their mean.
TEST(SynchronousSchedule, TheGradientIsTheMeanOfTheWorkersGradients) {
  const auto mean = first_change("a2c"), sum = first_change("a3c");
  double largest = 0, difference = 0;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    largest = std::max(largest, std::abs(sum[i] / 4));
    difference = std::max(difference, std::abs(mean[i] - sum[i] / 4));
  }
  EXPECT_GT(largest, 0.01);
  EXPECT_LT(difference, 1e-4 * largest);
}

/// Losses are each worker's own, the norm is that of the mean, which all share.
TEST(SynchronousSchedule, WorkersShareTheNormThatIsClipped) {
  TrainingSetup setup = small_setup("a2c");
  setup.learner.rollout = 100;  // one update an episode
  const auto training = make(setup);
  run_to_end(*training);
  const auto& rows = training->rows();
  ASSERT_EQ(rows.size(), 18U);
  for (std::size_t i = 0; i < rows.size(); i += 3) {
    EXPECT_EQ(rows[i].gradient_norm, rows[i + 1].gradient_norm);
    EXPECT_EQ(rows[i].gradient_norm, rows[i + 2].gradient_norm);
    EXPECT_NE(rows[i].policy_loss, rows[i + 1].policy_loss);
  }
}

TEST(SynchronousSchedule, IsNeverStale) {
  const auto training = make(small_setup("a2c"));
  run_to_end(*training);
  ASSERT_EQ(training->rows().size(), 18U);
  for (const TrainingRow& row : training->rows()) EXPECT_EQ(row.staleness, 0.0);
}

TEST(SynchronousSchedule, DiffersFromTheAsynchronousOne) {
  const auto synchronous = make(small_setup("a2c")), asynchronous = make(small_setup("a3c"));
  run_to_end(*synchronous);
  run_to_end(*asynchronous);
  EXPECT_NE(parameters_of(*synchronous), parameters_of(*asynchronous));
}

/// Rollouts longer than any episode: a round is an episode of every worker, and nobody begins another before
/// the last has ended.
TEST(SynchronousSchedule, AWorkerWaitsForTheOthersAtTheEndOfItsEpisode) {
  TrainingSetup setup = small_setup("a2c");
  setup.learner.rollout = 64;
  const auto training = make_walk(setup, make_synchronous_training);
  run_to_end(*training);
  const auto& rows = training->rows();
  ASSERT_EQ(rows.size(), 18U);
  bool lengths_differ = false;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].episode, static_cast<std::int32_t>(i / 3));
    EXPECT_EQ(rows[i].worker, static_cast<std::int32_t>(i % 3));
    EXPECT_EQ(rows[i].step, rows[i / 3 * 3].step);
    lengths_differ = lengths_differ || rows[i].length != rows[0].length;
  }
  EXPECT_TRUE(lengths_differ);
}

TEST(SynchronousSchedule, ResumesToTheSameBitsWhereEpisodesDifferInLength) {
  TrainingSetup setup = small_setup("a2c");
  setup.learner.rollout = 4;
  expect_resumable([&] { return make_walk(setup, make_synchronous_training); });
}

}  // namespace
}  // namespace windhover::rl
