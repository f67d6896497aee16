#include "windhover/stats/interval.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/stats/golden_data_for_tests.hpp"

namespace windhover::stats {
namespace {

TEST(MeanIntervalT, SleepDifferencesAsInR) {
  const Result<Interval> interval = mean_interval_t(golden::sleep_differences());
  ASSERT_TRUE(interval);
  EXPECT_THAT(interval->lower, golden::PrintsAs("-2.4598858"));  // t.test(..., paired = TRUE)
  EXPECT_THAT(interval->upper, golden::PrintsAs("-0.7001142"));
}

TEST(MeanIntervalT, ValuesWithoutSpreadGiveAPoint) {
  EXPECT_EQ(mean_interval_t(std::vector{2.0, 2.0, 2.0}).value(), (Interval{2.0, 2.0}));
}

TEST(MeanIntervalT, RefusesWhatItCannotDo) {
  EXPECT_FALSE(mean_interval_t(std::vector{1.0}));
  EXPECT_FALSE(mean_interval_t(std::vector{1.0, std::numeric_limits<double>::infinity()}));
  EXPECT_FALSE(mean_interval_t(std::vector{1.0, 2.0}, 1.0));
  EXPECT_FALSE(mean_interval_t(std::vector{1.0, 2.0}, std::nan("")));
}

}  // namespace
}  // namespace windhover::stats
