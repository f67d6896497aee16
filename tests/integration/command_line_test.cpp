#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>

#include "tests/integration/program.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "windhover/nn/checkpoint.hpp"

namespace windhover::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr const char* commands[] = {"study", "train",        "eval",   "act",       "report",
                                    "power", "audit",        "verify", "baselines", "inspect",
                                    "bench", "environments", "slurm"};

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

/// What is said of the arguments, which are refused.
std::string refusal_of(const std::vector<std::string>& arguments) {
  const auto refused = run(arguments);
  EXPECT_EQ(refused.code, 2) << testing::PrintToString(arguments) << refused.err;
  EXPECT_THAT(refused.out, IsEmpty()) << testing::PrintToString(arguments);
  return refused.err;
}

TEST(CommandLine, AMistypedNameIsAnsweredByTheNearest) {
  EXPECT_EQ(refusal_of({"stduy", "x"}),
            "windhover: there is no command 'stduy' (did you mean 'study'?)\n"
            "'windhover --help' says what there is.\n");
  EXPECT_THAT(refusal_of({"stduy", "--help"}), HasSubstr("did you mean 'study'?"));
  EXPECT_THAT(refusal_of({"bench", "trian"}),
              AllOf(StartsWith("windhover bench: there is no command 'trian'"), HasSubstr("'train'")));
  EXPECT_EQ(refusal_of({"study", "x.toml", "--fersh"}),
            "windhover study: there is no option '--fersh' (did you mean '--fresh'?)\n"
            "'windhover study --help' says what there is.\n");
  EXPECT_THAT(refusal_of({"study", "--job=2"}), HasSubstr("'--job' (did you mean '--jobs'?)"))
      << "although the study file is missing too";
  EXPECT_THAT(refusal_of({"--quick", "study", "x.toml"}),
              HasSubstr("behind the name of its command, 'windhover study'"));
  EXPECT_THAT(refusal_of({"study", "x.toml", "y.toml", "z.toml"}),
              HasSubstr("'y.toml' is one argument too many"));
}

TEST(CommandLine, RefusalsNameTheCommandAndWhatIsWrong) {
  EXPECT_THAT(refusal_of({"study"}), StartsWith("windhover study: STUDY.toml is missing\n"));
  EXPECT_THAT(refusal_of({"compare", "out/a"}), StartsWith("windhover compare: DIR is missing\n"));
  EXPECT_THAT(refusal_of({"bench"}),
              StartsWith("windhover bench: a command is missing; there are: machine, "));
  EXPECT_THAT(refusal_of({"study", "x.toml", "--out"}),
              StartsWith("windhover study: --out needs a value: DIR\n"));
  EXPECT_THAT(refusal_of({"study", "x.toml", "--out", "a", "--out", "b"}),
              StartsWith("windhover study: --out may be given once only\n"));
  EXPECT_THAT(refusal_of({"power", "x.toml", "--from", "a", "--sd", "1"}), StartsWith("windhover power: "));
}

TEST(CommandLine, AnEmptyValueIsNotTheSameAsNone) {
  const Workspace workspace;
  const auto study = workspace.write("tiny.toml", tiny_maze_study);
  EXPECT_THAT(refusal_of({"study", study, "--out", ""}), StartsWith("windhover study: --out is empty\n"));
  EXPECT_THAT(refusal_of({"study", study, "--out="}), StartsWith("windhover study: --out has no value\n"));
  EXPECT_THAT(refusal_of({"study", study, "--out=", "--dry-run"}), HasSubstr("--out has no value"));
  EXPECT_THAT(refusal_of({"study", ""}), HasSubstr("STUDY.toml is empty"));
  EXPECT_THAT(refusal_of({"report", ""}), HasSubstr("DIR is empty"));
  EXPECT_THAT(refusal_of({"train", "--profile", ""}), HasSubstr("--profile is empty"));
  EXPECT_THAT(refusal_of({"compare", "out/a", "out/b", "--out", ""}), HasSubstr("--out is empty"));
  EXPECT_THAT(refusal_of({"bench", "growth", "--drawing", ""}), HasSubstr("--drawing is empty"));
}

/// An option that takes a number, and values beside its range.
struct NumberOption {
  std::vector<std::string> command;
  std::string option;
  std::string range;
  std::vector<std::string> wrong;
};

TEST(CommandLine, NumbersOutsideTheirRangeAreRefusedWithIt) {
  const std::string seeds = "0 to 9223372036854775807", units = "1 to 4096", repeats = "1 to 1000";
  const std::vector<std::string> bad_seeds = {"-1", "18446744073709551616", "9223372036854775808", "1.5",
                                              "0x10"};
  const std::vector<std::string> bad_share = {"0", "1", "-0.5", "nan", "inf", "half"};
  const std::vector<std::string> bad_seconds = {"0", "nan", "inf", "3601", "-1", "1s"};
  const std::vector<std::string> bad_count = {"0",          "-1", "nan", "1e3", "99999999999999999999",
                                              "2147483648", "1 "};
  const std::vector<NumberOption> all = {
      {{"study", "x.toml"}, "--jobs", "1 to 4096", bad_count},
      {{"study", "x.toml"},
       "--save-interval",
       "0 to 86400",
       {"nan", "inf", "-inf", "-1", "86401", "1e999", "5s"}},
      {{"train"}, "--seed", seeds, bad_seeds},
      {{"eval", "m"}, "--seed", seeds, bad_seeds},
      {{"eval", "m"},
       "--velocities",
       "0 to 10000",
       {"inf", "nan", "-1", "5,inf", "10001", "5,,50", ",5", "5,"}},
      {{"eval", "m"}, "--episodes", "1 to 100000000", {"0", "-1", "2147483647", "nan", "1.5"}},
      {{"eval", "m"}, "--workers", "1 to 65535", {"0", "65536", "-1"}},
      {{"act", "m"}, "--seed", seeds, bad_seeds},
      {{"act", "m"}, "--condition", "0 to 10000", {"inf", "nan", "-1", "10001"}},
      {{"act", "m"}, "--episode", "0 to 2147483647", {"-1", "2147483648", "1.5"}},
      {{"act", "m"}, "--member", "0 to 65534", {"-1", "65535"}},
      {{"baselines"}, "--seed", seeds, bad_seeds},
      {{"baselines"}, "--velocities", "0 to 10000", {"inf", "nan", "-1", "5,nan", "0,,0,", ","}},
      {{"baselines"}, "--episodes", "1 to 1000000", {"0", "-1", "2147483647", "nan"}},
      {{"baselines"}, "--workers", "1 to 65535", {"0", "65536", "-1"}},
      {{"power", "x.toml"}, "--effect", "1e-50 to 1e+50", {"0", "-1", "nan", "inf"}},
      {{"power", "x.toml"}, "--sd", "1e-50 to 1e+50", {"0", "-1", "nan", "inf"}},
      {{"power", "x.toml"}, "--correlation", "-1 to 1", {"-1.5", "nan", "2"}},
      {{"power", "x.toml"}, "--power", "above 0 and below 1", bad_share},
      {{"power", "x.toml"}, "--level", "above 1e-12 and below 1", bad_share},
      {{"bench", "machine"}, "--repeats", repeats, bad_count},
      {{"bench", "machine"}, "--seconds", "0.001 to 3600", bad_seconds},
      {{"bench", "kernels"}, "--hidden", units, bad_count},
      {{"bench", "train"}, "--hidden", units, bad_count},
      {{"bench", "train"}, "--workers", "1 to 65535", bad_count},
      {{"bench", "train"}, "--rollout", "1 to 10000", bad_count},
      {{"bench", "eval"}, "--episodes", "1 to 100000000", bad_count},
      {{"bench", "env"}, "--seconds", "0.001 to 3600", bad_seconds},
      {{"bench", "study"}, "--seeds", repeats, bad_count},
      {{"bench", "study"}, "--episodes", "1 to 1000000", bad_count},
      {{"bench", "study"}, "--jobs", "1 to 1024", bad_count},
      {{"bench", "growth"}, "--seconds", "0.001 to 3600", bad_seconds}};
  for (const auto& [command, option, range, wrong] : all) {
    for (const auto& value : wrong) {
      auto arguments = command;
      arguments.insert(arguments.end(), {option, value});
      EXPECT_THAT(refusal_of(arguments),
                  AllOf(HasSubstr(option + ": must be a"), HasSubstr(", " + range + ", not '")))
          << testing::PrintToString(arguments);
    }
  }
}

/// So that no number comes by another way: what `--help` shows as a number has its range beside it.
TEST(CommandLine, EveryNumberHasARange) {
  std::vector<std::vector<std::string>> all;
  for (const char* command : commands) all.push_back({command, "--help"});
  for (const char* benchmark : {"machine", "kernels", "train", "eval", "env", "study", "growth"})
    all.push_back({"bench", benchmark, "--help"});
  int numbers = 0;
  for (const auto& arguments : all) {
    std::istringstream lines(run(arguments).out);
    for (std::string line; std::getline(lines, line);) {
      for (const char* type : {" INT", " UINT", " FLOAT"}) {
        const auto at = line.find(type);
        if (at == std::string::npos) continue;
        ++numbers;
        EXPECT_EQ(line.at(at + std::strlen(type)), ':') << testing::PrintToString(arguments) << line;
      }
    }
  }
  EXPECT_GT(numbers, 20);
}

TEST(CommandLine, NumbersAreDecimal) {
  const auto shown = run({"baselines", "--velocities", "010,-0", "--episodes", "+2", "--json"});
  ASSERT_EQ(shown.code, 0) << shown.err;
  const auto json = nlohmann::json::parse(shown.out);
  EXPECT_EQ(json["episodes"], 2);
  EXPECT_EQ(json["policies"][0]["condition"], 10);
  EXPECT_EQ(run({"baselines", "--velocities", "10,0", "--episodes", "2", "--json"}).out, shown.out);
}

TEST(CommandLine, AnEvaluationThatNoMemoryHoldsIsRefusedWithWhatFits) {
  const Workspace workspace;
  const nn::Architecture small{.observations = 48, .actions = 3, .hidden = 8};
  const auto model =
      workspace.write("model.safetensors",
                      nn::write_safetensors(small, std::vector<float>(nn::Layout(small).arena_size()), {}));
  EXPECT_THAT(
      refusal_of({"eval", model, "--episodes", "100000000"}),
      AllOf(HasSubstr("model.safetensors: --episodes: 100000000 episodes"), HasSubstr("16 is the most")));
}

TEST(CommandLine, AnUnreadableFolderIsNamed) {
  const Workspace workspace;
  const auto loop = workspace.path("loop");
  std::filesystem::create_symlink(loop, loop);
  std::vector<std::string> folders = {loop};
  const auto secret = workspace.path("secret");
  std::filesystem::create_directory(secret);
  std::filesystem::permissions(secret, std::filesystem::perms::none);
  if (::geteuid() != 0) folders.push_back(secret);
  for (const auto& folder : folders) {
    const std::vector<std::vector<std::string>> all = {
        {"report", folder}, {"inspect", folder}, {"verify", folder}, {"compare", folder, folder}};
    for (const auto& arguments : all) {
      const auto refused = run(arguments);
      EXPECT_EQ(refused.code, 1) << arguments.front();
      EXPECT_THAT(refused.err,
                  AllOf(StartsWith("windhover: "), HasSubstr(folder),
                        testing::AnyOf(HasSubstr("Too many levels"), HasSubstr("Permission denied"))))
          << arguments.front();
    }
  }
  std::filesystem::permissions(secret, std::filesystem::perms::owner_all);
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
  const auto scored = run({"eval", model, "--json"});
  ASSERT_EQ(scored.code, 0) << scored.err;
  const auto json = nlohmann::json::parse(scored.out);
  ASSERT_EQ(json["scores"].size(), 2U);  // greedy and sampled
  EXPECT_EQ(json["scores"][0]["condition"], 0);
  const auto other = run({"eval", model, "--environment", "cartpole"});
  EXPECT_NE(other.code, 0);
  EXPECT_THAT(other.err, HasSubstr("observations"));
  const auto given = run({"eval", model, "--velocities", "5"});
  EXPECT_EQ(given.code, 2);
  EXPECT_THAT(given.err, HasSubstr("no condition"));
  const auto simple = run({"baselines", "--environment", "cartpole", "--episodes", "20"});
  ASSERT_EQ(simple.code, 0) << simple.err;
  EXPECT_THAT(simple.out, AllOf(HasSubstr("balance"), HasSubstr("500.00"), HasSubstr("random")));
}

}  // namespace
}  // namespace windhover::integration
