#include <functional>
#include <optional>

#include <gmock/gmock.h>

#include "windhover/rl/testing.hpp"

/// A training whose budget is raised after its end goes on to the bits that it would have had with the larger
/// budget from its start.
namespace windhover::rl {
namespace {

using namespace testing_support;

using State = std::vector<std::byte>;

/// Trains to the end in slices; returns the state that a larger budget can go on from, if there is one.
std::optional<State> train(Training& training, std::uint64_t slice = 70) {
  std::optional<State> state;
  while (!training.finished()) {
    EXPECT_TRUE(training.advance(slice, {}).has_value());
    auto taken = training.take_state_for_larger_budget();
    if (taken.empty()) continue;
    EXPECT_FALSE(state.has_value()) << "there is one last such state";
    state = std::move(taken);
  }
  return state;
}

void expect_same(const Training& one, const Training& other) {
  ASSERT_EQ(one.models(), other.models());
  for (int model = 0; model < one.models(); ++model)
    EXPECT_EQ(parameters_of(one, model), parameters_of(other, model));
  EXPECT_EQ(one.steps_done(), other.steps_done());
  ASSERT_EQ(one.rows().size(), other.rows().size());
  for (std::size_t i = 0; i < one.rows().size(); ++i) {
    EXPECT_EQ(one.rows()[i].step, other.rows()[i].step);
    EXPECT_EQ(one.rows()[i].episode_return, other.rows()[i].episode_return);
  }
}

/// Goes on from the end of the smaller to the budget of the larger, which is then compared with a whole one.
void expect_to_grow(const std::function<std::unique_ptr<Training>(bool larger)>& make) {
  const auto smaller = make(false);
  const auto state = train(*smaller);
  ASSERT_TRUE(state.has_value());
  const auto whole = make(true);
  train(*whole);
  ASSERT_GT(whole->steps_done(), smaller->steps_done());
  const auto grown = make(true);
  ASSERT_TRUE(grown->restore(*state).has_value());
  EXPECT_FALSE(grown->finished());
  const auto next_state = train(*grown, 33);
  EXPECT_TRUE(next_state.has_value()) << "it can grow again";
  expect_same(*grown, *whole);
}

TrainingSetup with_budget(TrainingSetup setup, bool larger, bool in_steps) {
  if (in_steps) {
    setup.steps = larger ? 750 : 430;
  } else {
    setup.episodes = larger ? 7 : 4;
  }
  return setup;
}

TEST(LargerBudget, GoesOnToTheSameBitsInEveryArm) {
  for (const auto& arm : arm_names()) {
    for (const bool in_steps : {false, true}) {
      SCOPED_TRACE(fmt::format("{}, budget in {}", arm, in_steps ? "steps" : "episodes"));
      expect_to_grow([&](bool larger) { return make(with_budget(small_setup(arm), larger, in_steps)); });
    }
  }
}

/// With a shared pool all workers start together; in the random walk each when it likes, and episodes differ
/// in length, so that others are in the midst of theirs when the first is refused one.
TEST(LargerBudget, GoesOnToTheSameBitsWhereverEpisodesEnd) {
  for (const bool in_steps : {false, true}) {
    SCOPED_TRACE(in_steps);
    auto shared = small_setup("a3c");
    shared.environment_config = offload_config("sound");
    expect_to_grow([&](bool larger) { return make(with_budget(shared, larger, in_steps)); });
    for (const auto schedule : {make_logical_training, make_synchronous_training}) {
      expect_to_grow([&](bool larger) {
        auto setup = with_budget(small_setup("a3c"), larger, in_steps);
        if (in_steps) setup.steps = larger ? 160 : 90;
        return make_walk(setup, schedule);
      });
    }
  }
}

/// What was saved on the way, before and after the place where a larger budget takes over, is gone on with
/// under the same budget as ever.
TEST(LargerBudget, LeavesOrdinaryStatesAsTheyAre) {
  const auto setup = with_budget(small_setup("a3c"), false, false);
  const auto whole = make_walk(setup, make_logical_training);
  train(*whole);
  auto training = make_walk(setup, make_logical_training);
  while (!training->finished()) {
    ASSERT_TRUE(training->advance(1, {}).has_value());
    auto next = make_walk(setup, make_logical_training);
    ASSERT_TRUE(next->restore(training->save()).has_value());
    EXPECT_THAT(next->take_state_for_larger_budget(), ::testing::IsEmpty()) << "it is taken once";
    training = std::move(next);
  }
  expect_same(*training, *whole);
}

TEST(LargerBudget, IsAnotherTrainingWhereCoefficientsFollowTheBudget) {
  auto decaying = small_setup("a3c");
  decaying.learner.final_lr_share = 0.5;
  EXPECT_FALSE(train(*make(decaying)).has_value());
  decaying = small_setup("a3c");
  decaying.learner.final_entropy_share = 0.1;
  EXPECT_FALSE(train(*make(decaying)).has_value());
  auto delayed = small_setup("a3c");
  delayed.learner.delay = 2;
  EXPECT_FALSE(train(*make(delayed)).has_value());
}

}  // namespace
}  // namespace windhover::rl
