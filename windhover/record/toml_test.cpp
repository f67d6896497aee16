#include "windhover/record/toml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace windhover::record {
namespace {

using testing::HasSubstr;

TEST(Toml, ComesBack) {
  const Json json = {{"name", "a \"quoted\" name"},
                     {"seeds", {42, 1024}},
                     {"rate", 1e-4},
                     {"whole", 5.0},
                     {"negative", -3},
                     {"flag", true},
                     {"nothing", Json::array()},
                     {"empty", Json::object()},
                     {"factors", {{"recurrent", {true, false}}, {"hidden", {64, 128}}}}};
  const auto text = to_toml(json);
  ASSERT_TRUE(text) << text.error().message;
  const auto back = parse_toml(*text, "study.toml");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, json);
  EXPECT_TRUE((*back)["whole"].is_number_float());
  EXPECT_TRUE((*back)["seeds"][0].is_number_unsigned());
}

TEST(Toml, RefusesWhatItCanNotHold) {
  EXPECT_FALSE(to_toml(Json::array()));
  EXPECT_FALSE(to_toml({{"table", {{"key", nullptr}}}}));
  EXPECT_FALSE(to_toml({{"seed", std::uint64_t{1} << 63U}}));
}

TEST(Toml, ErrorsNameTheLine) {
  const auto broken = parse_toml("a = 1\nb = ", "study.toml");
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, HasSubstr("study.toml, line 2"));
  const auto date = parse_toml("a = 1\nday = 2025-11-03\n", "study.toml");
  ASSERT_FALSE(date);
  EXPECT_THAT(date.error().message, HasSubstr("line 2"));
}

}  // namespace
}  // namespace windhover::record
