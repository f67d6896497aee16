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

TEST(IntervalOfBest, IsTheTIntervalAtTheSharedLevel) {
  const std::vector<double> values = {1.0, 2.5, 4.0, 3.0, 7.0};
  const auto best = interval_of_best(mean_interval_t(values).value(), values.size(), 10);
  const auto expected = mean_interval_t(values, 0.995).value();
  EXPECT_NEAR(best.lower, expected.lower, 1e-9);
  EXPECT_NEAR(best.upper, expected.upper, 1e-9);
  const auto alone = interval_of_best(mean_interval_t(values).value(), values.size(), 1);
  EXPECT_NEAR(alone.lower, mean_interval_t(values)->lower, 1e-12);
}

}  // namespace
}  // namespace windhover::stats
