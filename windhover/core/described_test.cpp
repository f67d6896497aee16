#include "windhover/core/described.hpp"

#include <array>
#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace windhover::described {

enum class Colour { red, green };

template <>
struct Names<Colour> {
  static constexpr std::array all = {std::pair{Colour::red, "red"}, std::pair{Colour::green, "as grass"}};
};

namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Inner {
  double mean = not_a_number;
  std::optional<std::string> note = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("mean", self.mean);
    visit("note", self.note);
  }
};

struct Extra {
  std::optional<double> adjusted = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit.maybe("adjusted", self.adjusted);
  }
};

struct Outer {
  std::string name = {};
  std::uint8_t count = 0;
  int change = 0;
  bool quick = false;
  Json kept = {};
  std::optional<Inner> best = {};
  std::vector<Inner> list = {};
  std::vector<double> parts = {};
  Extra extra = {};
  std::map<std::string, Inner> arms = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("count", self.count);
    visit("change", self.change);
    visit("quick", self.quick);
    visit("kept", self.kept);
    visit("best", self.best);
    visit("list", self.list);
    visit.if_any("parts", self.parts);
    visit.inlined(self.extra);
    visit.rest(self.arms);
  }
};

const Json written = Json::parse(R"({
  "name": "x", "count": 255, "change": -3, "quick": true, "kept": {"a": [1, "two", null]},
  "best": null, "list": [{"mean": 0.5, "note": "n"}, {"mean": null, "note": null}], "parts": [1.5],
  "adjusted": 0.25, "a3c": {"mean": 7.0, "note": null}})");

std::string refusal(const Json& json) {
  const auto value = from_json<Outer>(json);
  return value ? std::string("none") : value.error().message;
}

TEST(Described, ReadsWhatStandsThere) {
  const auto value = from_json<Outer>(written).value();
  EXPECT_EQ(value.name, "x");
  EXPECT_EQ(value.count, 255);
  EXPECT_EQ(value.change, -3);
  EXPECT_TRUE(value.quick);
  EXPECT_EQ(value.kept["a"][1], "two");
  EXPECT_FALSE(value.best.has_value());
  ASSERT_EQ(value.list.size(), 2U);
  EXPECT_EQ(value.list[0].mean, 0.5);
  EXPECT_TRUE(std::isnan(value.list[1].mean));
  EXPECT_EQ(value.extra.adjusted, 0.25);
  EXPECT_EQ(value.arms.at("a3c").mean, 7.0);
}

TEST(Described, WritesWhatItRead) {
  EXPECT_EQ(to_json(from_json<Outer>(written).value()).dump(), written.dump());
}

TEST(Described, WhatMayBeAbsentIsAbsentAndNotNull) {
  auto json = written;
  for (const char* key : {"parts", "adjusted", "a3c"}) json.erase(key);
  const auto value = from_json<Outer>(json).value();
  EXPECT_FALSE(value.extra.adjusted.has_value());
  EXPECT_EQ(to_json(value), json);
}

TEST(Described, NumbersThatAreNotFiniteAreNull) {
  EXPECT_EQ(to_json(std::vector{1.0, not_a_number, std::numeric_limits<double>::infinity()}),
            Json::parse("[1.0, null, null]"));
}

TEST(Described, ErrorsNameTheirPlace) {
  auto json = written;
  json["list"][1].erase("note");
  EXPECT_EQ(refusal(json), "list[1]: 'note' is missing");
  json = written;
  json["a3c"]["nots"] = 1;
  EXPECT_THAT(refusal(json), StartsWith("a3c: unknown key 'nots'"));
  EXPECT_THAT(refusal(json), HasSubstr("did you mean 'note'"));
  json = written;
  json["list"][0]["mean"] = "half";
  EXPECT_EQ(refusal(json), "list[0].mean: must be a number or null, not \"half\"");
  json = written;
  json["parts"] = 1;
  EXPECT_EQ(refusal(json), "parts: must be a list, not 1");
  for (const auto& no_byte : {Json(256), Json(-1), Json(1.5), Json("1"), Json()}) {
    json = written;
    json["count"] = no_byte;
    EXPECT_THAT(refusal(json), StartsWith("count: must be a whole number")) << no_byte;
  }
  EXPECT_EQ(refusal(Json::array()), "must be a table, not []");
}

TEST(Described, AnEnumerationStandsAsOneOfItsNames) {
  EXPECT_EQ(to_json(std::vector{Colour::green, Colour::red}), Json({"as grass", "red"}));
  EXPECT_EQ(from_json<Colour>("as grass").value(), Colour::green);
  for (const auto& other : {Json("blue"), Json(1), Json()}) EXPECT_FALSE(from_json<Colour>(other)) << other;
}

TEST(Described, EveryLeafIsVisitedWithItsPlaceInTheDocument) {
  const auto value = from_json<Outer>(written).value();
  std::map<std::string, const void*> leaves;
  auto visit = [&](const auto& leaf, const Json::json_pointer& place) {
    leaves.emplace(place.to_string(), &leaf);
  };
  for_each_leaf(value, Json::json_pointer(), visit);
  EXPECT_EQ(leaves.at("/list/0/mean"), &value.list[0].mean);
  EXPECT_EQ(leaves.at("/a3c/mean"), &value.arms.at("a3c").mean);
  EXPECT_EQ(leaves.at("/parts/0"), &value.parts[0]);
  for (const auto& [place, address] : leaves)
    EXPECT_TRUE(written.contains(Json::json_pointer(place))) << place;
}

/// Written, read and written again: a random struct is the same.
TEST(Described, RandomStructsComeBack) {
  std::mt19937 random(7);
  const auto below = [&](std::size_t limit) { return random() % limit; };
  const auto inner = [&] {
    Inner value{.mean = below(4) == 0 ? not_a_number : std::generate_canonical<double, 53>(random)};
    if (below(2) == 0) value.note = std::string(below(3), 'n');
    return value;
  };
  for (int trial = 0; trial < 200; ++trial) {
    Outer value{.name = std::string(below(5), 'x'),
                .count = static_cast<std::uint8_t>(below(256)),
                .change = static_cast<int>(below(2000)) - 1000,
                .quick = below(2) == 0};
    if (below(2) == 0) value.best = inner();
    for (auto i = below(4); i > 0; --i) value.list.push_back(inner());
    for (auto i = below(4); i > 0; --i) value.parts.push_back(static_cast<double>(random()) / 3);
    if (below(2) == 0) value.extra.adjusted = not_a_number;
    for (auto i = below(3); i > 0; --i) value.arms["arm " + std::to_string(i)] = inner();
    const auto first = to_json(value).dump();
    EXPECT_EQ(to_json(from_json<Outer>(Json::parse(first)).value()).dump(), first);
  }
}

}  // namespace
}  // namespace windhover::described
