#include "windhover/record/claim.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/record/toml.hpp"

namespace windhover::record {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<Claim> claim_of(const std::string& text) {
  return parse_claim(parse_toml("id = 'K1'\n" + text, "x").value());
}

std::string refusal_of(const std::string& text) {
  const auto claim = claim_of(text);
  return claim ? "accepted" : claim.error().message;
}

TEST(Claim, OneCellAgainstABound) {
  const auto claim = claim_of("text = 'solves it'\narm = 'a3c'\ncell = 'gru+ln'\nat_least = 475").value();
  EXPECT_EQ(claim.metric, ClaimMetric::mean);
  EXPECT_EQ(claim.side, ClaimSide::larger);
  EXPECT_EQ(claim.bound, 475.0);
  EXPECT_THAT(claim.contrasts, ElementsAre(ElementsAre(CellTerm{"gru+ln", 1})));
}

TEST(Claim, ContrastsEffectsAndEquivalence) {
  const auto contrast = claim_of("contrast = { 'gru+ln' = 1, gru = -1.0 }\ndirection = 'smaller'").value();
  EXPECT_THAT(contrast.contrasts, ElementsAre(ElementsAre(CellTerm{"gru", -1}, CellTerm{"gru+ln", 1})));
  EXPECT_EQ(contrast.side, ClaimSide::smaller);
  EXPECT_FALSE(contrast.bound.has_value());
  EXPECT_EQ(
      claim_of("contrast = [{ a = 1, b = -1 }, { a = 1, c = -1 }]\ndirection = 'larger'")->contrasts.size(),
      2U);
  EXPECT_THAT(claim_of("effect = 'hidden'\ndirection = 'larger'")->effect, ElementsAre("hidden"));
  const auto equal = claim_of("effect = ['a', 'b']\ndirection = 'none'\nwithin = 3\nmetric = 'cv'").value();
  EXPECT_EQ(equal.side, ClaimSide::none);
  EXPECT_EQ(equal.bound, 3.0);
}

TEST(Claim, ReadsBackAsItWasWritten) {
  for (const char* text :
       {"cell = 'a'\nat_most = 0.05\nmetric = 'collapse'\ntext = 'x'\narm = 'a3c'\npolicy = 'greedy'",
        "contrast = [{ a = 1, b = -0.5, c = -0.5 }, { a = 1, c = -1 }]\ndirection = 'larger'",
        "effect = ['a', 'b']\ndirection = 'none'\nwithin = 3\nmetric = 'worst_condition'",
        "effect = 'a'\nmetric = 'gap'\ndirection = 'none'\npolicy = 'sampled'",
        "contrast = { a = 0.5, b = 0.5 }\nat_least = -1e9"}) {
    const auto claim = claim_of(text).value();
    const auto again = parse_toml(to_toml(to_json(claim)).value(), "again");
    EXPECT_EQ(parse_claim(*again).value(), claim) << text;
  }
}

struct BadClaim {
  const char* text;
  std::vector<const char*> parts;
};

class BadClaims : public ::testing::TestWithParam<BadClaim> {};

TEST_P(BadClaims, AreRefusedWithTheReason) {
  const auto message = refusal_of(GetParam().text);
  for (const char* part : GetParam().parts) EXPECT_THAT(message, HasSubstr(part)) << GetParam().text;
}

const BadClaim bad_claims[] = {
    {"cell = 'a'\nat_leest = 3", {"unknown key 'at_leest'", "did you mean 'at_least'"}},
    {"at_least = 3", {"exactly one of cell, contrast, effect", "none"}},
    {"cell = 'a'\neffect = 'b'\nat_least = 3", {"exactly one of cell", "cell and effect"}},
    {"cell = 'a'", {"exactly one of direction, at_least, at_most", "none"}},
    {"cell = 'a'\nat_least = 3\nat_most = 4", {"at_least and at_most"}},
    {"cell = 'a'\nat_least = 'x'", {"'at_least' must be a number", "\"x\""}},
    {"cell = 'a'\nat_least = nan", {"'at_least' must be a number, and a finite one", "but is nan"}},
    {"cell = 'a'\nat_most = -inf", {"'at_most' must be a number, and a finite one", "but is -inf"}},
    {"effect = 'a'\ndirection = 'none'\nwithin = inf", {"'within' must be a number", "but is inf"}},
    {"contrast = { a = nan, b = -1 }\ndirection = 'larger'", {"cell 'a' a number other than 0", "gives nan"}},
    {"cell = nan\nat_least = 3", {"'cell' must be a text", "but is nan"}},
    {"cell = 'a'\nat_least = 3\nwithin = 1", {"'within' needs direction"}},
    {"effect = 'a'\ndirection = 'none'\nwithin = 0", {"'within' is 0", "above 0"}},
    {"effect = 'a'\ndirection = 'up'", {"'direction' is \"up\"", "larger, smaller, none"}},
    {"effect = 'a'\ndirection = 'larger'\nmetric = 'men'", {"'metric' is \"men\"", "worst_condition"}},
    {"effect = 'a'\ndirection = 'larger'\npolicy = 'best'", {"'policy' is \"best\"", "greedy, sampled"}},
    {"effect = []\ndirection = 'larger'", {"'effect' must name one factor"}},
    {"effect = ['a', 'a']\ndirection = 'larger'", {"'effect' must name one factor"}},
    {"effect = ['a', 'b', 'c']\ndirection = 'larger'", {"two of an interaction"}},
    {"effect = 3\ndirection = 'larger'", {"'effect' must name factors"}},
    {"contrast = {}\nat_least = 3", {"'contrast' must be a table of cells"}},
    {"contrast = 'gru'\nat_least = 3", {"'contrast' must be a table of cells"}},
    {"contrast = { a = 0 }\nat_least = 3", {"cell 'a' a number other than 0"}},
    {"contrast = { a = 1, b = 1 }\ndirection = 'larger'", {"sum to 2", "without a bound"}},
    {"cell = 'a'\ndirection = 'larger'", {"sum to 1", "without a bound"}},
    {"cell = 'a'\nat_least = 1\nmetric = 'gap'\narm = 'a3c'", {"'arm' has no place"}},
    {"cell = 'a'\nat_most = 1\nmetric = 'collapse'\npolicy = 'sampled'", {"greedy actions only"}},
    {"cell = ''\nat_most = 1", {"'cell' must be a text"}},
};

INSTANTIATE_TEST_SUITE_P(Claim, BadClaims, ::testing::ValuesIn(bad_claims));

TEST(Claim, NeedsAnIdAndATable) {
  EXPECT_THAT(parse_claim(Json{{"cell", "a"}, {"at_least", 1}}).error().message,
              HasSubstr("'id' is missing"));
  EXPECT_THAT(parse_claim(Json(3)).error().message, AllOf(HasSubstr("must be a table"), HasSubstr("3")));
  EXPECT_EQ(parse_claim(Json(3)).error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace windhover::record
