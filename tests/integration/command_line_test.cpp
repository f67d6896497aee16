#include <cmath>
#include <cstdlib>

#include "tests/integration/program.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace windhover::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* commands[] = {"study", "train",  "eval",      "report",  "power",
                                    "audit", "verify", "baselines", "inspect", "bench"};

TEST(CommandLine, WithoutArgumentsPrintsHelp) {
  const auto help = run({});
  EXPECT_EQ(help.code, 0);
  for (const char* command : commands) EXPECT_THAT(help.out, HasSubstr(command));
}

TEST(CommandLine, EverySubcommandHasHelpWithExamples) {
  for (const char* command : commands) {
    const auto help = run({command, "--help"});
    EXPECT_EQ(help.code, 0) << command;
    EXPECT_THAT(help.out, AllOf(HasSubstr("Example"), HasSubstr("windhover " + std::string(command))))
        << command;
  }
}

TEST(CommandLine, HasAVersion) {
  const auto version = run({"--version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_THAT(version.out, HasSubstr("windhover 0."));
}

TEST(CommandLine, WrongUseExitsWithTwo) {
  const std::vector<std::vector<std::string>> wrong = {{"fly"},
                                                       {"study"},
                                                       {"study", "x.toml", "--jobs", "0"},
                                                       {"study", "x.toml", "--jobs", "many"},
                                                       {"study", "x.toml", "--nonsense"},
                                                       {"baselines", "--profile", "papr"},
                                                       {"baselines", "--velocities", "-5"},
                                                       {"baselines", "--episodes", "0"},
                                                       {"power"},
                                                       {"power", "x.toml", "--effect", "0"},
                                                       {"power", "x.toml", "--from", "a", "--sd", "1"},
                                                       {"train", "--cell", "lstm"},
                                                       {"train", "--cell", "gru", "--recurrent"},
                                                       {"train", "--arm", "a4c"},
                                                       {"bench"}};
  for (const auto& arguments : wrong) {
    const auto refused = run(arguments);
    EXPECT_EQ(refused.code, 2) << arguments.back();
    EXPECT_THAT(refused.out, IsEmpty()) << arguments.back();
    EXPECT_FALSE(refused.err.empty()) << arguments.back();
  }
}

TEST(CommandLine, AFolderWithoutAStudyIsAnError) {
  const Workspace workspace;
  for (const char* command : {"report", "inspect"}) {
    const auto refused = run({command, workspace.path("")});
    EXPECT_EQ(refused.code, 1) << command;
    EXPECT_THAT(refused.err, HasSubstr("study.toml")) << command;
  }
}

TEST(CommandLine, AnUnknownInstructionSetIsRefused) {
  ::setenv("WINDHOVER_TARGET", "ABACUS", 1);
  const auto refused = run({"baselines", "--episodes", "1"});
  ::unsetenv("WINDHOVER_TARGET");
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("WINDHOVER_TARGET"), HasSubstr("ABACUS")));
}

TEST(CommandLine, SimplePoliciesScoreAsTheSpecificationSays) {
  const auto paper = run({"baselines", "--profile", "paper", "--json"});
  ASSERT_EQ(paper.code, 0) << paper.err;
  const auto json = nlohmann::json::parse(paper.out);
  EXPECT_EQ(json["episodes"], 400);
  int seen = 0;
  for (const auto& score : json["policies"]) {
    if (score["policy"] != "random" || score["condition"] != 50) continue;
    EXPECT_NEAR(score["mean"].get<double>(), 72.1, 3);
    EXPECT_LT(score["standard_error"].get<double>(), 1);
    ++seen;
  }
  EXPECT_EQ(seen, 1);
}

TEST(CommandLine, TheBoundIsAboveTheBestThresholdRule) {
  const auto asked =
      run({"baselines", "--velocities", "20", "--episodes", "30", "--bound", "--search", "--json"});
  ASSERT_EQ(asked.code, 0) << asked.err;
  const auto json = nlohmann::json::parse(asked.out);
  const auto& best = json["policies"].back();
  EXPECT_THAT(best["policy"].get<std::string>(), HasSubstr("best threshold ("));
  EXPECT_GT(json["upper_bound"]["mean"].get<double>(), best["mean"].get<double>());
  EXPECT_EQ(json["upper_bound"]["conditions"].size(), 1U);
  const auto table = run({"baselines", "--velocities", "20", "--episodes", "5", "--bound"});
  EXPECT_THAT(table.out, HasSubstr("upper bound"));
}

TEST(CommandLine, AnyEnvironmentIsTrainedEvaluatedAndHasBaselines) {
  const Workspace workspace;
  const auto trained =
      run({"train", "--environment", "t-maze", "--set", "training.steps=200", "--set", "learner.hidden=8",
           "--set", "evaluation.episodes=4", "--out", workspace.path("out")});
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.out, AllOf(HasSubstr("forward"), HasSubstr("condition")));
  const auto model = workspace.path("out/runs/gru+ln/a3c/seed-42/model.safetensors");
  const auto scored = run({"eval", model, "--environment", "t-maze", "--episodes", "4", "--json"});
  ASSERT_EQ(scored.code, 0) << scored.err;
  const auto json = nlohmann::json::parse(scored.out);
  ASSERT_EQ(json["scores"].size(), 2U);  // greedy and sampled
  EXPECT_EQ(json["scores"][0]["condition"], 0);
  const auto other = run({"eval", model, "--environment", "cartpole"});
  EXPECT_NE(other.code, 0);
  EXPECT_THAT(other.err, HasSubstr("observations"));
  const auto given = run({"eval", model, "--environment", "t-maze", "--velocities", "5"});
  EXPECT_EQ(given.code, 2);
  EXPECT_THAT(given.err, HasSubstr("no condition"));
  const auto simple = run({"baselines", "--environment", "cartpole", "--episodes", "20"});
  ASSERT_EQ(simple.code, 0) << simple.err;
  EXPECT_THAT(simple.out, AllOf(HasSubstr("balance"), HasSubstr("500.00"), HasSubstr("random")));
}

}  // namespace
}  // namespace windhover::integration
