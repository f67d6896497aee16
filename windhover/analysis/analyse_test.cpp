#include "windhover/analysis/analyse.hpp"

#include <fstream>
#include <limits>
#include <regex>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/analysis/collapse.hpp"
#include "windhover/analysis/study_facts.hpp"
#include "windhover/analysis/testing/analysed.hpp"
#include "windhover/analysis/testing/fake_study.hpp"
#include "windhover/analysis/testing/small_study.hpp"
#include "windhover/analysis/testing/two_environments.hpp"
#include "windhover/core/growth_for_tests.hpp"

namespace windhover::analysis {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using testing::analysed;

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
  const auto path = std::string(WINDHOVER_SOURCE_DIR) + "/docs/results-schema.md";
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  std::stringstream text;
  text << file.rdbuf();
  const auto document = text.str();
  auto record = testing::fake_study({.arms = {"a3c", "individual", "a2c"}, .noise_floor_seeds = {1, 2, 3}});
  record.study.claims = {{.id = "K1", .arm = "a3c", .contrasts = {{{.cell = "gru"}}}, .bound = 80}};
  const auto results = analysed(record);
  auto scaled = testing::two_environments();
  for (auto& run : scaled.runs)
    run.config.environment_fields["reward_scale"] = run.id.cell.starts_with("mlp,") ? 2 : 1;
  const auto of_parts = analysed(scaled);  // has what only a study with several environments has
  const std::regex documented_key("^\\| `([a-z0-9_]+)`", std::regex::multiline);
  std::size_t keys = 0;
  for (std::sregex_iterator match(document.begin(), document.end(), documented_key), end; match != end;
       ++match, ++keys) {
    EXPECT_TRUE(has_key(results, (*match)[1]) || has_key(of_parts, (*match)[1])) << (*match)[1];
  }
  EXPECT_GT(keys, 60U);
  for (const auto& [key, value] : results.items()) EXPECT_THAT(document, HasSubstr("| `" + key + "`"));
  for (const auto& [key, value] : of_parts.items()) EXPECT_THAT(document, HasSubstr("| `" + key + "`"));
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
  record.runs[0].summary.status = record::RunStatus::failed;
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

TEST(Analyse, RowsOfFailedRunsAreInNoFigure) {
  auto record = testing::fake_study();
  auto& failed = record.runs[0];
  failed.summary.status = record::RunStatus::failed;
  failed.summary.diagnosis = "NaN in the loss";
  for (auto& row : failed.evaluation) row.episode_return = 1e300;
  for (auto& row : failed.training) row.episode_return = 1e300;
  const auto with_rows = analysed(record);
  failed.evaluation.clear();
  failed.training.clear();
  EXPECT_EQ(with_rows, analysed(record));
}

TEST(Analyse, AnEmptyRecordOfRunsIsStillAnAnswer) {
  auto record = testing::fake_study();
  record.runs.clear();
  const auto results = analysed(record);
  EXPECT_EQ(results["runs"]["finished"], 0);
  EXPECT_TRUE(results["cells"][0]["arms"]["a3c"]["greedy"]["mean"].is_null());
}

/// A study of which nothing has finished, with whatever a study can declare.
record::StudyRecord study_without_scores(bool failed) {
  auto record = testing::fake_study({.noise_floor_seeds = {1, 2, 3}});
  record.study.claims = {{.id = "K1", .arm = "a3c", .contrasts = {{{.cell = "gru"}}}, .bound = 80}};
  if (!failed) record.runs.clear();
  for (auto& run : record.runs) {
    run.summary.status = record::RunStatus::failed;
    run.evaluation.clear();
    run.training.clear();
  }
  return record;
}

TEST(Analyse, WhereNothingHasFinishedNothingIsClaimed) {
  for (const bool failed : {false, true}) {
    const auto results = analysed(study_without_scores(failed));
    const auto& summary = results["summary"];
    ASSERT_EQ(summary["found"].size(), 1U) << summary["found"];
    EXPECT_THAT(summary["found"][0]["text"].get<std::string>(), HasSubstr("Nothing has finished"));
    for (const char* key : {"certainty", "beats", "alerts"}) EXPECT_TRUE(summary[key].empty()) << key;
    EXPECT_TRUE(results["collapse"].empty());
    for (const auto& statement : results["statements"]) {
      if (statement["kind"] == "learner") continue;
      EXPECT_EQ(statement["verdict"], "not decidable");
    }
    for (const auto& entry : results["best_for"]) EXPECT_TRUE(entry["winner"].is_null());
    for (const auto& entry : results["recommendations"]) EXPECT_TRUE(entry["recommendation"].is_null());
    EXPECT_EQ(results["claims"]["declared"][0]["verdict"], "not decidable");
    for (const auto& claim : results["claims"]["claims"]) {
      for (const char* policy : {"greedy", "sampled"}) EXPECT_EQ(claim[policy]["verdict"], "not decidable");
    }
    for (const auto& cell : results["cells"]) {
      EXPECT_TRUE(cell["arms"]["a3c"]["collapsed_greedy"].is_null()) << "0 of 0 is no count";
      EXPECT_EQ(cell["arms"]["a3c"]["greedy"]["worst_caveat"], "");
    }
    for (const auto& curve : results["velocity_curves"]) EXPECT_TRUE(curve["points"].empty());
  }
  EXPECT_THAT(analysed(study_without_scores(false))["summary"]["found"][0]["text"].get<std::string>(),
              HasSubstr("46 runs, of which 0 failed and 46 are missing"));
}

/// One cell and arm without runs in a study that has the others.
record::StudyRecord study_that_awaits(const std::string& cell, const std::string& arm, bool failed) {
  auto record = testing::small_study();
  const auto is_of_it = [&](const record::Run& run) { return run.id.cell == cell && run.id.arm == arm; };
  for (auto& run : record.runs)
    run.summary.status = is_of_it(run) ? record::RunStatus::failed : record::RunStatus::finished;
  if (!failed) std::erase_if(record.runs, is_of_it);
  return record;
}

Json entry_of(const Json& list, const char* key, const char* name) {
  for (const auto& entry : list) {
    if (entry[key] == name && entry["actions"] == "greedy") return entry;
  }
  return {};
}

TEST(Analyse, NothingIsBestWhileACandidateIsAwaited) {
  const auto whole = analysed(testing::small_study());
  EXPECT_EQ(entry_of(whole["best_for"], "criterion", "mean of A3C")["winner"], "mlp+ln");
  EXPECT_EQ(entry_of(whole["recommendations"], "purpose", "deployment: performance")["recommendation"],
            "mlp+ln with A3C");

  const auto awaited = analysed(study_that_awaits("gru", "a3c", false));
  for (const char* criterion : {"mean of A3C", "gap"}) {
    const auto best = entry_of(awaited["best_for"], "criterion", criterion);
    EXPECT_TRUE(best["winner"].is_null()) << criterion;
    EXPECT_THAT(best["withheld"].get<std::string>(), HasSubstr("nothing of gru has finished yet"));
  }
  EXPECT_EQ(entry_of(awaited["best_for"], "criterion", "mean of Individual")["winner"], "mlp+ln");
  EXPECT_THAT(entry_of(awaited["recommendations"], "purpose", "deployment: performance")["refused"].dump(),
              HasSubstr("nothing of gru with A3C has finished yet"));
  EXPECT_THAT(awaited["summary"]["beats"].dump(), HasSubstr("Of the learners that have scores"));

  const auto failed = analysed(study_that_awaits("gru", "a3c", true));
  EXPECT_EQ(entry_of(failed["best_for"], "criterion", "mean of A3C")["winner"], "mlp+ln")
      << "of runs that failed nothing is to come";
}

TEST(Analyse, EffectsWithoutAnIntervalAreNotSaidToBeNone) {
  const auto found_of = [](const record::StudyRecord& record) {
    return analysed(record)["summary"]["found"].dump();
  };
  EXPECT_THAT(
      found_of(testing::fake_study({.seeds = {42}})),
      AllOf(HasSubstr("Nothing can be said of effects: none has an interval"), Not(HasSubstr("survives"))));
  auto equal = testing::fake_study();
  for (auto& run : equal.runs) {
    for (auto& row : run.evaluation) row.episode_return = static_cast<double>(run.id.seed);
  }
  EXPECT_THAT(found_of(equal), HasSubstr("declared tests none is confirmed"));
  std::erase_if(equal.runs,
                [](const record::Run& run) { return run.id.cell == "mlp" && run.id.arm == "individual"; });
  EXPECT_THAT(found_of(equal), HasSubstr("can not be tested."));
}

TEST(Analyse, SaysOfHowManySeedsItSpeaks) {
  auto record = testing::fake_study();
  std::erase_if(record.runs, [](const record::Run& run) { return run.id.seed > 500; });
  const auto certainty = analysed(record)["summary"]["certainty"];
  EXPECT_THAT(certainty[0].get<std::string>(), HasSubstr("Of 5 seeds at most 3 finished in a cell"));
  EXPECT_THAT(certainty[1].get<std::string>(), HasSubstr("with 3 seeds is 0.25"));
  std::erase_if(record.runs, [](const record::Run& run) { return run.id.seed > 42; });
  EXPECT_THAT(analysed(record)["summary"]["certainty"][0].get<std::string>(),
              HasSubstr("Of 5 seeds no cell has more than one that finished"));
}

TEST(Analyse, TheDigestStandsBesideAllRunsOrIsNullAndSaysWhy) {
  auto record = testing::fake_study();
  record.manifest->digest = "what the manifest says counts for nothing";
  auto results = analysed(record);
  EXPECT_EQ(results["digest"], record::study_digest(record).value);
  EXPECT_EQ(results["digest_note"], "");
  EXPECT_EQ(results["wall_seconds"], 5231.5);
  std::erase_if(record.runs, [](const record::Run& run) { return run.id.cell == "gru+ln"; });
  results = analysed(record);
  EXPECT_TRUE(results["digest"].is_null());
  EXPECT_THAT(results["digest_note"].get<std::string>(),
              HasSubstr("10 of 40 runs are missing: gru+ln/a3c/seed-42"));
  for (const char* key : {"wall_seconds", "cpu_seconds"}) EXPECT_TRUE(results[key].is_null()) << key;
  EXPECT_EQ(results["build"]["version"], "0.2.0");
}

TEST(Analyse, CountsRunsAndModelsInProportionToThem) {
  const auto growth = growth_of(20'000, [](std::size_t count) {
    record::StudyRecord record;
    record.study.arms = {"a3c"};
    std::vector<CellResults> cells;
    std::vector<ModelCollapse> collapse;
    for (std::size_t i = 0; i < count / 2; ++i) {
      const auto cell = fmt::format("cell-{}", i);
      record.study.cells.push_back({.id = cell});
      cells.push_back({.id = cell, .arms = {{"a3c", {}}}});
    }
    record.study.seeds = {1, 2};
    for (const auto& id : record::run_ids(record.study)) {
      record.runs.emplace_back().id = id;
      collapse.push_back(
          {.cell = id.cell, .arm = id.arm, .collapsed_greedy = true, .collapsed_training = false});
    }
    ASSERT_EQ(run_counts(record).finished, count);
    add_collapse_counts(cells, collapse);
    ASSERT_EQ(cells[0].arms["a3c"].collapsed_greedy, 2);
  });
  EXPECT_LT(growth, most_growth);
}

TEST(Analyse, EveryBadInputIsAnAnswerAndNotACrash) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto changed = [](const auto& change) {
    auto record = testing::fake_study();
    for (auto& run : record.runs) {
      for (auto& row : run.evaluation) change(run, row);
    }
    return record;
  };
  const auto equal = [](record::Run&, EvaluationRow& row) { row.episode_return = 7; };
  const auto zero = [](record::Run&, EvaluationRow& row) { row.episode_return = 0; };
  const auto negative = [](record::Run&, EvaluationRow& row) { row.episode_return -= 500; };
  const auto of_a_seed = [&](record::Run& run, EvaluationRow& row) {
    if (run.id.seed == 42) row.episode_return = nan;
  };
  const auto of_all = [&](record::Run&, EvaluationRow& row) { row.episode_return = nan; };
  for (const auto& record :
       {changed(equal), changed(zero), changed(negative), changed(of_a_seed), changed(of_all)}) {
    const auto results = analysed(record);
    EXPECT_EQ(results["cells"].size(), 4U);
    EXPECT_EQ(results["runs"]["finished"], 40);
  }
  const auto warned = analysed(changed(of_a_seed))["summary"]["warnings"].dump();
  EXPECT_THAT(warned, HasSubstr("gru+ln / a3c / seed 42"));
  EXPECT_THAT(warned, HasSubstr("no finite number"));
}

TEST(Analyse, AHalfFinishedStudyHasWhatIsThere) {
  auto record = testing::fake_study();
  record.manifest.reset();
  std::erase_if(record.runs, [](const record::Run& run) {
    return run.id.cell == "mlp" || (run.id.cell == "gru" && run.id.seed != 42);
  });
  const auto results = analysed(record);
  EXPECT_EQ(results["runs"]["finished"], 22);
  EXPECT_EQ(results["runs"]["missing"].size(), 18U);
  EXPECT_EQ(results["cells"][0]["arms"]["a3c"]["greedy"]["seed_level"]["n_seeds"], 5);
  EXPECT_EQ(results["cells"][1]["arms"]["a3c"]["greedy"]["seed_level"]["note"], "one seed: no interval");
  EXPECT_EQ(results["cells"][3]["arms"]["a3c"]["greedy"]["iqm"]["n_seeds"], 0);
  EXPECT_THAT(results["summary"]["warnings"].dump(), HasSubstr("18 of 40 runs are missing"));
  EXPECT_THAT(results["anova"]["greedy"][0]["note"].get<std::string>(),
              HasSubstr("0 seeds finished every cell"));
}

TEST(Analyse, CollapsedModelsAreCountedAndStayInTheMeans) {
  auto record = testing::small_study();
  for (auto& row : record.runs[0].evaluation) {  // gru+ln / a3c / seed 1
    row.action_shares = {1, 0};
    row.episode_return = 0;
  }
  const auto results = analysed(record);
  const auto& arm = results["cells"][0]["arms"]["a3c"];
  EXPECT_EQ(arm["collapsed_greedy"], 1);
  EXPECT_EQ(arm["greedy"]["seed_means"], Json({0.0, 50.0, 52.0}));
  EXPECT_DOUBLE_EQ(arm["greedy"]["seed_level"]["mean"], 34.0);
}

TEST(Analyse, ARecommendationIsHeldAgainstTheRandomPolicyOfItsCell) {
  auto record = testing::small_study();
  const auto recommended = [](const Json& results) {
    for (const auto& entry : results["recommendations"]) {
      if (entry["purpose"] == "deployment: performance" && entry["actions"] == "greedy") return entry;
    }
    return Json();
  };
  EXPECT_EQ(recommended(analysed(record))["recommendation"], "mlp+ln with A3C");
  record.baselines->cells["mlp+ln"] = {testing::score_of("random", 5, 70.0)};
  EXPECT_THAT(recommended(analysed(record))["refused"].get<std::string>(),
              HasSubstr("random policy's 70.00"));
}

TEST(Analyse, TheScheduleThatIsNotReproducibleIsNamed) {
  auto record = testing::fake_study();
  EXPECT_THAT(analysed(record)["summary"]["warnings"].dump(), Not(HasSubstr("not reproducible")));
  record.runs.front().config.learner["schedule"] = "threads";
  EXPECT_THAT(analysed(record)["summary"]["warnings"].dump(), HasSubstr("not reproducible"));
}

TEST(Analyse, WarningsAboutConditionsAreThoseOfTheAudit) {
  auto record = testing::fake_study();
  const auto warned = [&](const std::vector<record::ConditionWarning>& warnings) {
    record.audit->warnings = warnings;
    return analysed(record)["summary"]["warnings"];
  };
  EXPECT_EQ(warned({{.text = "At 7 it rains.", .cells = {"gru+ln", "gru", "mlp+ln", "mlp"}}}),
            Json::array({"At 7 it rains."}));
  EXPECT_EQ(warned({{.text = "At 7 it rains.", .cells = {"gru", "mlp", "no such"}}}),
            Json::array({"gru and mlp: At 7 it rains."}));
  EXPECT_EQ(warned({{.text = "of no cell"}}), Json::array());
  record.audit.reset();
  EXPECT_EQ(analysed(record)["summary"]["warnings"], Json::array());
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
      if (item["criterion"] == criterion && item["actions"] == "greedy") return item;
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

TEST(Analyse, TheConditionIsCalledWhatTheEnvironmentCallsIt) {
  auto record = testing::fake_study({.conditions = {0}});
  EXPECT_EQ(analysed(record)["condition"],
            Json({{"name", "velocity_kmh"}, {"label", "velocity"}, {"unit", "km/h"}}));
  for (auto& cell : record.study.cells) cell.condition.reset();
  const auto results = analysed(record);
  EXPECT_TRUE(results["condition"].is_null());
  EXPECT_EQ(results.dump().find("worst velocity"), std::string::npos);
}

/// Records of versions that had no condition in cells.json.
TEST(Analyse, TheConditionOfAnEarlierRecordHasItsNameAlone) {
  auto record = testing::fake_study();
  for (auto& cell : record.study.cells) cell.condition.reset();
  for (auto& run : record.runs) run.config.evaluation.condition_name = "velocity_kmh";
  EXPECT_EQ(analysed(record)["condition"],
            Json({{"name", "velocity_kmh"}, {"label", "velocity kmh"}, {"unit", ""}}));
}

}  // namespace
}  // namespace windhover::analysis
