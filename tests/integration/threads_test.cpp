#include "tests/integration/program.hpp"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// A system that gives no more threads: what needs them says so, and the rest goes on.
namespace windhover::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class RefusedThreads : public ::testing::Test {
 protected:
  /// A command that is granted so many threads.
  [[nodiscard]] static Ending run_with(int granted, const std::vector<std::string>& arguments) {
    return run(arguments, {"LD_PRELOAD=" WINDHOVER_REFUSED_THREADS,
                           fmt::format("WINDHOVER_THREADS_GRANTED={}", granted)});
  }

  [[nodiscard]] std::vector<std::string> study(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"study", file_, "--out", workspace_.path("out")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  Workspace workspace_;
  std::string file_ = workspace_.write("tiny.toml", tiny_study);
};

TEST_F(RefusedThreads, EveryThreadOfAStudyThatIsNotThereIsNamedAndTheStudyGoesOnLater) {
  // An environment without an upper bound, whose programs have threads too: none could be granted beyond
  // them.
  const std::vector<std::string> more = {"--jobs", "2",
                                         "--set",  "learner.schedule='threads'",
                                         "--set",  "environment='cartpole'",
                                         "--set",  "evaluation.velocities=[0]"};
  // One waits for signals, one shows progress, two run jobs, and each run has two for its workers.
  for (int granted = 0; granted < 7; ++granted) {
    const auto ending = run_with(granted, study(more));
    EXPECT_EQ(ending.code, 1) << granted << ": " << ending.err;
    EXPECT_THAT(ending.err, AllOf(HasSubstr("thread"), HasSubstr("Resource temporarily unavailable")))
        << granted;
  }
  const auto on = run(study(more));
  EXPECT_EQ(on.code, 0) << on.err;
  EXPECT_THAT(on.out, HasSubstr("failed 0"));
}

TEST_F(RefusedThreads, WhatOnlyShowsProgressDoesWithout) {
  const auto scores = run_with(0, {"baselines", "--episodes", "2"});
  EXPECT_EQ(scores.code, 0) << scores.err;
  EXPECT_EQ(scores.out, run({"baselines", "--episodes", "2"}).out);
}

TEST_F(RefusedThreads, ABenchmarkOfThreadsSaysSo) {
  const auto refused = run_with(2, {"bench", "train", "--schedule", "threads", "--seconds", "0.01"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("the schedule 'threads'"), HasSubstr("starts only 1")));
}

}  // namespace
}  // namespace windhover::integration
