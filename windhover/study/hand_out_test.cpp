#include "windhover/study/hand_out.hpp"

#include <algorithm>
#include <map>
#include <random>

#include <gtest/gtest.h>

namespace windhover::study {
namespace {

std::vector<RunLoad> single_threads(const std::vector<double>& costs) {
  std::vector<RunLoad> runs;
  for (const double cost : costs) runs.push_back({.cost = cost, .threads = 1});
  return runs;
}

TEST(HandOut, GivesTheLongestFirstToTheMostIdle) {
  HandOut hand_out(single_threads({1, 5, 3, 5}));
  EXPECT_FALSE(hand_out.next()) << "there is nobody yet";
  hand_out.join(7, 1);
  hand_out.join(2, 2);
  EXPECT_EQ(hand_out.next(), (HandedOut{.worker = 2, .run = 1}));
  EXPECT_EQ(hand_out.next(), (HandedOut{.worker = 2, .run = 3}));
  EXPECT_EQ(hand_out.next(), (HandedOut{.worker = 7, .run = 2}));
  EXPECT_FALSE(hand_out.next());
  hand_out.end(2);
  EXPECT_EQ(hand_out.next(), (HandedOut{.worker = 7, .run = 0}));
  EXPECT_EQ(hand_out.pending(), 0U);
  EXPECT_EQ(hand_out.at_work(), 3U);
}

TEST(HandOut, ARunOfSeveralThreadsWaitsForAWorkerOfThatSize) {
  HandOut hand_out({{.cost = 9, .threads = 1}, {.cost = 8, .threads = 3}, {.cost = 1, .threads = 1}});
  hand_out.join(0, 3);
  EXPECT_EQ(hand_out.next()->run, 0U);
  EXPECT_FALSE(hand_out.next()) << "two threads are idle, and the short run does not go before";
  hand_out.end(0);
  EXPECT_EQ(hand_out.next()->run, 1U);
  EXPECT_FALSE(hand_out.next());
}

TEST(HandOut, ARunWithMoreThreadsThanAnyWorkerTakesAWholeOne) {
  HandOut hand_out({{.cost = 2, .threads = 50}, {.cost = 1, .threads = 50}});
  hand_out.join(0, 1);
  hand_out.join(1, 4);
  EXPECT_EQ(hand_out.next(), (HandedOut{.worker = 1, .run = 0}));
  EXPECT_FALSE(hand_out.next()) << "it is for the large one";
  hand_out.lose(1);
  EXPECT_EQ(hand_out.next(), (HandedOut{.worker = 0, .run = 0})) << "which is the small one now";
}

TEST(HandOut, RunsOfALostWorkerComeAgainInTheirPlace) {
  HandOut hand_out(single_threads({1, 2, 3, 4}));
  hand_out.join(0, 2);
  ASSERT_TRUE(hand_out.next());
  ASSERT_TRUE(hand_out.next());
  EXPECT_EQ(hand_out.lose(0), (std::vector<std::size_t>{2, 3}));
  EXPECT_EQ(hand_out.at_work(), 0U);
  hand_out.join(1, 1);
  EXPECT_EQ(hand_out.next(), (HandedOut{.worker = 1, .run = 3}));
}

/// The same rules by looking at everything every time.
class NaiveHandOut {
 public:
  explicit NaiveHandOut(std::vector<RunLoad> runs) : runs_(std::move(runs)), pending_(runs_.size(), true) {}

  void join(std::size_t worker, int threads) { sizes_[worker] = threads; }
  void end(std::size_t run) { at_work_.erase(run); }
  void lose(std::size_t worker) {
    sizes_.erase(worker);
    std::erase_if(at_work_, [&](const auto& entry) {
      if (entry.second.first == worker) pending_[entry.first] = true;
      return entry.second.first == worker;
    });
  }

  std::optional<HandedOut> next() {
    std::optional<std::size_t> run;
    for (std::size_t i = 0; i < runs_.size(); ++i)
      if (pending_[i] && (!run || runs_[i].cost > runs_[*run].cost)) run = i;
    if (!run) return std::nullopt;
    int most = 0;
    for (const auto& [worker, threads] : sizes_) most = std::max(most, threads);
    const int threads = std::min(runs_[*run].threads, most);
    std::optional<std::size_t> chosen;
    for (const auto& [worker, size] : sizes_)
      if (!chosen || idle(worker) > idle(*chosen)) chosen = worker;
    if (!chosen || idle(*chosen) < threads) return std::nullopt;
    pending_[*run] = false;
    at_work_[*run] = {*chosen, threads};
    return HandedOut{.worker = *chosen, .run = *run};
  }

 private:
  [[nodiscard]] int idle(std::size_t worker) const {
    int idle = sizes_.at(worker);
    for (const auto& [run, held] : at_work_)
      if (held.first == worker) idle -= held.second;
    return idle;
  }

  std::vector<RunLoad> runs_;
  std::vector<bool> pending_;
  std::map<std::size_t, int> sizes_;
  std::map<std::size_t, std::pair<std::size_t, int>> at_work_;
};

/// A random history of one hand-out: workers come, go and end runs, until every run has ended.
void expect_as_naive(unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  std::vector<RunLoad> runs(1 + below(40));
  const std::size_t most_threads = 1 + below(4);
  for (auto& run : runs)
    run = {.cost = static_cast<double>(below(10)), .threads = static_cast<int>(1 + below(most_threads))};
  HandOut hand_out(runs);
  NaiveHandOut naive(runs);
  std::vector<std::size_t> workers;
  std::vector<HandedOut> at_work;
  std::size_t ended = 0;
  for (std::size_t next_worker = 0; ended < runs.size();) {
    const std::size_t what = below(8);
    if (workers.empty() || (what == 0 && workers.size() < 6)) {
      const int threads = static_cast<int>(1 + below(4));
      hand_out.join(next_worker, threads);
      naive.join(next_worker, threads);
      workers.push_back(next_worker++);
    } else if (what == 1) {
      const std::size_t lost = workers[below(workers.size())];
      std::erase(workers, lost);
      const auto given_back = hand_out.lose(lost).size();
      naive.lose(lost);
      EXPECT_EQ(given_back, std::erase_if(at_work, [&](const auto& held) { return held.worker == lost; }));
    } else if (!at_work.empty()) {
      const std::size_t run = at_work[below(at_work.size())].run;
      std::erase_if(at_work, [&](const auto& held) { return held.run == run; });
      hand_out.end(run);
      naive.end(run);
      ++ended;
    }
    for (;;) {
      const auto assigned = hand_out.next();
      ASSERT_EQ(assigned, naive.next());
      if (!assigned) break;
      at_work.push_back(*assigned);
    }
    ASSERT_EQ(hand_out.at_work(), at_work.size());
    ASSERT_EQ(hand_out.pending(), runs.size() - ended - at_work.size());
    ASSERT_TRUE(workers.empty() || hand_out.pending() == 0 || !at_work.empty()) << "it can not get stuck";
  }
}

TEST(HandOut, DecidesAsOneThatLooksAtEverything) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    expect_as_naive(seed);
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace windhover::study
