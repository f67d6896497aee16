#include "windhover/ranks/simulation.hpp"

#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "windhover/study/probe.hpp"

namespace windhover::ranks {
namespace {

/// So many runs whose times are known only roughly when they are handed out.
std::vector<SimulatedRun> some_runs(std::size_t count, unsigned seed, double uncertainty = 0) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> cost(1, 10);
  std::uniform_real_distribution<double> factor(1 - uncertainty, 1 + uncertainty);
  std::vector<SimulatedRun> runs(count);
  for (auto& run : runs) {
    run.cost = cost(random);
    run.seconds = run.cost * factor(random);
  }
  return runs;
}

double all_seconds(const std::vector<SimulatedRun>& runs) {
  return std::accumulate(runs.begin(), runs.end(), 0.0,
                         [](double sum, const auto& run) { return sum + run.seconds; });
}

TEST(Simulation, WithoutMessagesIsListSchedulingAndWithinGrahamsBound) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    const auto runs = some_runs(60, seed);
    std::vector<double> seconds;
    for (const auto& run : runs) seconds.push_back(run.seconds);
    for (const int ranks : {1, 2, 7}) {
      const auto outcome = simulate({.runs = runs, .ranks = ranks});
      EXPECT_NEAR(outcome.makespan, study::schedule_length(seconds, ranks), 1e-9);
      EXPECT_GE(outcome.makespan, outcome.lower_bound - 1e-9);
      EXPECT_LE(outcome.makespan, outcome.lower_bound * (4.0 / 3 - 1 / (3.0 * ranks)) + 1e-9)
          << "Graham 1969, for as many runs as here are against the longest of them";
      EXPECT_EQ(outcome.busy_seconds, 0);
    }
  }
}

/// One run on each of two ranks: times that can be worked out by hand.
TEST(Simulation, CountsWhatAMessageTakes) {
  SimulatedStudy study{.runs = {{.cost = 2, .seconds = 1}, {.cost = 1, .seconds = 10}},
                       .ranks = 2,
                       .latency = 0.25,
                       .costs = {.begin = 0.5, .state = 0.125, .progress = 0, .finished = 1},
                       .save_interval = 100,
                       .progress_interval = 1000};
  const auto outcome = simulate(study);
  // Rank 1 gets the second run: sent by 0.5, there at 0.75, ended at 10.75, its last state and its record
  // there at 11, of which the former is kept by 11.125 and the latter by 12.125.
  EXPECT_DOUBLE_EQ(outcome.makespan, 12.125);
  EXPECT_DOUBLE_EQ(outcome.busy_seconds, 0.5 + 2 * 0.125 + 1);
  EXPECT_EQ(outcome.messages, 4U);
  EXPECT_DOUBLE_EQ(outcome.longest_wait, 0.125);
  EXPECT_DOUBLE_EQ(outcome.lower_bound, 10);
}

TEST(Simulation, LatencyAndCostsOnlyDelay) {
  const auto runs = some_runs(500, 1, 0.2);
  double before = 0;
  for (const double latency : {0.0, 1e-3, 0.1, 1.0}) {
    const auto outcome = simulate({.runs = runs, .ranks = 20, .latency = latency});
    EXPECT_GE(outcome.makespan, outcome.lower_bound);
    EXPECT_GE(outcome.makespan, 0.99 * before) << "but for the anomalies of list scheduling";
    before = outcome.makespan;
  }
}

/// What rank 0 handles takes at least the time that it takes, however many ranks there are.
TEST(Simulation, ASaturatedRank0SetsThePace) {
  const auto runs = some_runs(2000, 3);
  const HandlingCosts costs{.begin = 0.01, .state = 0.01, .progress = 1e-4, .finished = 0.05};
  const auto outcome = simulate({.runs = runs, .ranks = 1000, .latency = 1e-4, .costs = costs});
  EXPECT_GE(outcome.makespan, outcome.busy_seconds);
  EXPECT_GT(outcome.busy_seconds, 0.9 * outcome.makespan);
  EXPECT_GT(outcome.longest_wait, 1);
  EXPECT_GT(outcome.makespan, 2 * outcome.lower_bound);
  EXPECT_LT(all_seconds(runs) / 1000, outcome.makespan);
  const auto with_keepers =
      simulate({.runs = runs, .ranks = 1000, .latency = 1e-4, .costs = costs, .keepers = 8});
  EXPECT_GE(with_keepers.makespan, with_keepers.busy_seconds / 8);
  EXPECT_LT(with_keepers.makespan, outcome.makespan / 4);
}

}  // namespace
}  // namespace windhover::ranks
