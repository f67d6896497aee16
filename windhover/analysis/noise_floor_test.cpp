#include "windhover/analysis/noise_floor.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "windhover/analysis/testing/analysed.hpp"
#include "windhover/analysis/testing/as_json.hpp"
#include "windhover/analysis/testing/small_study.hpp"

namespace windhover::analysis {
namespace {

using testing::analysed;
using testing::noise_floor_json;

TEST(NoiseFloor, IsTheDifferenceThatSeedsMake) {
  const auto record = testing::small_study_with_noise_floor();
  const auto floor = noise_floor_json(ScoreBook(record));
  EXPECT_EQ(floor["cell"], "gru+ln");
  EXPECT_EQ(floor["seeds"], (Json{4, 5, 6}));
  for (const char* policy : {"greedy", "sampled"}) {
    const auto& a3c = floor[policy]["a3c"];  // 51 53 55 and 48 50 52, both with variance 4
    EXPECT_NEAR(a3c["difference"].get<double>(), 3, 1e-12);
    EXPECT_NEAR(a3c["degrees_of_freedom"].get<double>(), 4, 1e-9);
    EXPECT_NEAR(a3c["ci95"][0].get<double>(), 3 - 2.776445105 * std::sqrt(8.0 / 3), 1e-8);
    EXPECT_NEAR(a3c["ci95"][1].get<double>(), 3 + 2.776445105 * std::sqrt(8.0 / 3), 1e-8);
    EXPECT_EQ(a3c["n_seeds"], (Json{3, 3}));
    const auto& individual = floor[policy]["individual"];  // variances 3 and 1
    EXPECT_NEAR(individual["difference"].get<double>(), 1, 1e-12);
    EXPECT_NEAR(individual["degrees_of_freedom"].get<double>(), 3.2, 1e-9);
    EXPECT_NEAR(floor[policy]["gap"]["difference"].get<double>(), 2, 1e-12);
    EXPECT_NEAR(floor[policy]["largest_absolute"].get<double>(), 3, 1e-12);
  }
}

/// Removes these keys at every depth.
void drop(Json& json, const std::vector<std::string>& keys) {
  if (json.is_object()) {
    for (const auto& key : keys) json.erase(key);
  }
  if (!json.is_structured()) return;
  for (auto& child : json) drop(child, keys);
}

TEST(NoiseFloor, ItsSeedsCountInNoOtherStatistic) {
  auto without = analysed(testing::small_study());
  auto with = analysed(testing::small_study_with_noise_floor());
  EXPECT_TRUE(without["noise_floor"].is_null());
  EXPECT_EQ(with["runs"]["expected"], 30);
  EXPECT_EQ(with["runs"]["finished"], 30);
  // The floor's differences are declared tests, so that adjusted p-values and what they decide may differ.
  for (auto* results : {&without, &with}) {
    for (const char* key : {"noise_floor", "runs", "digest", "statements", "families", "summary", "claims"})
      results->erase(key);
    drop(*results, {"holm_p", "bh_p", "verdict"});
  }
  EXPECT_EQ(without, with);
}

TEST(NoiseFloor, SaysThatNoEffectIsShown) {
  const auto results = analysed(testing::small_study_with_noise_floor());
  // Three apart with a standard error of 1.63: t = 1.84 on 4 degrees, p = .14.
  EXPECT_NEAR(results["noise_floor"]["greedy"]["a3c"]["p_value"].get<double>(), .1400, 5e-4);
  std::size_t count = 0;
  for (const auto& statement : results["statements"]) {
    if (statement["kind"] != "noise floor") continue;
    ++count;
    EXPECT_EQ(statement["verdict"], "no effect shown");
    EXPECT_EQ(statement["effect"], "gru+ln again, under other seeds");
  }
  EXPECT_EQ(count, 6U) << "two arms and the gap, under both choices of actions";
}

TEST(NoiseFloor, ADifferenceThatSeedsAloneCanNotMakeIsSaidToBeOne) {
  auto record = testing::small_study_with_noise_floor();
  for (auto& run : record.runs) {
    if (run.id.arm != "a3c" || run.id.seed <= 3) continue;
    for (auto& row : run.evaluation) row.episode_return += 1000;
  }
  const auto results = analysed(record);
  EXPECT_EQ(results["noise_floor"]["sampled"]["a3c"]["verdict"], "effect shown where there is none");
}

/// Two one-sided Welch tests: the difference 3 with a standard error of sqrt(8 / 3) on 4 degrees lies within
/// 12 by t = 9 / 1.633 = 5.511, p = .00529 (two-sided), and within 5 by t = 1.22, p = .288. With the three
/// differences of the floor the claim is one of four tests.
TEST(NoiseFloor, AClaimOfEquivalenceRestsOnTheDistanceFromItsBound) {
  auto record = testing::small_study_with_noise_floor();
  for (auto& cell : record.study.cells) cell.environment = "other";
  const auto within = [](const char* id, double bound) {
    return record::Claim{
        .id = id, .arm = "a3c", .noise_floor = true, .side = record::ClaimSide::none, .bound = bound};
  };
  record.study.claims = {within("wide", 12)};
  auto results = analysed(record);
  const auto& wide = results["claims"]["declared"][0];
  EXPECT_EQ(wide["verdict"], "confirmed");
  EXPECT_NEAR(wide["estimate"].get<double>(), 3, 1e-12);
  EXPECT_NEAR(wide["p_value"].get<double>(), .00529, 1e-5);
  EXPECT_NEAR(wide["holm_p"].get<double>(), 4 * .00529, 4e-5);
  EXPECT_EQ(wide["n_seeds"], 3);
  record.study.claims = {within("narrow", 5)};
  results = analysed(record);
  EXPECT_EQ(results["claims"]["declared"][0]["verdict"], "not decidable");
  EXPECT_NEAR(results["claims"]["declared"][0]["p_value"].get<double>(), .288, 2e-3);
}

TEST(NoiseFloor, MissingRunsAreNamedAndLeftOut) {
  auto record = testing::small_study_with_noise_floor();
  std::erase_if(record.runs, [](const record::Run& run) { return run.id.arm == "a3c" && run.id.seed > 4; });
  const auto results = analysed(record);
  const auto& greedy = results["noise_floor"]["greedy"];
  EXPECT_TRUE(greedy["a3c"]["ci95"].is_null());
  EXPECT_NE(greedy["a3c"]["note"], "");
  EXPECT_EQ(greedy["a3c"]["n_seeds"], (Json{1, 3}));
  EXPECT_EQ(results["runs"]["missing"].size(), 2U);
  EXPECT_EQ(results["runs"]["missing"][0]["seed"], 5);
}

}  // namespace
}  // namespace windhover::analysis
