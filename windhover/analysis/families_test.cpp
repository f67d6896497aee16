#include "windhover/analysis/families.hpp"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/analysis/analyse.hpp"
#include "windhover/analysis/testing/analysed.hpp"
#include "windhover/analysis/testing/fake_study.hpp"

namespace windhover::analysis {
namespace {

using ::testing::HasSubstr;

using testing::analysed;

/// Of another environment than the published study, whose claims are no tests of it then.
record::StudyRecord unpublished(const testing::FakeStudy& fake = {}) {
  auto record = testing::fake_study(fake);
  for (auto& cell : record.study.cells) cell.environment = "other";
  return record;
}

record::StudyRecord study_with_family(const std::vector<std::string>& metrics) {
  auto record = unpublished();
  record.study.family = metrics;
  return record;
}

TEST(Families, HoldEveryMainEffectAndInteractionOfTheDeclaredMetrics) {
  const auto results = analysed(unpublished());
  ASSERT_EQ(results["families"].size(), 2U);
  const auto& members = results["families"][0]["members"];
  EXPECT_EQ(results["families"][0]["actions"], "greedy");
  // Three effects, of two means, two CVs, two collapse counts and a gap; and the gap in each of four cells.
  EXPECT_EQ(members.size(), 25U);
  std::set<std::string> metrics;
  for (const auto& member : members) metrics.insert(member["metric"].get<std::string>());
  EXPECT_EQ(metrics, (std::set<std::string>{"mean", "gap", "cv", "collapse"}));
}

TEST(Families, AreAdjustedByHolm) {
  const auto results = analysed(unpublished());
  for (const auto& family : results["families"]) {
    // The definition, step by step: the k-th smallest of m times m - k + 1, never below the one before.
    std::vector<std::pair<double, double>> p_values;  // p, holm
    for (const auto& member : family["members"]) {
      if (member["p_value"].is_number())
        p_values.emplace_back(member["p_value"].get<double>(), member["holm_p"].get<double>());
    }
    std::ranges::sort(p_values);
    double before = 0;
    for (std::size_t k = 0; k < p_values.size(); ++k) {
      before = std::max(before, std::min(1.0, p_values[k].first * static_cast<double>(p_values.size() - k)));
      EXPECT_NEAR(p_values[k].second, before, 1e-12);
    }
    EXPECT_GT(p_values.size(), 10U);
  }
}

TEST(Families, WhatIsNotDeclaredIsExplored) {
  const auto results = analysed(study_with_family({"gap"}));
  EXPECT_EQ(results["families"][0]["members"].size(), 7U);
  EXPECT_THAT(results["families"][0]["rule"].get<std::string>(),
              HasSubstr("3 effects of factors and interactions (gap) and 4 gaps in cells"));
  const auto& rnn = results["effects"]["contributions"][0]["greedy"];
  EXPECT_TRUE(rnn["gap"].contains("holm_p"));
  EXPECT_FALSE(rnn["gap"].contains("bh_p"));
  EXPECT_TRUE(rnn["mean"]["a3c"].contains("bh_p"));
  EXPECT_FALSE(rnn["mean"]["a3c"].contains("holm_p"));
  EXPECT_TRUE(rnn["cv"]["a3c"].contains("bh_p"));
}

TEST(Families, EveryExploredContrastIsAdjustedByBenjaminiAndHochberg) {
  const auto results = analysed(unpublished());
  std::vector<Json> explored;
  const auto add = [&](const Json& effects) {
    explored.push_back(effects["gap"]);
    for (const char* arm : {"a3c", "individual"}) {
      explored.push_back(effects["mean"][arm]);
      explored.push_back(effects["cv"][arm]);
    }
  };
  for (const auto& step : results["effects"]["steps"]) add(step["sampled"]);
  // Of the changes from the baseline two are steps, seen from their other end, and the same tests.
  for (const auto& change : results["effects"]["changes"]) {
    if (change["cell"] == "mlp") add(change["sampled"]);
  }
  EXPECT_EQ(results["families"][1]["explored"], explored.size());
  // The definition: the least over all p at least as large of p m / rank.
  const auto count = static_cast<double>(explored.size());
  for (const auto& contrast : explored) {
    double adjusted = 1;
    for (const auto& other : explored) {
      if (other["p_value"] < contrast["p_value"]) continue;
      const auto rank = std::ranges::count_if(
          explored, [&](const Json& item) { return item["p_value"] <= other["p_value"]; });
      adjusted = std::min(adjusted, other["p_value"].get<double>() * count / static_cast<double>(rank));
    }
    EXPECT_NEAR(contrast["bh_p"], adjusted, 1e-12);
  }
}

/// The published claim C1 is the gap at the baseline, C3c a step: each is one test with one adjusted p.
TEST(Families, AClaimAndTheEffectThatItIsAboutAreOneTest) {
  const auto results = analysed(testing::fake_study());
  const auto claim = [&](const char* id) {
    for (const auto& entry : results["claims"]["claims"]) {
      if (entry["id"] == id) return entry["greedy"];
    }
    return Json();
  };
  EXPECT_EQ(results["cells"][0]["gap"]["greedy"]["contrast"]["holm_p"], claim("C1")["holm_p"]);
  const auto& steps = results["effects"]["steps"];
  const auto step = std::ranges::find_if(steps, [](const Json& entry) {
    return entry["from_cell"] == "mlp+ln" && entry["to_cell"] == "gru+ln";
  });
  ASSERT_NE(step, steps.end());
  const auto& contrast = (*step)["greedy"]["mean"]["individual"];
  EXPECT_EQ(contrast["holm_p"], claim("C3c")["holm_p"]);
  EXPECT_FALSE(contrast.contains("bh_p"));
}

TEST(Families, ATestIsNamedByItsContrastWhateverItsSignAndScale) {
  EXPECT_EQ(test_name("mean", "a3c", {{"a", 1}, {"b", -1}}),
            test_name("mean", "a3c", {{"b", 0.5}, {"a", -0.5}}));
  EXPECT_NE(test_name("mean", "a3c", {{"a", 1}, {"b", -1}}), test_name("mean", "a3c", {{"a", 1}, {"b", 1}}));
  EXPECT_NE(test_name("mean", "a3c", {{"a", 1}}), test_name("mean", "individual", {{"a", 1}}));
  EXPECT_NE(test_name("mean", "", {{"a", 1}}), test_name("gap", "", {{"a", 1}}));
}

TEST(Families, OneSeedHasMembersWithoutPValues) {
  const auto results = analysed(unpublished({.seeds = {42}}));
  for (const auto& member : results["families"][0]["members"]) {
    EXPECT_TRUE(member["p_value"].is_null());
    EXPECT_TRUE(member["holm_p"].is_null());
  }
  EXPECT_FALSE(results["families"][0]["members"].empty());
}

TEST(Families, OfOneArmHaveNoGap) {
  const auto results = analysed(unpublished({.arms = {"a3c"}}));
  for (const auto& member : results["families"][0]["members"]) EXPECT_NE(member["metric"], "gap");
  EXPECT_EQ(results["families"][0]["members"].size(), 9U);
}

TEST(Families, ContributionsCoverTheShareOfModelsThatCollapsed) {
  auto record = testing::fake_study();
  for (auto& run : record.runs) {
    const bool collapses = run.id.cell.starts_with("gru") && run.id.arm == "individual";
    for (auto& row : run.evaluation) {
      const bool collapsed = collapses && row.model < (run.id.seed == 42 ? 3 : 2);  // of five
      row.action_shares = collapsed ? std::vector{1.0, 0.0, 0.0} : std::vector{0.5, 0.3, 0.2};
    }
  }
  const auto results = analysed(record);
  const auto& rnn = results["effects"]["contributions"][0]["greedy"]["collapse"];
  EXPECT_NEAR(rnn["individual"]["estimate"], (0.6 + 4 * 0.4) / 5, 1e-12);
  EXPECT_EQ(rnn["individual"]["n_seeds"], 5);
  EXPECT_EQ(rnn["a3c"]["estimate"], 0.0);
  EXPECT_EQ(rnn["a3c"]["p_value"], 1.0);
}

}  // namespace
}  // namespace windhover::analysis
