#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <new>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/core/random.hpp"
#include "windhover/env/testing/hooked.hpp"
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

using env::testing::HookedEnv;

/// Two workers of six episodes of ten steps, which wait for nobody.
std::unique_ptr<Training> make_hooked() {
  static const auto description = env::describe<HookedEnv>();
  TrainingSetup setup = threaded_setup("a3c", 2);
  setup.learner.rollout = 4;
  setup.conditions = {0, 0};
  auto group = description.make_group(*description.configure("faulty", Json::object()),
                                      {.seed = setup.seed, .conditions = setup.conditions});
  EXPECT_TRUE(group.has_value());
  return make_threaded_training(setup, *std::move(group));
}

class HookedTraining : public ::testing::Test {
 protected:
  ~HookedTraining() override {
    HookedEnv::before_step = [](int) {};
  }
};

TEST_F(HookedTraining, AnExceptionInAWorkerIsAFailureWithItsPlace) {
  const std::vector<std::pair<std::function<void(int)>, std::string>> faults = {
      {[](int step) {
         if (step == 7) throw std::bad_alloc();
       },
       std::bad_alloc().what()},
      {[](int step) {
         if (step == 0) throw std::runtime_error("the sky fell");
       },
       "the sky fell"}};
  for (const auto& [fault, what] : faults) {
    HookedEnv::before_step = fault;
    const auto training = make_hooked();
    const auto advanced = training->advance(std::uint64_t{1} << 62, {});
    ASSERT_FALSE(advanced.has_value());
    EXPECT_THAT(advanced.error().message,
                testing::AllOf(testing::HasSubstr("arm a3c, seed 42, worker "),
                               testing::HasSubstr("episode 0"), testing::HasSubstr("exception: " + what)));
  }
}

TEST_F(HookedTraining, StopsInsideAnEpisodeAndGoesOnThere) {
  std::stop_source stop;
  HookedEnv::before_step = [&](int step) {
    if (step == 5) stop.request_stop();
  };
  const auto first = make_hooked();
  ASSERT_TRUE(first->advance(std::uint64_t{1} << 62, stop.get_token()).has_value());
  EXPECT_FALSE(first->finished());
  EXPECT_LE(first->steps_done(), 2U * 10);
  HookedEnv::before_step = [](int) {};
  const auto second = make_hooked();
  const auto restored = second->restore(first->save());
  ASSERT_TRUE(restored.has_value()) << restored.error().message;
  run_to_end(*second);
  EXPECT_EQ(second->steps_done(), 2U * 6 * 10);
  EXPECT_EQ(second->rows().size(), 2U * 6);
}

/// Workers that meet at a barrier before each episode.
TEST(ThreadedSchedule, StoppedAgainAndAgainLosesNoStep) {
  Stream moments({.seed = 5, .purpose = Purpose::test});
  auto training = make(threaded_setup("a3c", 4));
  for (int session = 0; session < 1000 && !training->finished(); ++session) {
    std::stop_source stop;
    const auto delay = std::chrono::microseconds(moments.uniform_below(3000));
    const std::jthread stopper([&stop, delay] {
      std::this_thread::sleep_for(delay);
      stop.request_stop();
    });
    ASSERT_TRUE(training->advance(std::uint64_t{1} << 62, stop.get_token()).has_value());
    auto next = make(threaded_setup("a3c", 4));
    const auto restored = next->restore(training->save());
    ASSERT_TRUE(restored.has_value()) << restored.error().message;
    training = std::move(next);
  }
  run_to_end(*training);
  EXPECT_EQ(training->steps_done(), 2400U);
  EXPECT_EQ(training->rows().size(), 24U);
}

/// Against the clock of the whole process, in which nothing else is at work.
TEST(ThreadedSchedule, CountsTheProcessorTimeOfItsThreads) {
  const auto training = make(threaded_setup("a3c", 2));
  const std::clock_t before = std::clock();
  run_to_end(*training);
  const double process_seconds = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  EXPECT_GT(training->thread_seconds(), 0.5 * process_seconds);
  EXPECT_LE(training->thread_seconds(), process_seconds + 0.01);
}

}  // namespace
}  // namespace windhover::rl
