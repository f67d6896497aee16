#include "windhover/core/fields.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace windhover {
namespace {

using testing::HasSubstr;

struct Sample {
  bool enabled = true;
  int hidden = 128;
  double rate = 0.5;
  std::string mode = "fast";

  static const std::vector<Field<Sample>>& fields() {
    static const std::vector<Field<Sample>> all = {
        {"enabled", &Sample::enabled, "a switch"},
        {"hidden", &Sample::hidden, "units", 1, 4096},
        {"rate", &Sample::rate, "a rate", 0, 1},
        {"mode", &Sample::mode, "a mode", 0, 0, {"fast", "slow"}},
    };
    return all;
  }
};

std::string error_of(const std::string& name, const Json& value) {
  Sample sample;
  const auto set = fields::set(sample, name, value);
  return set ? "accepted" : set.error().message;
}

TEST(Fields, SetsEveryType) {
  Sample sample;
  ASSERT_TRUE(fields::set_all(sample, {{"enabled", false}, {"hidden", 64}, {"rate", 1}, {"mode", "slow"}})
                  .has_value());
  EXPECT_EQ(fields::to_json(sample),
            (Json{{"enabled", false}, {"hidden", 64}, {"rate", 1.0}, {"mode", "slow"}}));
}

TEST(Fields, SaysWhatIsWrongAndWhatWouldBeRight) {
  EXPECT_THAT(error_of("hiden", 64), HasSubstr("did you mean 'hidden'"));
  EXPECT_THAT(error_of("zzzzzzzzzz", 64), HasSubstr("there are: enabled, hidden, rate, mode"));
  EXPECT_THAT(error_of("hidden", 0), HasSubstr("between 1 and 4096"));
  EXPECT_THAT(error_of("hidden", std::int64_t{1} << 40), HasSubstr("between 1 and 4096"));
  EXPECT_THAT(error_of("hidden", 64.5), HasSubstr("a whole number"));
  EXPECT_THAT(error_of("rate", "high"), HasSubstr("a number"));
  EXPECT_THAT(error_of("rate", std::nan("")), HasSubstr("between 0 and 1"));
  EXPECT_THAT(error_of("rate", -std::numeric_limits<double>::infinity()),
              HasSubstr("'rate' is -inf, but must be a number between 0 and 1"));
  EXPECT_THAT(error_of("rate", 1e-50),
              HasSubstr("'rate' is 1e-50, but must be a number between 0 and 1, and at "
                        "least 1.1754944e-38 if not 0"));
  EXPECT_THAT(error_of("hidden", std::nan("")),
              HasSubstr("'hidden' must be a whole number between 1 and 4096, but is nan"));
  EXPECT_THAT(error_of("mode", std::nan("")), HasSubstr("but is nan"));
  EXPECT_THAT(error_of("enabled", 1), HasSubstr("true or false"));
  EXPECT_THAT(error_of("mode", "medium"), HasSubstr("fast, slow"));
}

}  // namespace
}  // namespace windhover
