#include "bench/peers/timing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace windhover::peers {
namespace {

TEST(Spread, HasTheQuartilesOfAnOddSample) {
  const Spread spread = spread_of({5, 1, 4, 2, 3});
  EXPECT_EQ(spread.median, 3);
  EXPECT_EQ(spread.lower_quartile, 2);
  EXPECT_EQ(spread.upper_quartile, 4);
  EXPECT_EQ(spread.smallest, 1);
  EXPECT_EQ(spread.largest, 5);
}

TEST(Ratio, IsTakenRepeatByRepeat) {
  // The machine was three times slower in the second repeat, which no ratio of that repeat sees.
  const Spread spread = ratio({2, 6, 2}, {1, 3, 1});
  EXPECT_EQ(spread.smallest, 2);
  EXPECT_EQ(spread.largest, 2);
}

}  // namespace
}  // namespace windhover::peers
