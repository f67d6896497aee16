#include "windhover/bound/linear_solver.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/core/random.hpp"

namespace windhover::bound {
namespace {

using env::LinearProgram;

struct Item {
  double gain = 0;
  double weight = 0;
};

LinearProgram knapsack(const std::vector<Item>& items, double capacity) {
  LinearProgram program;
  const int row = program.add_row(capacity);
  for (const Item& item : items) {
    program.add_column(item.gain);
    program.add_entry(row, item.weight);
  }
  return program;
}

/// Dantzig's rule: by gain per weight, the last one in part.
double best_filling(std::vector<Item> items, double capacity) {
  std::ranges::sort(items, std::greater<>{}, [](const Item& item) { return item.gain / item.weight; });
  double gain = 0;
  for (const Item& item : items) {
    const double part = std::min(1.0, capacity / item.weight);
    gain += part * item.gain;
    capacity -= part * item.weight;
  }
  return gain;
}

TEST(LinearSolver, FillsAKnapsackAsDantzigDoes) {
  Stream stream(StreamName{.seed = 3});
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<Item> items;
    items.reserve(static_cast<std::size_t>(trial) + 1);
    for (int item = 0; item < 1 + trial; ++item)
      items.push_back({1.0 + stream.uniform_below(100), 1.0 + stream.uniform_below(100)});
    const double capacity = stream.uniform_below(2000);
    const auto maximum = certified_maximum(knapsack(items, capacity));
    ASSERT_TRUE(maximum.has_value()) << maximum.error().message;
    EXPECT_NEAR(*maximum, best_filling(items, capacity), 1e-6) << trial;
  }
}

TEST(LinearSolver, AssignsAsAllPermutationsDo) {
  constexpr int size = 5;
  Stream stream(StreamName{.seed = 4});
  std::vector<double> gains;
  LinearProgram program;
  for (int row = 0; row < 2 * size; ++row) program.add_row(1);
  for (int person = 0; person < size; ++person) {
    for (int job = 0; job < size; ++job) {
      gains.push_back(stream.uniform_below(1000));
      program.add_column(gains.back());
      program.add_entry(person, 1);
      program.add_entry(size + job, 1);
    }
  }
  std::vector<int> jobs(size);
  std::iota(jobs.begin(), jobs.end(), 0);
  double best = 0;
  do {
    double sum = 0;
    for (std::size_t person = 0; person < jobs.size(); ++person)
      sum += gains[person * size + static_cast<std::size_t>(jobs[person])];
    best = std::max(best, sum);
  } while (std::ranges::next_permutation(jobs).found);
  EXPECT_NEAR(certified_maximum(program).value(), best, 1e-6);
}

TEST(LinearSolver, WithoutConstraintsTakesEverything) {
  LinearProgram program;
  EXPECT_EQ(certified_maximum(program).value(), 0);
  program.add_column(2);
  program.add_column(3);
  EXPECT_EQ(certified_maximum(program).value(), 5);
}

TEST(LinearSolver, StopsWhenAsked) {
  std::stop_source stop;
  const auto program = knapsack({{6, 5}, {5, 4}, {1, 3}}, 7);
  EXPECT_TRUE(certified_maximum(program, stop.get_token()).has_value());
  stop.request_stop();
  const auto ended = certified_maximum(program, stop.get_token());
  ASSERT_FALSE(ended.has_value());
  EXPECT_EQ(ended.error().kind, ErrorKind::stopped);
}

TEST(LinearSolver, SaysThatAProgramHasNoSolution) {
  const auto refused = certified_maximum(knapsack({{1, 1}}, -1));  // x <= -1 with 0 <= x
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().message.find("not solved"), std::string::npos);
}

}  // namespace
}  // namespace windhover::bound
