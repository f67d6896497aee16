#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "windhover/rl/testing.hpp"

/// More workers than processors share a model without a lock, in one training after another. No step and no
/// update may be missing from the shared counts. Elements of parameters that two updates write at once are
/// not counted: the later one stands, as Hogwild has it.
namespace windhover::rl {
namespace {

using namespace testing_support;

constexpr int worker_count = 8;
constexpr std::uint64_t slice_steps = 5'000;

/// WINDHOVER_SOAK_SECONDS, else one.
std::chrono::seconds duration() {
  const char* given = std::getenv("WINDHOVER_SOAK_SECONDS");
  return std::chrono::seconds(given == nullptr ? 1 : std::strtol(given, nullptr, 10));
}

struct Counts {
  std::uint64_t steps = 0, updates = 0;

  void add(const Counts& other) {
    steps += other.steps;
    updates += other.updates;
  }
};

/// Every rollout ends in an update; a rollout is full, or ends with its episode.
std::uint64_t updates_of(const TrainingRow& row, int rollout) {
  return static_cast<std::uint64_t>((row.length + rollout - 1) / rollout);
}

/// What the workers put down themselves, each in its own thread.
Counts own_counts(const std::vector<TrainingRow>& rows, int rollout) {
  Counts counts;
  for (const TrainingRow& row : rows) {
    counts.add({static_cast<std::uint64_t>(row.length), updates_of(row, rollout)});
  }
  return counts;
}

/// A worker sees the shared count rise by one at each of its updates and by the staleness between them.
/// Whoever comes last has seen it rise by all.
std::uint64_t updates_seen(const std::vector<TrainingRow>& rows, int rollout) {
  std::array<double, worker_count> seen{};
  for (const TrainingRow& row : rows) {
    seen[static_cast<std::size_t>(row.worker)] +=
        (row.staleness + 1) * static_cast<double>(updates_of(row, rollout));
  }
  return static_cast<std::uint64_t>(std::llround(std::ranges::max(seen)));
}

/// Every other one in the random walk, where no worker waits for another.
std::unique_ptr<Training> make_soaked(const TrainingSetup& setup) {
  return setup.seed % 2 == 0 ? make(setup) : make_walk(setup, make_threaded_training);
}

TEST(Soak, NoStepAndNoUpdateIsLost) {
  TrainingSetup setup = small_setup("a3c", worker_count);
  setup.learner.schedule = "threads";
  setup.learner.rollout = 5;
  setup.episodes = 100;
  Counts own, shared;
  const auto end = std::chrono::steady_clock::now() + duration();
  for (setup.seed = 0; setup.seed < 2 || std::chrono::steady_clock::now() < end; ++setup.seed) {
    const auto training = make_soaked(setup);
    while (!training->finished()) ASSERT_TRUE(training->advance(slice_steps, {}).has_value());
    const auto& rows = training->rows();
    EXPECT_EQ(rows.size(), static_cast<std::size_t>(worker_count * setup.episodes));
    EXPECT_EQ(updates_seen(rows, setup.learner.rollout), training->updates_done());
    own.add(own_counts(rows, setup.learner.rollout));
    shared.add({training->steps_done(), training->updates_done()});
  }
  fmt::print("{} workers, {} trainings\n{:8} {:>18} {:>18}\n{:8} {:>18} {:>18}\n{:8} {:>18} {:>18}\n",
             worker_count, setup.seed, "", "by the workers", "shared count", "steps", own.steps, shared.steps,
             "updates", own.updates, shared.updates);
  EXPECT_EQ(shared.steps, own.steps);
  EXPECT_EQ(shared.updates, own.updates);
}

}  // namespace
}  // namespace windhover::rl
