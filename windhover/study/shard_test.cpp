#include "windhover/study/shard.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "windhover/study/testing.hpp"

namespace windhover::study {
namespace {

using ::testing::HasSubstr;
using testing::plan_of;

/// Cells of very different cost.
constexpr const char* uneven_study = R"(
name = "uneven"
environment = "t-maze"
seeds = [1, 2, 3, 4, 5]
[factors]
hidden = [8, 16, 64]
recurrent = [true, false]
[training]
workers = 2
episodes = 6
)";

TEST(Shard, IsReadFromItsText) {
  const auto shard = parse_shard("3/8");
  ASSERT_TRUE(shard) << shard.error().message;
  EXPECT_EQ(shard->number, 3);
  EXPECT_EQ(shard->count, 8);
  EXPECT_TRUE(shard->is_part());
  EXPECT_FALSE(parse_shard("1/1")->is_part());
}

TEST(Shard, RefusesWhatIsNoPart) {
  for (const char* text : {"", "3", "/", "0/8", "9/8", "-1/8", "3/", "/8", "3/8/2", "3.0/8", " 3/8", "3/8 ",
                           "1/100001", "1/99999999999999999999"}) {
    const auto shard = parse_shard(text);
    ASSERT_FALSE(shard) << text;
    EXPECT_EQ(shard.error().kind, ErrorKind::usage);
    EXPECT_THAT(shard.error().message, HasSubstr("3/8"));
  }
}

/// Each run is in exactly one shard, whatever their number, in the study's order.
TEST(Shards, AreAPartitionOfTheStudy) {
  const auto plan = plan_of(uneven_study);
  ASSERT_TRUE(plan) << plan.error().message;
  const auto runs = runs_of(*plan);
  for (const int count : {1, 2, 3, 7, 60, 61, 100}) {
    std::map<record::RunId, int> seen;
    for (int number = 1; number <= count; ++number) {
      const auto shard = runs_of_shard(*plan, {.number = number, .count = count});
      const auto place = [&](const RunPlan& run) {
        return std::ranges::find(runs, run.id, &RunPlan::id) - runs.begin();
      };
      EXPECT_TRUE(std::ranges::is_sorted(shard, {}, place));
      for (const auto& run : shard) ++seen[run.id];
    }
    EXPECT_EQ(seen.size(), runs.size());
    for (const auto& [id, times] : seen) EXPECT_EQ(times, 1) << id.folder();
  }
}

/// Graham's bound for runs that go, one after another, to whoever has least: no shard has more than the mean
/// and (1 - 1/N) of the most costly run.
TEST(Shards, AreBalancedByCost) {
  const auto plan = plan_of(uneven_study);
  ASSERT_TRUE(plan) << plan.error().message;
  double all = 0;
  double largest_run = 0;
  for (const auto& run : runs_of(*plan)) {
    all += cost_of(run).total();
    largest_run = std::max(largest_run, cost_of(run).total());
  }
  for (const int count : {2, 3, 5, 8, 20}) {
    double largest = 0;
    for (int number = 1; number <= count; ++number) {
      double cost = 0;
      for (const auto& run : runs_of_shard(*plan, {.number = number, .count = count}))
        cost += cost_of(run).total();
      largest = std::max(largest, cost);
    }
    EXPECT_LE(largest, all / count + largest_run * (1.0 - 1.0 / count)) << count;
  }
}

}  // namespace
}  // namespace windhover::study
