#include "windhover/roofline/work.hpp"

#include <gtest/gtest.h>

namespace windhover::roofline {
namespace {

nn::Layout layout(bool recurrent, bool layer_norm) {
  return nn::Layout(
      {.observations = 48, .actions = 3, .hidden = 128, .recurrent = recurrent, .layer_norm = layer_norm});
}

// Counted by hand: 48 x 128 features, 128 x 384 gates twice (or 128 x 128 hidden), 128 x 4 heads; two
// operations a weight.
TEST(Work, ForwardOperationsOfTheStudysNetworks) {
  EXPECT_EQ(forward_operations(layout(true, true)), 2.0 * (6144 + 2 * 49152 + 512));
  EXPECT_EQ(forward_operations(layout(false, true)), 2.0 * (6144 + 16384 + 512));
}

TEST(Work, LayerNormAddsNoProduct) {
  EXPECT_EQ(forward_operations(layout(true, true)), forward_operations(layout(true, false)));
}

// A whole rollout, counted product by product as docs/performance.md lists them.
TEST(Work, ARolloutOfTwentyStepsIsTheSumOfItsProducts) {
  const double features = 2.0 * 48 * 128;
  const double gates = 2.0 * 128 * 384;
  const double heads = 2.0 * 128 * 4;
  const auto work = training_work(layout(true, true), 20);
  EXPECT_DOUBLE_EQ(20 * work.acting, 21 * (features + 2 * gates + heads));
  EXPECT_DOUBLE_EQ(20 * work.recurrent, 19 * gates);
  const double weight_gradients = features + 2 * gates + heads;
  const double input_gradients = gates + heads;
  EXPECT_DOUBLE_EQ(work.batched, weight_gradients + input_gradients);
}

TEST(Work, FeedForwardNetworksHaveNoChainInTime) {
  EXPECT_EQ(training_work(layout(false, true), 20).recurrent, 0);
  EXPECT_EQ(training_work(layout(true, true), 1).recurrent, 0);
}

TEST(Work, TheOptimiserIsSharedByTheStepsOfARollout) {
  const auto once = training_work(layout(true, true), 1);
  const auto twenty = training_work(layout(true, true), 20);
  EXPECT_DOUBLE_EQ(once.optimiser, 20 * twenty.optimiser);
  EXPECT_DOUBLE_EQ(once.optimiser, 100 * training_work(layout(true, true), 20, 5).optimiser);
  EXPECT_GE(once.optimiser, 8.0 * sizeof(float) * static_cast<double>(layout(true, true).parameter_count()));
}

TEST(Bound, TwiceTheSpeedIsHalfTheTime) {
  const auto work = training_work(layout(true, true), 20);
  const Rates rates{.peak = 1e11, .vector_matrix_near = 5e10, .vector_matrix_far = 2e10, .copy = 1e10};
  Rates faster = rates;
  faster.peak *= 2;
  faster.vector_matrix_near *= 2;
  faster.vector_matrix_far *= 2;
  faster.copy *= 2;
  EXPECT_DOUBLE_EQ(bound(work, rates).seconds(), 2 * bound(work, faster).seconds());
  EXPECT_DOUBLE_EQ(bound(work, rates).batched * 1e11, work.batched);
}

}  // namespace
}  // namespace windhover::roofline
