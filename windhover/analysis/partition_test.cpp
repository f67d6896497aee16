#include "windhover/analysis/partition.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/analysis/analyse.hpp"
#include "windhover/analysis/testing/analysed.hpp"
#include "windhover/analysis/testing/two_environments.hpp"

namespace windhover::analysis {
namespace {

using ::testing::AllOf;
using testing::cell_in;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using testing::analysed;

TEST(Partition, GroupsCellsByEnvironmentAndProfile) {
  record::Study study;
  study.cells = {{.id = "a", .factors = {}, .environment = "walk", .profile = "short"},
                 {.id = "b", .factors = {}, .environment = "jump", .profile = "only"},
                 {.id = "c", .factors = {}, .environment = "walk", .profile = "short"}};
  auto parts = parts_of(study);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].name, "walk");
  EXPECT_THAT(parts[0].cells, ElementsAre("a", "c"));
  EXPECT_EQ(parts[1].name, "jump");
  study.cells[2].profile = "long";
  parts = parts_of(study);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].name, "walk-short");
  EXPECT_EQ(parts[2].name, "walk-long");
  EXPECT_EQ(parts_of(testing::small_study().study).size(), 1U);
}

TEST(Partition, AStudyOfOneEnvironmentHasNoParts) {
  EXPECT_FALSE(analysed(testing::small_study()).contains("environments"));
  EXPECT_FALSE(analysed(testing::small_study_in("near", 1, false)).contains("environments"));
}

/// Each part must come out as a study that has this environment alone.
TEST(Partition, EachPartIsAnalysedAsAStudyOfItsOwn) {
  const auto results = analysed(testing::two_environments());
  ASSERT_EQ(results["environments"].size(), 2U);
  for (const auto& [index, environment, unit, sampled_first] :
       {std::tuple{0, "near", 1.0, false}, std::tuple{1, "far", testing::far_unit, true}}) {
    const auto& part = results["environments"][static_cast<std::size_t>(index)];
    EXPECT_EQ(part["name"], environment);
    auto own = analysed(testing::small_study_in(environment, unit, sampled_first));
    auto inside = part["results"];
    EXPECT_EQ(inside["name"], std::string("small: ") + environment);
    for (auto* document : {&own, &inside}) {
      for (const char* key : {"name", "digest"}) document->erase(key);
    }
    EXPECT_EQ(Json::diff(inside, own), Json::array());
  }
}

TEST(Partition, EachPartHasItsOwnWarnings) {
  auto record = testing::two_environments();
  record.audit = record::Audit{
      .warnings = {{.text = "Of both.", .cells = {cell_in("gru", "near"), cell_in("gru", "far")}},
                   {.text = "Of one.", .cells = {cell_in("gru", "far")}}}};
  const auto results = analysed(record);
  const auto warnings_of = [&](std::size_t part) {
    return results["environments"][part]["results"]["summary"]["warnings"];
  };
  EXPECT_EQ(warnings_of(0), Json::array({cell_in("gru", "near") + ": Of both."}));
  EXPECT_EQ(warnings_of(1),
            Json({cell_in("gru", "far") + ": Of both.", cell_in("gru", "far") + ": Of one."}));
}

TEST(Partition, NothingIsAveragedOverEnvironments) {
  const auto results = analysed(testing::two_environments());
  EXPECT_EQ(results["cells"].size(), 8U);
  EXPECT_EQ(results["cells"][4]["id"], cell_in("gru+ln", "far"));
  EXPECT_EQ(results["cells"][4]["environment"], "far");
  EXPECT_DOUBLE_EQ(results["cells"][4]["arms"]["a3c"]["sampled"]["mean"].get<double>(), 50'000);
  EXPECT_EQ(results["environment"], "varies");
  EXPECT_EQ(results["effects"]["contributions"].size(), 6U);
  for (const auto& contribution : results["effects"]["contributions"]) {
    const auto environment = contribution["environment"].get<std::string>();
    for (const auto& [cell, coefficient] : contribution["coefficients"].items())
      EXPECT_THAT(cell, HasSubstr("environment=" + environment));
  }
  for (const auto& step : results["effects"]["steps"]) EXPECT_NE(step["factor"], "environment");
  EXPECT_TRUE(results["policies"]["reference_score"].is_null());
}

TEST(Partition, VerdictsAreGivenWithinEachEnvironment) {
  const auto results = analysed(testing::two_environments());
  for (const std::string environment : {"near", "far"}) {
    const auto found = std::ranges::find_if(results["statements"], [&](const Json& statement) {
      return statement["environment"] == environment && statement["effect"] == "LayerNorm" &&
             statement["arm"] == "a3c" && statement["measure"] == "mean, greedy";
    });
    ASSERT_NE(found, results["statements"].end());
    EXPECT_EQ((*found)["verdict"], "effect, confirmed");
    EXPECT_EQ((*found)["profile"], "only");
  }
}

TEST(Partition, APartOfWhichNothingHasFinishedClaimsNothing) {
  auto record = testing::two_environments();
  std::erase_if(record.runs, [](const record::Run& run) { return run.id.cell.ends_with("=far"); });
  auto results = analysed(record);
  EXPECT_THAT(results["summary"]["found"].dump(), AllOf(HasSubstr("near: LayerNorm changes the mean of A3C"),
                                                        HasSubstr("far: Nothing has finished yet")));
  EXPECT_TRUE(results["digest"].is_null());
  EXPECT_TRUE(results["environments"][0]["results"]["digest"].is_string()) << "it has all of its runs";
  EXPECT_TRUE(results["environments"][1]["results"]["digest"].is_null());

  std::erase_if(record.runs, [](const record::Run& run) { return run.id.seed != 1; });
  results = analysed(record);
  EXPECT_THAT(results["summary"]["found"].dump(),
              AllOf(HasSubstr("near: Nothing can be said of effects"), Not(HasSubstr("survives"))));

  record.runs.clear();
  results = analysed(record);
  EXPECT_THAT(results["summary"]["found"].dump(), HasSubstr("near: Nothing has finished yet"));
  EXPECT_TRUE(results["summary"]["certainty"].empty());
}

TEST(Partition, DeclaredClaimsAreOneFamilyOverTheWholeStudy) {
  auto record = testing::two_environments();
  const auto claim = [](const std::string& environment) {
    return record::Claim{.id = environment,
                         .arm = "a3c",
                         .policy = "sampled",
                         .contrasts = {{{.cell = cell_in("mlp+ln", environment), .coefficient = 1},
                                        {.cell = cell_in("mlp", environment), .coefficient = -1}}}};
  };
  record.study.claims = {claim("near"), claim("far")};
  const auto results = analysed(record);
  const auto& declared = results["claims"]["declared"];
  ASSERT_EQ(declared.size(), 2U);
  for (const auto& verdict : declared) {
    EXPECT_EQ(verdict["verdict"], "confirmed");
    // Both have the same p: the unit cancels. Holm doubles the smaller of two.
    EXPECT_NEAR(verdict["holm_p"].get<double>(), 2 * verdict["p_value"].get<double>(), 1e-9);
  }
  EXPECT_NEAR(declared[1]["estimate"].get<double>(), 15'000, 1e-6);
  for (const auto& part : results["environments"]) EXPECT_TRUE(part["results"]["claims"]["declared"].empty());
}

TEST(Partition, AClaimIsAboutTheActionsThatItsEnvironmentReportsFirst) {
  auto record = testing::two_environments();
  for (const std::string environment : {"near", "far"}) {
    record.study.claims.push_back({.id = environment,
                                   .arm = "a3c",
                                   .contrasts = {{{.cell = cell_in("gru", environment)}}},
                                   .bound = 1});
  }
  const auto results = analysed(record);
  EXPECT_EQ(results["claims"]["declared"][0]["actions"], "greedy");
  EXPECT_EQ(results["claims"]["declared"][1]["actions"], "sampled");
}

TEST(Partition, ThePublishedClaimsAreAboutTheirOwnEnvironment) {
  const auto of = [](const std::string& environment) {
    auto record = testing::small_study_in(environment, 1, false);
    for (auto& cell : record.study.cells) cell.profile = "paper";
    return analysed(record)["claims"];
  };
  EXPECT_FALSE(of("offload")["claims"].empty());
  EXPECT_TRUE(of("near")["claims"].empty());
  EXPECT_THAT(of("near")["note"].get<std::string>(), HasSubstr("about the environment offload"));
}

TEST(Partition, SimplePoliciesAreThoseOfThePart) {
  auto record = testing::two_environments();
  const auto random = [](double mean) { return std::vector{testing::score_of("random", 5, mean, 1)}; };
  record.baselines = record::Baselines{.policies = random(7),
                                       .upper_bound = record::UpperBound{.name = "bound", .mean = 80}};
  for (const char* cell : {"gru+ln", "gru", "mlp+ln", "mlp"})
    record.baselines->cells[cell_in(cell, "far")] = random(7000);
  const auto results = analysed(record);
  EXPECT_EQ(results["environments"][0]["results"]["policies"]["reference_score"], 7.0);
  EXPECT_EQ(results["environments"][1]["results"]["policies"]["reference_score"], 7000.0);
  EXPECT_TRUE(results["environments"][0]["results"]["policies"]["upper_bound"].is_object());
  EXPECT_TRUE(results["environments"][1]["results"]["policies"]["upper_bound"].is_null());
  EXPECT_EQ(results["policies"]["cells"][cell_in("gru", "far")]["reference_score"], 7000.0);
  for (const char* cell : {"gru+ln", "gru", "mlp+ln", "mlp"})
    record.baselines->cell_upper_bounds[cell_in(cell, "far")] =
        record::UpperBound{.name = "bound", .mean = 80'000};
  const auto bounded = analysed(record);
  EXPECT_EQ(bounded["environments"][0]["results"]["policies"]["upper_bound"]["mean"], 80);
  EXPECT_EQ(bounded["environments"][1]["results"]["policies"]["upper_bound"]["mean"], 80'000);
}

TEST(Partition, PoliciesAndBoundsAreRescaledWithTheirCell) {
  record::StudyRecord record;
  const auto random = [](double mean) { return std::vector{testing::score_of("random", 5, mean, 2)}; };
  record.baselines = record::Baselines{
      .policies = random(8),
      .cells = {{"a", random(8)}, {"b", random(8)}},
      .cell_upper_bounds = {{"a", record::UpperBound{.mean = 16, .conditions = {{.mean = 4}}}},
                            {"b", std::nullopt}}};
  const auto scaled = rescaled(record, {{"a", 0.5}, {"b", 2}}).baselines.value();
  EXPECT_EQ(scaled.policies, record.baselines->policies);
  EXPECT_EQ(scaled.cells.at("a"), std::vector{testing::score_of("random", 5, 4, 1)});
  EXPECT_EQ(scaled.cells.at("b")[0].score.mean, 16.0);
  EXPECT_EQ(scaled.cell_upper_bounds.at("a")->mean, 8.0);
  EXPECT_EQ(scaled.cell_upper_bounds.at("a")->conditions[0].mean, 2.0);
  EXPECT_FALSE(scaled.cell_upper_bounds.at("b"));
}

TEST(Partition, MissingRunsOfAPartAreNamed) {
  auto record = testing::two_environments();
  std::erase_if(record.runs, [](const record::Run& run) { return run.id.cell == cell_in("gru", "far"); });
  const auto results = analysed(record);
  EXPECT_EQ(results["runs"]["missing"].size(), 6U);
  EXPECT_TRUE(results["environments"][0]["results"]["runs"]["missing"].empty());
  EXPECT_EQ(results["environments"][1]["results"]["runs"]["missing"].size(), 6U);
}

/// The small study with a cell of another reward_scale.
record::StudyRecord with_reward_scale(double factor) {
  auto record = testing::small_study();
  for (auto& run : record.runs) {
    const bool other = run.id.cell == "gru";
    run.config.environment_fields["reward_scale"] = other ? 0.05 * factor : 0.05;
    if (!other) continue;
    for (auto& row : run.evaluation) row.episode_return *= factor;
    for (auto& row : run.training) row.episode_return *= factor;
  }
  return record;
}

TEST(Partition, ReturnsAreComparedInTheUnitOfTheFirstCell) {
  auto plain = analysed(with_reward_scale(1));
  auto scaled = analysed(with_reward_scale(2));
  EXPECT_EQ(scaled["cells"][1]["score_factor"], 0.5);
  EXPECT_FALSE(scaled["cells"][0].contains("score_factor"));
  ASSERT_EQ(scaled["summary"]["warnings"].size(), plain["summary"]["warnings"].size() + 1);
  EXPECT_THAT(scaled["summary"]["warnings"].back().get<std::string>(), HasSubstr("gru by 0.5"));
  scaled["cells"][1].erase("score_factor");
  scaled["summary"]["warnings"].erase(scaled["summary"]["warnings"].size() - 1);
  EXPECT_EQ(scaled, plain);
}

TEST(Partition, AScaleOfZeroIsLeftAsItIs) {
  const auto results = analysed(with_reward_scale(0));
  EXPECT_FALSE(results["cells"][1].contains("score_factor"));
}

}  // namespace
}  // namespace windhover::analysis
