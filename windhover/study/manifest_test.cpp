#include "windhover/study/manifest.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include "windhover/core/growth_for_tests.hpp"
#include "windhover/study/pace.hpp"

namespace windhover::study {
namespace {

record::Study study_of(std::size_t seeds) {
  record::Study study;
  study.name = "many";
  study.cells = {{.id = "gru"}, {.id = "mlp"}};
  study.arms = {"a3c"};
  for (std::size_t seed = 1; seed <= seeds; ++seed) study.seeds.push_back(seed);
  return study;
}

std::map<record::RunId, record::RunSummary> done_runs_of(const record::Study& study) {
  std::map<record::RunId, record::RunSummary> done;
  for (const auto& id : record::run_ids(study)) {
    done.emplace(
        id,
        record::RunSummary{
            .models = 1, .digest = id.folder().string(), .training_seconds = 2, .evaluation_seconds = 0.5});
  }
  return done;
}

TEST(Manifest, HasADigestOnlyBesideEveryRun) {
  const auto study = study_of(2);
  auto done = done_runs_of(study);
  const auto complete = make_manifest(study, done, {});
  EXPECT_TRUE(complete.complete);
  EXPECT_EQ(complete.digest, record::study_digest(study, done).value);
  EXPECT_EQ(complete.cpu_seconds, 10);
  done.erase({"gru", "a3c", 2});
  const auto incomplete = make_manifest(study, done, {});
  EXPECT_FALSE(incomplete.complete);
  EXPECT_FALSE(incomplete.digest);
  ASSERT_EQ(incomplete.runs.size(), 4U);
  EXPECT_EQ(incomplete.runs[0].status, record::RunStatus::finished);
  EXPECT_EQ(incomplete.runs[1].status, record::RunStatus::missing);
  EXPECT_EQ(incomplete.runs[1].id.seed, 2U);
}

TEST(Manifest, TakesTimeInProportionToTheRuns) {
  const auto growth = growth_of(20'000, [](std::size_t count) {
    const auto study = study_of(count / 2);
    ASSERT_TRUE(make_manifest(study, done_runs_of(study), {}).complete);
  });
  EXPECT_LT(growth, most_growth);
}

/// How often, and how long in all, something is written whose size is that of the runs so far, if a run ends
/// every 10 ms and a write takes 2 microseconds a run.
struct Writes {
  std::size_t count = 0;
  double seconds = 0;
  double all_seconds = 0;
};

Writes written_by(Pace pace, std::size_t runs) {
  Writes writes;
  const Pace::Clock::time_point start{};
  auto now = start;
  for (std::size_t run = 1; run <= runs; ++run) {
    now += std::chrono::milliseconds(10);
    if (!pace.is_due(now)) continue;
    const auto begin = now;
    now += std::chrono::nanoseconds(2000 * run);
    pace.was_done(begin, now);
    ++writes.count;
    writes.seconds += std::chrono::duration<double>(now - begin).count();
  }
  writes.all_seconds = std::chrono::duration<double>(now - start).count();
  return writes;
}

TEST(Pace, WhatGrowsWithTheStudyTakesASmallPartOfItsTime) {
  for (const std::size_t runs : {1'000U, 20'000U, 100'000U, 1'000'000U}) {
    const auto writes = written_by(Pace(std::chrono::seconds(2)), runs);
    EXPECT_LE(writes.seconds, writes.all_seconds / Pace::share) << runs;
    EXPECT_GE(static_cast<double>(writes.count), writes.all_seconds / 60) << "but it is written: " << runs;
    EXPECT_LE(static_cast<double>(writes.count), 1 + writes.all_seconds / 2) << runs;
  }
}

TEST(Pace, TheFirstTimeIsAlwaysDue) {
  Pace pace(std::chrono::seconds(2));
  const auto now = Pace::Clock::now();
  EXPECT_TRUE(pace.is_due(now));
  pace.was_done(now, now);
  EXPECT_FALSE(pace.is_due(now + std::chrono::milliseconds(1999)));
  EXPECT_TRUE(pace.is_due(now + std::chrono::seconds(2)));
}

}  // namespace
}  // namespace windhover::study
