#include <filesystem>

#include "tests/integration/program.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

/// Studies whose cells differ in their environment or its profile, through the program.
namespace windhover::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* two_profiles = R"(
name = "two"
seeds = [1, 2, 3]
[factors]
profile = ["paper", "sound"]
recurrent = [true, false]
[learner]
hidden = 8
[training]
workers = 2
episodes = 4
[evaluation]
velocities = [5, 50]
episodes = 2
[[where]]
is = { profile = "sound" }
[where.evaluation]
velocities = [20]
[[claims]]
id = "K1"
contrast = { "gru+ln,profile=sound" = 1, "mlp+ln,profile=sound" = -1 }
direction = "larger"
)";

TEST(SeveralProfiles, AreTrainedReportedAndResumedCellByCell) {
  const Workspace workspace;
  const auto file = workspace.write("two.toml", two_profiles);
  const auto done = run({"study", file, "--out", workspace.path("out")});
  ASSERT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.err, HasSubstr("claim K1: "));

  const auto results = nlohmann::json::parse(content_of(workspace.path("out/results.json")));
  ASSERT_EQ(results["environments"].size(), 2U);
  EXPECT_EQ(results["environments"][0]["name"], "offload-paper");
  EXPECT_EQ(results["environments"][0]["results"]["primary"], "greedy");
  EXPECT_EQ(results["environments"][1]["results"]["primary"], "sampled");
  EXPECT_EQ(results["environments"][1]["results"]["conditions"], nlohmann::json({20.0}));
  EXPECT_EQ(results["cells"].size(), 4U);
  for (const char* name : {"report.html", "report.md", "environments/offload-paper/report.html",
                           "environments/offload-sound/report.md"})
    EXPECT_TRUE(std::filesystem::exists(workspace.path("out/" + std::string(name)))) << name;

  const auto again = run({"study", file, "--out", workspace.path("out")});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(digest_in(again.out), digest_in(done.out));
  const auto from_record = run({"study", workspace.path("out/study.toml"), "--out", workspace.path("copy")});
  EXPECT_EQ(from_record.code, 0) << from_record.err;
  EXPECT_EQ(digest_in(from_record.out), digest_in(done.out));

  const auto other = run({"study", file, "--out", workspace.path("out"), "--set",
                          "where=[{is={profile='sound'},evaluation={velocities=[30]}}]"});
  EXPECT_EQ(other.code, 0) << other.err;
  EXPECT_THAT(other.err, HasSubstr("held an earlier plan of this study"));
  EXPECT_THAT(other.err, HasSubstr("trained already, to be evaluated: gru+ln,profile=sound/"));
  const auto back = run({"study", file, "--out", workspace.path("out")});
  EXPECT_EQ(digest_in(back.out), digest_in(done.out));

  EXPECT_THAT(run({"inspect", workspace.path("out")}).out,
              HasSubstr("mlp+ln,profile=sound/individual/seed-3"));
  EXPECT_EQ(run({"report", workspace.path("out")}).code, 0);
  EXPECT_EQ(run({"compare", workspace.path("out"), workspace.path("copy")}).code, 0);
  const auto eval = run({"eval", workspace.path("out/runs/mlp+ln,profile=sound/a3c/seed-1/model.safetensors"),
                         "--episodes", "2"});
  EXPECT_EQ(eval.code, 0) << eval.err;
  EXPECT_EQ(run({"study", file, "--out", workspace.path("out"), "--fresh"}).code, 0);
}

TEST(SeveralProfiles, ArePlannedAndWeighedOneByOne) {
  const Workspace workspace;
  const auto file = workspace.write("two.toml", two_profiles);
  EXPECT_THAT(run({"study", file, "--dry-run"}).out,
              AllOf(HasSubstr("4 cells"), HasSubstr("environment"), HasSubstr("sound")));
  EXPECT_THAT(run({"audit", file}).out, AllOf(HasSubstr("passed"), Not(HasSubstr("EQUAL"))));
  const auto power = run({"power", file, "--json"});
  ASSERT_EQ(power.code, 0) << power.err;
  const auto answers = nlohmann::json::parse(power.out)["environments"];
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[1]["cells"], 2);
  ASSERT_EQ(run({"study", file, "--out", workspace.path("out")}).code, 0);
  const auto from = run({"power", file, "--from", workspace.path("out")});
  EXPECT_EQ(from.code, 0) << from.err;
  EXPECT_THAT(from.out, AllOf(HasSubstr("A3C, greedy: sigma "), HasSubstr("A3C, sampled: sigma ")));
}

TEST(Ablations, AreTheBaselineAndSixteenChanges) {
  const auto plan = run({"study", WINDHOVER_SOURCE_DIR "/studies/ablations.toml", "--dry-run", "--json"});
  ASSERT_EQ(plan.code, 0) << plan.err;
  const auto json = nlohmann::json::parse(plan.out);
  EXPECT_EQ(json["cells"].size(), 17U);
  EXPECT_EQ(json["cells"][0]["id"], "gru+ln");
  EXPECT_EQ(json["cells"][0]["parameters"], 106'372);
  EXPECT_EQ(json["runs"], 17 * 2 * 5);
}

TEST(AgainstItself, AStudySaysThatNoEffectIsShown) {
  const Workspace workspace;
  const std::string file = WINDHOVER_SOURCE_DIR "/studies/a-a.toml";
  const auto done = run({"study", file, "--out", workspace.path("out"), "--set", "training.episodes=4",
                         "--set", "evaluation.episodes=4", "--set", "learner.hidden=8"});
  ASSERT_EQ(done.code, 0) << done.err;
  const auto results = nlohmann::json::parse(content_of(workspace.path("out/results.json")));
  int differences = 0;
  for (const auto& statement : results["statements"]) {
    EXPECT_NE(statement["kind"], "main effect");
    if (statement["kind"] == "noise floor") ++differences;
  }
  EXPECT_EQ(differences, 6) << "two arms and the gap, under both choices of actions";
  EXPECT_EQ(results["claims"]["declared"].size(), 2U);
  EXPECT_THAT(content_of(workspace.path("out/report.html")), HasSubstr("again, under other seeds"));
}

}  // namespace
}  // namespace windhover::integration
