#include "windhover/analysis/analyse.hpp"

#include <fstream>
#include <regex>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/analysis/testing/fake_study.hpp"
#include "windhover/analysis/testing/small_study.hpp"

namespace windhover::analysis {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

Json analysed(const record::StudyRecord& record) {
  const auto results = analyse(record);
  EXPECT_TRUE(results) << results.error().message;
  return results ? *results : Json();
}

/// True if somewhere in `json` an object has the key.
bool has_key(const Json& json, const std::string& key) {
  if (json.is_object() && json.contains(key)) return true;
  for (const auto& item : json) {
    if (item.is_structured() && has_key(item, key)) return true;
  }
  return false;
}

TEST(Analyse, HasTheKeysThatTheProtocolBinds) {
  const auto results = analysed(testing::fake_study());
  for (const char* key : {"schema", "profile", "wall_seconds", "digest", "audit", "baselines", "cells"}) {
    EXPECT_TRUE(results.contains(key)) << key;
  }
  ASSERT_EQ(results["cells"].size(), 4U);
  for (const auto& cell : results["cells"]) {
    EXPECT_TRUE(cell["factors"]["recurrent"].is_boolean());
    EXPECT_TRUE(cell["parameters"].is_number());
    for (const char* arm : {"a3c", "individual"}) {
      for (const char* key : {"models", "collapsed_greedy", "collapsed_training"}) {
        EXPECT_TRUE(cell["arms"][arm][key].is_number()) << key;
      }
      for (const char* policy : {"greedy", "sampled"}) {
        for (const char* key : {"mean", "std", "cv", "worst"})
          EXPECT_TRUE(cell["arms"][arm][policy][key].is_number()) << key;
        EXPECT_EQ(cell["arms"][arm][policy]["seed_means"].size(), 5U);
      }
    }
    for (const char* policy : {"greedy", "sampled"}) {
      EXPECT_TRUE(cell["gap"][policy]["absolute"].is_number());
      EXPECT_EQ(cell["gap"][policy]["absolute_ci95"].size(), 2U);
      EXPECT_TRUE(cell["gap"][policy]["percent"].is_number());
      EXPECT_EQ(cell["gap"][policy]["percent_ci95"].size(), 2U);
    }
  }
}

TEST(Analyse, EveryDocumentedKeyIsThere) {
  const auto path = std::string(WINDHOVER_SOURCE_DIR) + "/docs/results.md";
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  std::stringstream text;
  text << file.rdbuf();
  const auto document = text.str();
  auto record = testing::fake_study({.arms = {"a3c", "individual", "a2c"}, .noise_floor_seeds = {1, 2, 3}});
  record.study.claims = {{.id = "K1", .arm = "a3c", .contrasts = {{{.cell = "gru"}}}, .bound = 80}};
  const auto results = analysed(record);
  const std::regex documented_key("^\\| `([a-z0-9_]+)`", std::regex::multiline);
  std::size_t keys = 0;
  for (std::sregex_iterator match(document.begin(), document.end(), documented_key), end; match != end;
       ++match, ++keys) {
    EXPECT_TRUE(has_key(results, (*match)[1])) << (*match)[1];
  }
  EXPECT_GT(keys, 60U);
  for (const auto& [key, value] : results.items()) EXPECT_THAT(document, HasSubstr("| `" + key + "`"));
}

TEST(Analyse, IsAFunctionOfTheRecord) {
  EXPECT_EQ(analysed(testing::fake_study()).dump(), analysed(testing::fake_study()).dump());
}

TEST(Analyse, TheProfileSaysWhichActionsComeFirst) {
  EXPECT_EQ(analysed(testing::fake_study())["primary"], "greedy");
  EXPECT_EQ(analysed(testing::fake_study({.profile = "sound"}))["primary"], "sampled");
}

TEST(Analyse, CopesWithOneArm) {
  const auto results = analysed(testing::fake_study({.arms = {"a3c"}}));
  EXPECT_TRUE(results["cells"][0]["gap"].is_null());
  EXPECT_TRUE(results["claims"]["claims"].empty());
}

TEST(Analyse, OtherArmsAreComparedWithTheFirst) {
  const auto results = analysed(testing::fake_study({.arms = {"individual", "a2c", "a3c"}}));
  const auto& cell = results["cells"][0];
  EXPECT_EQ(cell["gap"]["first"], "a3c");
  EXPECT_EQ(cell["gap"]["second"], "individual");
  ASSERT_EQ(cell["other_gaps"].size(), 1U);
  EXPECT_EQ(cell["other_gaps"][0]["second"], "a2c");
}

TEST(Analyse, OneSeedHasNoIntervalsAndSaysSo) {
  const auto results = analysed(testing::fake_study({.seeds = {42}}));
  const auto& gap = results["cells"][0]["gap"]["greedy"];
  EXPECT_TRUE(gap["absolute"].is_number());
  EXPECT_TRUE(gap["absolute_ci95"].is_null());
  EXPECT_TRUE(gap["percent_ci95"].is_null());
  EXPECT_EQ(gap["note"], "one seed: no interval");
  EXPECT_THAT(results["summary"]["certainty"][0].get<std::string>(), HasSubstr("One seed"));
}

TEST(Analyse, FailedAndMissingRunsAreCountedAndNamed) {
  auto record = testing::fake_study();
  record.runs[0].summary.failed = true;
  record.runs[0].summary.diagnosis = "NaN in the loss";
  record.runs.pop_back();
  const auto results = analysed(record);
  EXPECT_EQ(results["runs"]["finished"], 38);
  EXPECT_EQ(results["runs"]["failed"][0]["diagnosis"], "NaN in the loss");
  EXPECT_EQ(results["runs"]["missing"][0]["cell"], "mlp");
  const auto warnings = results["summary"]["warnings"].dump();
  EXPECT_THAT(warnings, HasSubstr("gru+ln / a3c / seed 42 (NaN in the loss)"));
  EXPECT_THAT(warnings, HasSubstr("mlp / individual / seed 1024"));
}

TEST(Analyse, AnEmptyRecordOfRunsIsStillAnAnswer) {
  auto record = testing::fake_study();
  record.runs.clear();
  const auto results = analysed(record);
  EXPECT_EQ(results["runs"]["finished"], 0);
  EXPECT_TRUE(results["cells"][0]["arms"]["a3c"]["greedy"]["mean"].is_null());
}

TEST(Analyse, TheScheduleThatIsNotReproducibleIsNamed) {
  auto record = testing::fake_study();
  EXPECT_THAT(analysed(record)["summary"]["warnings"].dump(), Not(HasSubstr("not reproducible")));
  record.runs.front().config["learner"]["schedule"] = "threads";
  EXPECT_THAT(analysed(record)["summary"]["warnings"].dump(), HasSubstr("not reproducible"));
}

TEST(Analyse, QuickStudiesAreMarked) {
  auto record = testing::fake_study();
  EXPECT_TRUE(analysed(record)["summary"]["quick"].is_null());
  record.study.quick = true;
  EXPECT_EQ(analysed(record)["quick"], true);
  EXPECT_TRUE(analysed(record)["summary"]["quick"].is_string());
}

TEST(Analyse, DesignsThatAreNoTwoByTwoSayWhatIsAbsent) {
  auto record = testing::fake_study();
  record.study.cells.pop_back();
  const auto results = analysed(record);
  EXPECT_TRUE(results["effects"]["contributions"].empty());
  EXPECT_NE(results["effects"]["note"], "");
  EXPECT_EQ(results["effects"]["steps"].size(), 2U);
}

TEST(Analyse, VelocityCurvesTellTrainedFromUnseen) {
  const auto results = analysed(testing::small_study());
  const auto& points = results["velocity_curves"][0]["points"];
  EXPECT_EQ(points[0]["trained"], true);
  EXPECT_EQ(points[1]["trained"], false);
  EXPECT_DOUBLE_EQ(points[0]["mean"], 49.0);
  EXPECT_EQ(points[0]["seed_values"], Json({47.0, 49.0, 51.0}));
}

TEST(Analyse, BestForIsWithheldWhereIntervalsOverlap) {
  const auto results = analysed(testing::small_study());
  const auto entry = [&](const char* criterion) {
    for (const auto& item : results["best_for"]) {
      if (item["criterion"] == criterion && item["policy"] == "greedy") return item;
    }
    return Json();
  };
  EXPECT_EQ(entry("mean of A3C")["winner"], "mlp+ln");  // [55.0, 65.0] above [45.0, 55.0]
  EXPECT_TRUE(entry("gap")["winner"].is_string() || entry("gap")["withheld"].is_string());
  EXPECT_EQ(entry("mean of Individual")["winner"], "mlp+ln");
}

TEST(Analyse, RecommendationsAreGivenOrRefusedNeverBoth) {
  for (const auto& record : {testing::small_study(), testing::fake_study()}) {
    const auto results = analysed(record);
    for (const auto& entry : results["recommendations"]) {
      EXPECT_NE(entry["recommendation"].is_string(), entry["refused"].is_string()) << entry;
    }
  }
}

TEST(Analyse, AStudyWithoutCellsIsAnError) { EXPECT_FALSE(analyse(record::StudyRecord{})); }

}  // namespace
}  // namespace windhover::analysis
