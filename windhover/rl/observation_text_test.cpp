#include "windhover/rl/observation_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace windhover::rl {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Line = ObservationReader::Line;

std::vector<float> read(ObservationReader& reader, std::string_view line) {
  const auto kind = reader.read(line);
  EXPECT_TRUE(kind.has_value()) << kind.error().message;
  EXPECT_EQ(*kind, Line::observation);
  return {reader.observation().begin(), reader.observation().end()};
}

std::string refusal_of(ObservationReader& reader, std::string_view line) {
  const auto kind = reader.read(line);
  return kind ? "accepted" : kind.error().message;
}

std::string refusal_of(std::string_view line) {
  ObservationReader reader(2);
  static_cast<void>(reader.read("0,0"));  // so that the next is no head
  return refusal_of(reader, line);
}

TEST(ObservationText, IsCsvOrJson) {
  ObservationReader reader(2);
  EXPECT_THAT(read(reader, "0.5,-1e-3"), ElementsAre(0.5F, -1e-3F));
  EXPECT_THAT(read(reader, " +1 ,\t2\r"), ElementsAre(1.0F, 2.0F));
  EXPECT_THAT(read(reader, "[0.25, 3]"), ElementsAre(0.25F, 3.0F));
  EXPECT_THAT(read(reader, R"({"step": 1, "observation": [4, 5]})"), ElementsAre(4.0F, 5.0F));
  EXPECT_EQ(reader.read("  "), Line::empty);
  EXPECT_THAT(read(reader, "1e-400,-1E-400"), ElementsAre(0.0F, 0.0F)) << "too small is zero";
}

TEST(ObservationText, MayStartWithAHead) {
  ObservationReader plain(2);
  EXPECT_EQ(plain.read("left,right"), Line::head);
  EXPECT_THAT(read(plain, "1,2"), ElementsAre(1.0F, 2.0F));
  EXPECT_THAT(refusal_of(plain, "left,right"), AllOf(HasSubstr("line 3"), HasSubstr("'left'")));

  ObservationReader traced(2);
  EXPECT_EQ(traced.read(""), Line::empty);
  EXPECT_EQ(traced.read("step,observation_a,action,observation_b"), Line::head);
  EXPECT_THAT(read(traced, "7,1,left,2"), ElementsAre(1.0F, 2.0F));
  EXPECT_THAT(refusal_of(traced, "7,1,left"), AllOf(HasSubstr("3 fields"), HasSubstr("head 4")));
  EXPECT_THAT(refusal_of(traced, "7,1,left,x"), HasSubstr("field 4 is 'x'"));

  ObservationReader other(2);
  EXPECT_THAT(refusal_of(other, "a,b,c"), AllOf(HasSubstr("line 1"), HasSubstr("3 columns")));
  ObservationReader half(2);
  EXPECT_THAT(refusal_of(half, "a,1"), HasSubstr("field 1 is 'a'"));
}

TEST(ObservationText, WhatIsWrongIsSaidWithItsLine) {
  const std::pair<const char*, const char*> all[] = {
      {"1", "it has 1 number;"},
      {"1,2,3", "it has 3 numbers"},
      {"1,", "field 2 is ''"},
      {"1,2x", "field 2 is '2x'"},
      {"1 2", "1 number"},
      {"nan,1", "number 1 is nan, which is not finite"},
      {"1,-inf", "number 2 is -inf"},
      {"1,1e39", "number 2 is 1e+39, which is not finite in single precision"},
      {"1e999,1", "number 1 is inf"},
      {"[1]", "it has 1 number"},
      {"[1,\"2\"]", "element 2 is \"2\", which is no number"},
      {"[1,null]", "element 2 is null"},
      {"[1,NaN]", "JSON"},
      {"{\"seen\":[1,2]}", "no \"observation\""},
      {"{\"observation\":1}", "no list"},
      {"{\"observation\":[1,2],\"observation\":[3,4]}", "twice"}};
  for (const auto& [line, reason] : all)
    EXPECT_THAT(refusal_of(line),
                AllOf(HasSubstr("line 2: "), HasSubstr(reason), HasSubstr("2 finite numbers")))
        << line;
}

}  // namespace
}  // namespace windhover::rl
