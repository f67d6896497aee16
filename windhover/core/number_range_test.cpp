#include "windhover/core/number_range.hpp"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "windhover/core/value_text.hpp"

namespace windhover {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(NumberRange, HoldsItsBoundsAndNothingBeyond) {
  const NumberRange range{.least = 0.1, .most = 100};
  for (const double number : {0.1, 0.2, 100.0}) EXPECT_TRUE(range.holds(number)) << number;
  for (const double number : {std::nextafter(0.1, 0), std::nextafter(100.0, 101), -0.1, infinity, -infinity,
                              std::numeric_limits<double>::quiet_NaN()})
    EXPECT_FALSE(range.holds(number)) << number;
  EXPECT_FALSE(NumberRange().holds(infinity));
  EXPECT_TRUE(NumberRange().holds(-1e300));
}

/// What single precision would make 0, or keep with a few bits only, is no setting; 0 itself is one.
TEST(NumberRange, HoldsNothingThatSinglePrecisionLoses) {
  const NumberRange range{.least = 0, .most = 1};
  EXPECT_TRUE(range.holds(0));
  EXPECT_TRUE(range.holds(-0.0));
  EXPECT_TRUE(range.holds(smallest_above_zero));
  for (const double number : {1e-50, 1e-40, 5e-324, std::nextafter(smallest_above_zero, 0)})
    EXPECT_FALSE(range.holds(number)) << number;
  EXPECT_EQ(static_cast<float>(1e-50), 0.0F);
  EXPECT_TRUE(std::isnormal(static_cast<float>(smallest_above_zero)));
}

TEST(NumberRange, TheLargestBelowOneIsOneStepOfSinglePrecisionBelowIt) {
  EXPECT_EQ(static_cast<float>(largest_below_one), std::nextafter(1.0F, 0.0F));
  EXPECT_EQ(static_cast<double>(static_cast<float>(largest_below_one)), largest_below_one);
}

TEST(NumberRange, SaysWhatWouldBeRight) {
  const NumberRange range{.least = 0, .most = 1000};
  EXPECT_EQ(range.of("a number"), "a number between 0 and 1000");
  EXPECT_EQ(range.wanted_instead_of(-1, "a number"), "a number between 0 and 1000");
  EXPECT_THAT(range.wanted_instead_of(1e-50, "a number"),
              HasSubstr("between 0 and 1000, and at least 1.1754944e-38 if not 0"));
  const NumberRange above{.least = 1, .most = 2};
  EXPECT_THAT(above.wanted_instead_of(1e-50, "a number"), Not(HasSubstr("if not 0")));
  EXPECT_EQ(NumberRange().of("a number"), "a number");
}

/// A bound that a message names can be copied into the file that was refused.
TEST(NumberText, ReadsBackAsANumberThatIsHeld) {
  for (const double most : {largest_below_one, 1000.0, 1e12, 0.3, 9980.0}) {
    const NumberRange range{.least = smallest_above_zero, .most = most};
    EXPECT_TRUE(range.holds(std::strtod(number_text(most).c_str(), nullptr))) << most;
    EXPECT_TRUE(range.holds(std::strtod(number_text(range.least).c_str(), nullptr))) << most;
  }
}

TEST(NumberText, HasNoMoreDigitsThanItNeeds) {
  EXPECT_EQ(number_text(largest_below_one), "0.99999994");
  EXPECT_EQ(number_text(smallest_above_zero), "1.1754944e-38");
  EXPECT_EQ(number_text(0.001), "0.001");
  EXPECT_EQ(number_text(1e-50), "1e-50");
  EXPECT_EQ(number_text(0.5), "0.5");
  EXPECT_EQ(number_text(0), "0");
  EXPECT_EQ(number_text(-infinity), "-inf");
}

TEST(ValueText, IsJsonWithTheNumbersThatJsonLacks) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(value_text(nan), "nan");
  EXPECT_EQ(value_text({1, 2.5, -infinity, "a\"b", true, nullptr}), R"([1,2.5,-inf,"a\"b",true,null])");
  EXPECT_EQ(value_text({{"a", nan}, {"b", {{"c", nlohmann::json::array({nan})}}}}),
            R"({"a":nan,"b":{"c":[nan]}})");
  EXPECT_EQ(value_text(nlohmann::json::object()), "{}");
  EXPECT_EQ(value_text(nlohmann::json::array()), "[]");
  const nlohmann::json plain = {{"x", {1, 0.1, 1e-50}}, {"y", "z"}};
  EXPECT_EQ(value_text(plain), plain.dump());
}

TEST(Zero, LosesItsSignAndNothingElseChanges) {
  EXPECT_FALSE(std::signbit(without_sign_of_zero(-0.0)));
  for (const double number : {0.0, 1.0, -1.0, 5e-324, -5e-324})
    EXPECT_EQ(without_sign_of_zero(number), number);
  EXPECT_TRUE(std::isnan(without_sign_of_zero(std::nan(""))));
}

}  // namespace
}  // namespace windhover
