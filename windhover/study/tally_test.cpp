#include "windhover/study/tally.hpp"

#include <gtest/gtest.h>

#include "windhover/core/growth_for_tests.hpp"

namespace windhover::study {
namespace {

std::vector<Job> jobs_of_cost(std::size_t count, double cost) {
  std::vector<Job> jobs(count);
  for (auto& job : jobs) job.cost = cost;
  return jobs;
}

TEST(Tally, CountsWhatIsDoneAtWorkAndStillToCome) {
  auto jobs = jobs_of_cost(3, 10);
  Tally tally(20);  // of 50 in all
  for (const auto& job : jobs) tally.expect(job);
  EXPECT_DOUBLE_EQ(tally.progress(1).fraction, 0.4);
  EXPECT_LT(tally.progress(1).seconds_left, 0) << "nothing to judge by yet";

  tally.begin(jobs[0]);
  jobs[0].monitor.stage = RunStage::training;
  jobs[0].monitor.fraction_at_start = 0.5;
  jobs[0].monitor.fraction = 0.75;
  jobs[0].monitor.session_steps = 100;
  auto shown = tally.progress(2);
  ASSERT_EQ(shown.running.size(), 1U);
  EXPECT_DOUBLE_EQ(shown.running[0].fraction, 0.75);
  EXPECT_DOUBLE_EQ(shown.fraction, 27.5 / 50);
  EXPECT_DOUBLE_EQ(shown.steps_per_second, 50);
  EXPECT_DOUBLE_EQ(shown.seconds_left, 2 * 22.5 / 2.5);

  jobs[0].monitor.fraction = 1;
  tally.end(jobs[0]);
  tally.begin(jobs[1]);
  tally.end(jobs[1]);  // stopped before it did anything
  shown = tally.progress(4);
  EXPECT_TRUE(shown.running.empty());
  EXPECT_DOUBLE_EQ(shown.fraction, 0.6);
  EXPECT_DOUBLE_EQ(shown.steps_per_second, 25);
}

TEST(Tally, ForgetsWhatALostWorkerDid) {
  auto jobs = jobs_of_cost(2, 10);
  Tally tally(0);
  for (const auto& job : jobs) tally.expect(job);
  tally.begin(jobs[0]);
  jobs[0].monitor.fraction = 0.5;
  jobs[0].monitor.session_steps = 100;
  tally.give_back(jobs[0]);
  EXPECT_DOUBLE_EQ(tally.progress(1).fraction, 0);
  EXPECT_DOUBLE_EQ(tally.progress(1).steps_per_second, 0);
  tally.begin(jobs[0]);
  jobs[0].monitor.fraction = 1;
  tally.end(jobs[0]);
  EXPECT_DOUBLE_EQ(tally.progress(1).fraction, 0.5);
}

/// A progress is shown after every run, so one that looked at all runs would take a square of them.
TEST(Tally, TakesTimeInProportionToTheRuns) {
  const auto growth = growth_of(20'000, [](std::size_t count) {
    auto jobs = jobs_of_cost(count, 1);
    Tally tally(0);
    for (const auto& job : jobs) tally.expect(job);
    double last = 0;
    for (auto& job : jobs) {
      tally.begin(job);
      job.monitor.fraction = 1;
      tally.end(job);
      last = tally.progress(1).fraction;
    }
    ASSERT_DOUBLE_EQ(last, 1);
  });
  EXPECT_LT(growth, most_growth);
}

}  // namespace
}  // namespace windhover::study
