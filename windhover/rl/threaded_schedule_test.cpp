#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/rl/testing.hpp"

namespace windhover::rl {
namespace {

using namespace testing_support;

TrainingSetup threaded_setup(const std::string& arm, int workers) {
  TrainingSetup setup = small_setup(arm, workers);
  setup.learner.schedule = "threads";
  return setup;
}

TEST(ThreadedSchedule, TrainsEveryEpisodeAndLosesNoStep) {
  for (const auto* arm : {"a3c", "individual"}) {
    const auto training = make(threaded_setup(arm, 4));
    run_to_end(*training);
    EXPECT_EQ(training->steps_done(), 2400U);
    EXPECT_EQ(training->rows().size(), 24U);
    for (int model = 0; model < training->models(); ++model) {
      const auto parameters = parameters_of(*training, model);
      EXPECT_TRUE(std::ranges::all_of(parameters, [](float value) { return std::isfinite(value); }));
    }
  }
}

TEST(ThreadedSchedule, WorkersChangeTheirConditionsEachInItsThread) {
  const auto training = make(threaded_setup("individual-mixed", 2));
  run_to_end(*training);
  EXPECT_EQ(training->rows().size(), 2U * 12);
  EXPECT_EQ(training->models(), 2);
}

TEST(ThreadedSchedule, WithOneWorkerItIsTheLogicalOne) {
  TrainingSetup logical = small_setup("a3c", 1);
  const auto reference = make(logical), threaded = make(threaded_setup("a3c", 1));
  run_to_end(*reference);
  run_to_end(*threaded);
  EXPECT_EQ(parameters_of(*threaded), parameters_of(*reference));
}

TEST(ThreadedSchedule, GoesOnFromASavedState) {
  const auto first = make(threaded_setup("a3c", 2));
  ASSERT_TRUE(first->advance(400, {}).has_value());
  EXPECT_FALSE(first->finished());
  const auto second = make(threaded_setup("a3c", 2));
  ASSERT_TRUE(second->restore(first->save()).has_value());
  run_to_end(*second);
  EXPECT_EQ(second->steps_done(), 1200U);
  EXPECT_EQ(second->rows().size(), 12U);
}

TEST(ThreadedSchedule, AFailureOfOneWorkerEndsAll) {
  const auto training = make(diverging(threaded_setup("a3c", 3)));
  const auto advanced = training->advance(std::uint64_t{1} << 62, {});
  ASSERT_FALSE(advanced.has_value());
  EXPECT_THAT(advanced.error().message, testing::HasSubstr("not finite"));
}

}  // namespace
}  // namespace windhover::rl
