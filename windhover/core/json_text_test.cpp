#include "windhover/core/json_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace windhover {
namespace {

using testing::HasSubstr;

TEST(JsonText, GivesTheValue) { EXPECT_EQ(parse_json(R"({"a": [1, -2.5, "b"]})").value()["a"][1], -2.5); }

TEST(JsonText, DepthIsBounded) {
  const auto nested = [](int levels) {
    const auto count = static_cast<std::size_t>(levels);
    return std::string(count, '[') + std::string(count, ']');
  };
  EXPECT_TRUE(parse_json(nested(deepest_json)).has_value());
  EXPECT_THAT(parse_json(nested(deepest_json + 1)).error().message, HasSubstr("deeper than 100 levels"));
  EXPECT_FALSE(parse_json(nested(1'000'000)).has_value());
}

TEST(JsonText, BracketsInsideATextDoNotCount) {
  EXPECT_TRUE(parse_json("\"" + std::string(1000, '[') + "\\\"" + std::string(1000, '{') + "\"").has_value());
}

TEST(JsonText, OnlyFiniteNumbersAreNumbers) {
  for (const char* text : {"NaN", "[nan]", "Infinity", "[-inf]", "1e999", "-1e999"})
    EXPECT_FALSE(parse_json(text).has_value()) << text;
}

TEST(JsonText, AKeyTwiceInOneObjectIsRefused) {
  for (const char* text :
       {R"({"a": 1, "a": 1})", R"([{"b": {"a": 1, "c": 2, "a": 3}}])", R"({"a": 1, "\u0061": 2})"})
    EXPECT_THAT(parse_json(text).error().message, HasSubstr("the key 'a' is there twice")) << text;
  for (const char* text :
       {R"({"a": {"a": 1}, "b": {"a": 2}})", R"([{"a": 1}, {"a": 1}])", R"({"a": ["a", "a"]})"})
    EXPECT_TRUE(parse_json(text).has_value()) << text;
}

TEST(JsonText, SaysWhereATextIsNotJson) {
  EXPECT_THAT(parse_json("{\"a\": }").error().message, HasSubstr("parse error"));
}

/// Whatever the number of objects: a list of runs has a hundred thousand.
TEST(JsonText, ManyObjectsTakeNoLongerThanTheirLength) {
  std::string text = "[";
  for (int i = 0; i < 200'000; ++i) text += R"({"cell":"gru+ln","seed":1},)";
  text.back() = ']';
  EXPECT_EQ(parse_json(text).value().size(), 200'000U);
}

}  // namespace
}  // namespace windhover
