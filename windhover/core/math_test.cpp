#include "windhover/core/math.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

namespace windhover::math {
namespace {

double relative_error(double actual, long double expected) {
  return static_cast<double>(std::abs((static_cast<long double>(actual) - expected) / expected));
}

/// Numbers from `first` to `last`, `step` apart.
std::vector<double> grid(double first, double last, double step) {
  std::vector<double> points(static_cast<std::size_t>((last - first) / step) + 1);
  for (std::size_t i = 0; i < points.size(); ++i) points[i] = first + static_cast<double>(i) * step;
  return points;
}

TEST(Math, ExpMeetsItsErrorBound) {
  for (const double x : grid(-700.0, 700.0, 0.37))
    EXPECT_LT(relative_error(exp(x), std::exp(static_cast<long double>(x))), 0x1p-51) << x;
  EXPECT_EQ(exp(0.0), 1.0);
  EXPECT_EQ(exp(-1000.0), 0.0);
  EXPECT_EQ(exp(1000.0), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(exp(std::numeric_limits<double>::quiet_NaN())));
}

TEST(Math, LogMeetsItsErrorBound) {
  for (const double exponent : grid(-300.0, 300.0, 0.57)) {
    const double x = std::pow(10.0, exponent);
    EXPECT_LT(relative_error(log(x), std::log(static_cast<long double>(x))), 0x1p-50) << x;
  }
  for (const double x : grid(0.5, 2.0, 0.00137))
    EXPECT_LT(relative_error(log(x), std::log(static_cast<long double>(x))), 0x1p-50) << x;
  EXPECT_EQ(log(1.0), 0.0);
  EXPECT_EQ(log(0.0), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(log(-1.0)));
}

TEST(Math, CosineMeetsItsErrorBound) {
  for (const double x : grid(0.0, 1.0, 0.00037)) {
    const long double expected = std::cos(2.0L * std::numbers::pi_v<long double> * x);
    EXPECT_LT(std::abs(static_cast<double>(cos_two_pi(x) - expected)), 0x1p-50) << x;
  }
}

TEST(Math, SineAndCosineNearZeroMeetTheirErrorBound) {
  for (const double x : grid(-0.7853, 0.7854, 0.00037)) {
    const auto exact = static_cast<long double>(x);
    EXPECT_LT(std::abs(static_cast<double>(sin_near_zero(x) - std::sin(exact))), 0x1p-52) << x;
    EXPECT_LT(std::abs(static_cast<double>(cos_near_zero(x) - std::cos(exact))), 0x1p-52) << x;
  }
  EXPECT_EQ(sin_near_zero(0.0), 0.0);
  EXPECT_EQ(cos_near_zero(0.0), 1.0);
}

}  // namespace
}  // namespace windhover::math
