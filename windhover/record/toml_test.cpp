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

std::string repeated(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

TEST(Toml, DepthIsBounded) {
  const std::string deep = repeated("a.", 100'000) + "a";
  const std::string in_table = "{ " + deep + " = 1 }";
  // A long text may end in five quotes.
  const std::string tricky = R"(s = [ """a""""", )" + in_table + " ]\n";
  for (const std::string& text :
       {deep + " = 1\n", "[" + deep + "]\n", "x = " + in_table + "\n", "x = " + repeated("[", 40), tricky,
        R"("a" . )" + deep + " = 1\n", "# a comment\n'quoted'." + deep + " = 1\n"}) {
    const auto json = parse_toml("first = 1\n" + text, "study.toml");
    ASSERT_FALSE(json);
    EXPECT_THAT(json.error().message, HasSubstr("nested too deep")) << text.substr(0, 60);
  }
  EXPECT_TRUE(parse_toml(repeated("a.", 31) + "a = " + repeated("[", 32) + repeated("]", 32), "study.toml"));
}

TEST(Toml, WhatIsInQuotesAndCommentsNestsNothing) {
  const std::string dots = repeated("[.", 100);
  const std::string text = "a = \"" + dots + "\" # " + dots + "\nb = '''" + dots + "\n" + dots +
                           "'''\nc = '" + dots + "'\nd = \"\"\"\\\"" + dots + "\"\"\"\ne = [" +
                           repeated("0.5, ", 1000) + "]\n";
  const auto json = parse_toml(text, "study.toml");
  ASSERT_TRUE(json) << json.error().message;
  EXPECT_EQ((*json)["e"].size(), 1000U);
}

TEST(Toml, LongKeysAreRefused) { EXPECT_FALSE(parse_toml(std::string(2000, 'k') + " = 1\n", "study.toml")); }

}  // namespace
}  // namespace windhover::record
