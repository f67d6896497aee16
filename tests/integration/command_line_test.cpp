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

}  // namespace
}  // namespace windhover::integration
