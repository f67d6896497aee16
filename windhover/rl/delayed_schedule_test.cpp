#include <algorithm>
#include <deque>

#include <gtest/gtest.h>

#include "windhover/rl/parameter_history.hpp"
#include "windhover/rl/testing.hpp"

namespace windhover::rl {
namespace {

using namespace testing_support;

TrainingSetup delayed_setup(int delay, int workers = 3) {
  TrainingSetup setup = small_setup("a3c", workers);
  setup.learner.delay = delay;
  return setup;
}

constexpr std::uint64_t steps_of_an_update = 20;

TEST(ParameterHistory, IsTheLastVersions) {
  for (const int delay : {0, 1, 3}) {
    const std::vector<double> initial = {0, 0};
    ParameterHistory<double> history(initial, delay);
    std::deque<double> versions = {0};
    for (int update = 1; update < 12; ++update) {
      EXPECT_EQ(history.staleness(), versions.size() - 1);
      EXPECT_EQ(history.delayed()[1], versions.front());
      std::ranges::fill(history.next(), update);
      versions.push_back(update);
      if (versions.size() > static_cast<std::size_t>(delay) + 1) versions.pop_front();
    }
  }
}

TEST(DelayedSchedule, WithoutDelayOneWorkerIsA3cWithOneWorker) {
  const auto fresh = make(delayed_setup(0, 1)), logical = make(small_setup("a3c", 1));
  run_to_end(*fresh);
  run_to_end(*logical);
  EXPECT_EQ(parameters_of(*fresh), parameters_of(*logical));
}

/// Workers that take turns act on what their own last update left. In the logical schedule they do as well;
/// there they also step side by side, which can not be told apart where no pool is ever short.
TEST(DelayedSchedule, OneLessThanWorkersIsTheLogicalScheduleWithoutContention) {
  for (const int workers : {2, 3, 5}) {
    TrainingSetup delayed = delayed_setup(workers - 1, workers), logical = small_setup("a3c", workers);
    for (TrainingSetup* setup : {&delayed, &logical})
      setup->environment_config = offload_config("paper", {{"cloud_units", 1'000'000}});
    const auto in_turns = make(delayed), side_by_side = make(logical);
    run_to_end(*in_turns);
    run_to_end(*side_by_side);
    EXPECT_EQ(parameters_of(*in_turns), parameters_of(*side_by_side)) << workers;
    ASSERT_EQ(in_turns->rows().size(), side_by_side->rows().size());
    for (std::size_t i = 0; i < in_turns->rows().size(); ++i) {
      EXPECT_EQ(in_turns->rows()[i].staleness, side_by_side->rows()[i].staleness);
      EXPECT_EQ(in_turns->rows()[i].total_loss, side_by_side->rows()[i].total_loss);
    }
  }
}

TEST(DelayedSchedule, StalenessIsTheDelayFromThatUpdateOn) {
  for (const int delay : {0, 1, 4, 7, 1000}) {
    const auto training = make(delayed_setup(delay));
    run_to_end(*training);
    // Six episodes of three workers with five updates each; update u is min(u, delay) updates old.
    double expected = 0, recorded = 0;
    for (int update = 0; update < 90; ++update) expected += std::min(update, delay);
    for (const TrainingRow& row : training->rows()) recorded += 5 * row.staleness;
    EXPECT_NEAR(recorded, expected, 1e-9) << delay;
    if (delay < 10) {
      EXPECT_EQ(training->rows().back().staleness, delay);
    }
  }
}

/// Delays 2 and 5 have the initial parameters for updates 0 to 2; update 3 is the first that delay 2 makes on
/// others.
TEST(DelayedSchedule, TwoDelaysPartWhereTheyFirstDiffer) {
  const auto parameters_after = [](int delay, std::uint64_t updates) {
    const auto training = make(delayed_setup(delay));
    EXPECT_TRUE(training->advance(updates * steps_of_an_update, {}).has_value());
    return parameters_of(*training);
  };
  EXPECT_EQ(parameters_after(2, 3), parameters_after(5, 3));
  EXPECT_NE(parameters_after(2, 4), parameters_after(5, 4));
}

TEST(DelayedSchedule, EveryEpisodeIsTrained) {
  const auto training = make(delayed_setup(1));
  run_to_end(*training);
  EXPECT_EQ(training->steps_done(), 1800U);
  EXPECT_EQ(training->steps_expected(), 1800U);
  EXPECT_EQ(training->rows().size(), 18U);
}

TEST(DelayedSchedule, ResumesToTheSameBits) {
  expect_resumable([] { return make(delayed_setup(3)); });
  TrainingSetup setup = delayed_setup(2);
  setup.learner.rollout = 4;
  expect_resumable([&] { return make_walk(setup, make_delayed_training); });
}

TEST(DelayedSchedule, AStateOfAnotherDelayIsAnError) {
  const auto training = make(delayed_setup(1));
  ASSERT_TRUE(training->advance(500, {}).has_value());
  EXPECT_FALSE(make(delayed_setup(2))->restore(training->save()).has_value());
  EXPECT_FALSE(make(small_setup("a3c"))->restore(training->save()).has_value());
}

}  // namespace
}  // namespace windhover::rl
