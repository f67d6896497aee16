#include "windhover/analysis/claims.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/analysis/claim_text.hpp"
#include "windhover/analysis/collapse.hpp"
#include "windhover/analysis/design.hpp"
#include "windhover/analysis/testing/as_json.hpp"
#include "windhover/analysis/testing/fake_study.hpp"
#include "windhover/analysis/testing/small_study.hpp"

namespace windhover::analysis {
namespace {

Json claims_of(const record::StudyRecord& record) { return testing::claims_json(ScoreBook(record)); }

Json claim(const Json& claims, const char* id) {
  for (const auto& entry : claims["claims"]) {
    if (entry["id"] == id) return entry["greedy"];
  }
  return {};
}

/// Ten seeds around the small study's means with a spread of a tenth, so that every difference in means is
/// beyond doubt.
record::StudyRecord clear_study() {
  auto record = testing::small_study();
  record.runs.clear();
  record.study.seeds = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  Stream stream({.seed = 7});
  for (const auto& cell : testing::small_cells) {
    for (const auto seed : record.study.seeds) {
      record.runs.push_back(testing::small_run(cell.id, "a3c", seed, cell.a3c[1] + 0.1 * stream.normal()));
      record.runs.push_back(
          testing::small_run(cell.id, "individual", seed, cell.individual[1] + 0.1 * stream.normal()));
    }
  }
  return record;
}

TEST(Claims, AreConfirmedOrContradictedByTheirSign) {
  const auto claims = claims_of(clear_study());
  EXPECT_EQ(claim(claims, "C1")["verdict"], "confirmed");      // gap 20
  EXPECT_EQ(claim(claims, "C2")["verdict"], "contradicted");   // gaps 10 and 20
  EXPECT_EQ(claim(claims, "C3c")["verdict"], "confirmed");     // 30 against 50
  EXPECT_EQ(claim(claims, "C4c")["verdict"], "contradicted");  // 50 against 40
  EXPECT_EQ(claim(claims, "C5a")["verdict"], "confirmed");     // 60 is the highest
  EXPECT_EQ(claim(claims, "C9")["verdict"], "contradicted");   // neither (45) is above RNN only (40)
  EXPECT_LT(claim(claims, "C1")["holm_p"].get<double>(), 0.05);
}

TEST(Claims, ThatNothingTestsAreNotDecidable) {
  const auto claims = claims_of(clear_study());
  EXPECT_EQ(claim(claims, "C6")["verdict"], "not decidable");
  EXPECT_TRUE(claim(claims, "C6")["holm_p"].is_null());
  EXPECT_EQ(claim(claims, "C7")["verdict"], "not decidable");  // nobody collapsed
  EXPECT_EQ(claim(claims, "C8")["verdict"], "not decidable");
}

TEST(Claims, AClaimOfBeingHighestNeedsEveryComparison) {
  auto record = clear_study();
  for (auto& run : record.runs) {
    if (run.id.cell != "gru+ln" || run.id.arm != "a3c") continue;
    for (auto& row : run.evaluation) row.episode_return += 10;  // now as high as mlp+ln
  }
  EXPECT_EQ(claim(claims_of(record), "C5a")["verdict"], "not decidable");
}

TEST(Claims, ACvIsNotTestedOnAFewSeeds) {
  const auto claims = claims_of(testing::small_study());
  EXPECT_TRUE(claim(claims, "C4b")["holm_p"].is_null());
  EXPECT_EQ(claim(claims, "C4b")["note"], "a CV is tested from 5 seeds on");
  EXPECT_TRUE(claim(claims_of(clear_study()), "C4b")["holm_p"].is_number());
}

TEST(Claims, OneSeedDecidesNothing) {
  auto record = testing::small_study();
  std::erase_if(record.runs, [](const record::Run& run) { return run.id.seed != 1; });
  record.study.seeds = {1};
  const auto claims = claims_of(record);
  for (const auto& entry : claims["claims"]) EXPECT_EQ(entry["greedy"]["verdict"], "not decidable");
}

TEST(Claims, AnotherDesignIsNotPutBesideThePublishedOne) {
  auto record = testing::small_study();
  record.study.cells.pop_back();
  const auto claims = claims_of(record);
  EXPECT_TRUE(claims["claims"].empty());
  EXPECT_NE(claims["note"], "");
}

using record::Claim;
using record::ClaimMetric;
using record::ClaimSide;

/// The verdict on a claim that is the study's only one.
Json verdict_on(record::StudyRecord record, const Claim& claim) {
  record.study.claims = {claim};
  return claims_of(record)["declared"][0];
}

std::vector<std::vector<record::CellTerm>> difference(const char* first, const char* second) {
  return {{{.cell = first, .coefficient = 1}, {.cell = second, .coefficient = -1}}};
}

Claim at_least(double bound) {
  return {.id = "K", .arm = "a3c", .contrasts = {{{.cell = "gru+ln"}}}, .bound = bound};
}

TEST(DeclaredClaims, ABoundIsTestedByTheOneSampleT) {
  // 48 50 52 against 45: t = 5 sqrt(3) / 2, and with 2 degrees of freedom p = 1 - t / sqrt(t^2 + 2).
  const double t = 5 * std::sqrt(3.0) / 2;
  const auto verdict = verdict_on(testing::small_study(), at_least(45));
  EXPECT_NEAR(verdict["p_value"].get<double>(), 1 - t / std::sqrt(t * t + 2), 1e-12);
  EXPECT_EQ(verdict["holm_p"], verdict["p_value"]);
  EXPECT_EQ(verdict["sign_flip_p"], 0.25);
  EXPECT_EQ(verdict["verdict"], "confirmed");
  EXPECT_EQ(verdict["bound"], 45.0);
  EXPECT_EQ(verdict["estimate"], 50.0);
  EXPECT_EQ(verdict["n_seeds"], 3);
  EXPECT_EQ(verdict["actions"], "greedy");
  EXPECT_EQ(verdict_on(testing::small_study(), at_least(55))["verdict"], "contradicted");
  EXPECT_EQ(verdict_on(testing::small_study(), at_least(49))["verdict"], "not decidable");
}

TEST(DeclaredClaims, OfTheSamePolicyAreOneFamily) {
  auto record = testing::small_study();
  record.study.claims = {at_least(45), at_least(55), at_least(45)};
  record.study.claims[1].id = "L";
  record.study.claims[2].id = "M";
  record.study.claims[2].policy = "sampled";
  const auto declared = claims_of(record)["declared"];
  EXPECT_EQ(declared[0]["verdict"], "not decidable");  // .049 twice
  EXPECT_NEAR(declared[1]["holm_p"].get<double>(), 2 * declared[1]["p_value"].get<double>(), 1e-12);
  EXPECT_EQ(declared[2]["verdict"], "confirmed");
  EXPECT_EQ(declared[2]["actions"], "sampled");
}

TEST(DeclaredClaims, SeedsThatAllAgreeDecideABoundByTheirValue) {
  auto record = testing::small_study();
  for (auto& run : record.runs) {
    for (auto& row : run.evaluation) row.episode_return = 1;
  }
  const auto met = verdict_on(record, at_least(1));
  EXPECT_EQ(met["verdict"], "confirmed");
  EXPECT_TRUE(met["p_value"].is_null() && met["holm_p"].is_null() && met["ci95"].is_null());
  EXPECT_THAT(met["note"].get<std::string>(), ::testing::HasSubstr("the value itself decides"));
  EXPECT_EQ(verdict_on(record, at_least(1.5))["verdict"], "contradicted");
  // Without a bound there is nothing but the test, and no test without spread.
  const Claim larger{.id = "K", .arm = "a3c", .contrasts = difference("gru+ln", "gru")};
  EXPECT_EQ(verdict_on(record, larger)["verdict"], "not decidable");
  std::erase_if(record.runs, [](const record::Run& run) { return run.id.seed != 1; });
  EXPECT_EQ(verdict_on(record, at_least(1))["verdict"], "not decidable") << "one seed";
}

TEST(DeclaredClaims, EquivalenceIsConfirmedIfTheIntervalLiesWithin) {
  for (const double within : {1.0, 3.0, 7.0, 9.0, 11.0, 15.0, 25.0}) {
    for (const auto* other : {"gru", "mlp", "mlp+ln"}) {
      const Claim claim{.id = "K",
                        .arm = "a3c",
                        .contrasts = difference("gru+ln", other),
                        .side = ClaimSide::none,
                        .bound = within};
      const auto verdict = verdict_on(testing::small_study(), claim);
      if (!verdict["ci95"].is_array()) continue;  // gru+ln and gru differ by 10 in every seed
      const bool inside = verdict["ci95"][0] > -within && verdict["ci95"][1] < within;
      EXPECT_EQ(verdict["verdict"] == "confirmed", inside) << within << " " << other;
    }
  }
  Claim far{
      .id = "K", .arm = "a3c", .contrasts = difference("mlp", "gru"), .side = ClaimSide::none, .bound = 4};
  EXPECT_EQ(verdict_on(clear_study(), far)["verdict"], "contradicted");  // 5
  far.bound = 6;
  EXPECT_EQ(verdict_on(clear_study(), far)["verdict"], "confirmed");
}

TEST(DeclaredClaims, AreJudgedAsThePublishedOnesAre) {
  auto record = clear_study();
  record.study.claims = {{.id = "gap", .metric = ClaimMetric::gap, .contrasts = {{{.cell = "gru+ln"}}}},
                         {.id = "cv",
                          .metric = ClaimMetric::cv,
                          .arm = "individual",
                          .contrasts = difference("gru+ln", "gru"),
                          .side = ClaimSide::smaller},
                         {.id = "highest",
                          .arm = "a3c",
                          .contrasts = {difference("mlp+ln", "gru+ln")[0], difference("mlp+ln", "gru")[0],
                                        difference("mlp+ln", "mlp")[0]}}};
  const auto claims = claims_of(record);
  std::size_t number = 0;
  for (const char* id : {"C1", "C4b", "C5a"}) {
    const auto declared = claims["declared"][number++];
    for (const char* key : {"estimate", "ci95", "p_value", "sign_flip_p", "n_seeds", "comparisons"}) {
      EXPECT_EQ(declared[key], claim(claims, id)[key]) << id << " " << key;
    }
  }
}

TEST(DeclaredClaims, KnowEffectsAndTheWorstCondition) {
  const Claim effect{.id = "K", .arm = "a3c", .effect = {"recurrent"}, .side = ClaimSide::smaller};
  EXPECT_EQ(verdict_on(clear_study(), effect)["verdict"], "confirmed");
  EXPECT_NEAR(verdict_on(testing::small_study(), effect)["estimate"].get<double>(), 45 - 52.5, 1e-12);
  const Claim interaction{.id = "K", .arm = "a3c", .effect = {"layer_norm", "recurrent"}};
  EXPECT_NEAR(verdict_on(testing::small_study(), interaction)["estimate"].get<double>(), 10 - 15, 1e-12);
  auto worst = at_least(45);
  worst.metric = ClaimMetric::worst_condition;
  EXPECT_NEAR(verdict_on(testing::small_study(), worst)["estimate"].get<double>(), 49, 1e-12);
}

TEST(DeclaredClaims, AreJudgedInOtherDesignsToo) {
  auto record = testing::small_study();
  record.study.cells.pop_back();
  EXPECT_EQ(verdict_on(record, at_least(45))["verdict"], "confirmed");
  const auto effect = verdict_on(record, {.id = "K", .arm = "a3c", .effect = {"recurrent"}});
  EXPECT_EQ(effect["verdict"], "not decidable");
  EXPECT_EQ(effect["note"], "the design has no such effect");
}

TEST(DeclaredClaims, OfTwoFactorsAreTestedOnTheContributionOfTheDesign) {
  const auto study = testing::small_study().study;
  for (const auto& contribution : contributions_of(study)) {
    const Claim by_effect{.id = "K", .arm = "individual", .effect = contribution.factors};
    const Claim by_cells{.id = "K", .arm = "individual", .contrasts = {contribution.contrast}};
    EXPECT_EQ(verdict_on(testing::small_study(), by_effect)["p_value"],
              verdict_on(testing::small_study(), by_cells)["p_value"]);
  }
}

TEST(TestedText, SaysWhatIsTested) {
  EXPECT_EQ(tested_text(at_least(475)), "A3C's mean in gru+ln is at least 475.");
  EXPECT_EQ(tested_text({.id = "K", .metric = ClaimMetric::gap, .contrasts = {{{.cell = "mlp"}}}}),
            "The gap in mlp is larger than 0.");
  EXPECT_EQ(tested_text({.id = "K",
                         .arm = "a3c",
                         .contrasts = {difference("mlp+ln", "gru+ln")[0], difference("mlp+ln", "gru")[0]},
                         .side = ClaimSide::smaller}),
            "A3C's mean in mlp+ln is smaller than in gru+ln and in gru.");
  EXPECT_EQ(
      tested_text({.id = "K",
                   .metric = ClaimMetric::collapse,
                   .arm = "a3c",
                   .contrasts = {{{.cell = "gru", .coefficient = 0.5}, {.cell = "mlp", .coefficient = -0.5}}},
                   .side = ClaimSide::smaller,
                   .bound = 0.05}),
      "The share of A3C's models that collapse greedily over 0.5 gru − 0.5 mlp is at most 0.05.");
  EXPECT_EQ(tested_text({.id = "K",
                         .metric = ClaimMetric::cv,
                         .arm = "individual",
                         .effect = {"recurrent", "layer_norm"},
                         .side = ClaimSide::none,
                         .bound = 3}),
            "The interaction of RNN and LayerNorm on Individual's CV is within ±3 of 0.");
}

}  // namespace
}  // namespace windhover::analysis
