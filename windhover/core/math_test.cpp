#include "windhover/core/math.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>

namespace windhover::math {
namespace {

double relative_error(double actual, long double expected) {
  return static_cast<double>(std::abs((static_cast<long double>(actual) - expected) / expected));
}

TEST(Math, ExpMeetsItsErrorBound) {
  for (double x = -700.0; x <= 700.0; x += 0.37)
    EXPECT_LT(relative_error(exp(x), std::exp(static_cast<long double>(x))), 0x1p-51) << x;
  EXPECT_EQ(exp(0.0), 1.0);
  EXPECT_EQ(exp(-1000.0), 0.0);
  EXPECT_EQ(exp(1000.0), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(exp(std::numeric_limits<double>::quiet_NaN())));
}

TEST(Math, LogMeetsItsErrorBound) {
  for (double x = 1e-300; x < 1e300; x *= 3.7)
    EXPECT_LT(relative_error(log(x), std::log(static_cast<long double>(x))), 0x1p-50) << x;
  for (double x = 0.5; x < 2.0; x += 0.00137)
    EXPECT_LT(relative_error(log(x), std::log(static_cast<long double>(x))), 0x1p-50) << x;
  EXPECT_EQ(log(1.0), 0.0);
  EXPECT_EQ(log(0.0), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(log(-1.0)));
}

TEST(Math, CosineMeetsItsErrorBound) {
  for (double x = 0.0; x <= 1.0; x += 0.00037) {
    const long double expected = std::cos(2.0L * std::numbers::pi_v<long double> * x);
    EXPECT_LT(std::abs(static_cast<double>(cos_two_pi(x) - expected)), 0x1p-50) << x;
  }
}

TEST(Math, SineAndCosineNearZeroMeetTheirErrorBound) {
  for (double x = -0.7853; x <= 0.7854; x += 0.00037) {
    const auto exact = static_cast<long double>(x);
    EXPECT_LT(std::abs(static_cast<double>(sin_near_zero(x) - std::sin(exact))), 0x1p-52) << x;
    EXPECT_LT(std::abs(static_cast<double>(cos_near_zero(x) - std::cos(exact))), 0x1p-52) << x;
  }
  EXPECT_EQ(sin_near_zero(0.0), 0.0);
  EXPECT_EQ(cos_near_zero(0.0), 1.0);
}

}  // namespace
}  // namespace windhover::math
