#include <chrono>
#include <filesystem>
#include <map>
#include <sstream>
#include <thread>

#include "tests/integration/program.hpp"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "windhover/core/random.hpp"

namespace windhover::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

class Studies : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> study(const std::string& out,
                                               const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"study", file_, "--out", workspace_.path(out)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  /// Starts a study that takes long enough to be disturbed, and waits until it holds its folder.
  [[nodiscard]] Process start_long_study(const std::string& out) const {
    return Process(
        study(out, {"--set", "training.episodes=100000", "--jobs", "1", "--save-interval", "0.05"}));
  }

  void wait_for(const std::string& path) const {
    for (int i = 0; i < 1000 && !std::filesystem::exists(path); ++i) std::this_thread::sleep_for(10ms);
    ASSERT_TRUE(std::filesystem::exists(path)) << path;
  }

  Workspace workspace_;
  std::string file_ = workspace_.write("tiny.toml", tiny_study);
};

TEST_F(Studies, HaveTheSameDigestOnOneAndTwoJobs) {
  const auto one = run(study("one", {"--jobs", "1"}));
  const auto two = run(study("two", {"--jobs", "2"}));
  EXPECT_EQ(one.code, 0) << one.err;
  EXPECT_EQ(digest_in(one.out).size(), 64U) << one.out;
  EXPECT_EQ(digest_in(one.out), digest_in(two.out));
  for (const char* name : {"results.json", "report.html", "report.md", "study.toml", "manifest.json"}) {
    EXPECT_TRUE(std::filesystem::exists(workspace_.path("one/" + std::string(name)))) << name;
  }
  EXPECT_EQ(run(study("one")).out.substr(0, 10), one.out.substr(0, 10))
      << "nothing is left to do, and that is no error";
  EXPECT_EQ(run({"report", workspace_.path("one")}).code, 0);
}

/// What the terminal ends with is what results.json has.
TEST_F(Studies, EndWithTheScoresAndTheVerdicts) {
  const auto done = run(study("out"));
  ASSERT_EQ(done.code, 0) << done.err;
  const auto results = nlohmann::json::parse(content_of(workspace_.path("out/results.json")));
  std::map<std::string, std::string> lines;  // by the first word
  std::istringstream output(done.out);
  for (std::string line; std::getline(output, line);) lines[line.substr(0, line.find(' '))] += line + "\n";
  for (const auto& cell : results["cells"]) {
    const auto& line = lines[cell["id"].get<std::string>()];
    for (const char* arm : {"a3c", "individual"}) {
      const auto& scores = cell["arms"][arm]["greedy"]["seed_level"];
      EXPECT_THAT(line, HasSubstr(fmt::format(" {:.2f} ", scores["mean"].get<double>())));
      EXPECT_THAT(line, HasSubstr(fmt::format(" [{:.2f}, {:.2f}]", scores["ci95"][0].get<double>(),
                                              scores["ci95"][1].get<double>())));
    }
    EXPECT_THAT(line, HasSubstr(fmt::format(" {:+.2f} ", cell["gap"]["greedy"]["absolute"].get<double>())));
  }
  int verdicts = 0;
  for (const auto& statement : results["statements"]) {
    if (statement["measure"] != "mean, greedy" || statement["kind"] != "main effect") continue;
    const auto effect = statement["effect"].get<std::string>();
    EXPECT_THAT(lines[effect.substr(0, effect.find(' '))],
                HasSubstr(statement["verdict"].get<std::string>() + "\n"));
    ++verdicts;
  }
  EXPECT_GT(verdicts, 0);
  EXPECT_THAT(run(study("out", {"--json"})).out, testing::StartsWith("{"));
}

TEST_F(Studies, TakeOverrides) {
  const auto plain = run(study("plain"));
  const auto same = run(study("same", {"--set", "training.episodes=20"}));
  const auto shorter = run(study("shorter", {"--set", "training.episodes=10", "--set", "seeds=[1, 2]"}));
  EXPECT_EQ(digest_in(plain.out), digest_in(same.out));
  EXPECT_EQ(shorter.code, 0) << shorter.err;
  EXPECT_NE(digest_in(plain.out), digest_in(shorter.out));
}

/// Refused when the plan is read: nothing is left where the study would have gone.
TEST_F(Studies, OfConditionsThatAnEnvironmentCannotHaveLeaveNothingBehind) {
  const auto refused = run(study("out", {"--set", "environment=cartpole"}));
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("tiny.toml, line "), HasSubstr("[evaluation]: 'velocities' holds 5"),
                    HasSubstr("'cartpole' has no condition to vary")));
  EXPECT_FALSE(std::filesystem::exists(workspace_.path("out")));
}

TEST_F(Studies, HaveNoSettingThatSinglePrecisionLoses) {
  for (const char* setting :
       {"learner.adam_beta1=0.999999999", "learner.lr=1e-50", "learner.entropy_coef=nan"}) {
    const auto refused = run(study("out", {"--set", setting}));
    EXPECT_EQ(refused.code, 2) << setting;
    EXPECT_THAT(refused.err, AllOf(HasSubstr(std::string("--set ") + setting), HasSubstr("between 0 and")))
        << setting;
    EXPECT_FALSE(std::filesystem::exists(workspace_.path("out"))) << setting;
  }
  const auto largest = run(study("largest", {"--set", "learner.adam_beta1=0.99999994"}));
  const auto still = run(study("still", {"--set", "learner.lr=0"}));
  ASSERT_EQ(largest.code, 0) << largest.err;
  ASSERT_EQ(still.code, 0) << still.err;
  EXPECT_NE(digest_in(largest.out), digest_in(still.out));
}

TEST_F(Studies, AreTheSameWhateverTheSignOfAZero) {
  const auto plain = run(study("plain", {"--set", "evaluation.velocities=[0, 50]"}));
  const auto with_sign = run(study("sign", {"--set", "evaluation.velocities=[-0.0, 50]"}));
  ASSERT_EQ(plain.code, 0) << plain.err;
  EXPECT_EQ(digest_in(with_sign.out), digest_in(plain.out));
}

TEST_F(Studies, KilledAgainAndAgainEndInTheSameDigest) {
  const std::vector<std::string> more = {"--set", "training.episodes=300", "--save-interval", "0.01"};
  const auto undisturbed = run(study("undisturbed", more));
  ASSERT_EQ(undisturbed.code, 0) << undisturbed.err;
  Stream moments({.seed = 7, .purpose = Purpose::test});
  int kills = 0;
  while (kills < 30) {
    Process process(study("killed", more));
    std::this_thread::sleep_for(std::chrono::milliseconds(5 + moments.uniform_below(120)));
    process.send(SIGKILL);
    if (process.wait().signal != SIGKILL) break;  // it had ended
    ++kills;
  }
  const auto last = run(study("killed", more));
  EXPECT_EQ(last.code, 0) << last.err;
  EXPECT_GT(kills, 0);
  EXPECT_EQ(digest_in(last.out), digest_in(undisturbed.out));
  EXPECT_FALSE(std::filesystem::exists(workspace_.path("killed/.partial")));
  EXPECT_FALSE(std::filesystem::exists(workspace_.path("killed/.lock")));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(workspace_.path("killed"))) {
    EXPECT_THAT(entry.path().filename().string(), Not(HasSubstr(".tmp")));
  }
}

TEST_F(Studies, StopOnSignalsAndSayHowToGoOn) {
  for (const auto& [signal, code] : {std::pair{SIGINT, 130}, std::pair{SIGTERM, 143}}) {
    const std::string out = "stopped-" + std::to_string(signal);
    Process process = start_long_study(out);
    wait_for(workspace_.path(out + "/.partial"));
    process.send(signal);
    const auto ending = process.wait();
    EXPECT_EQ(ending.code, code) << ending.err;
    EXPECT_THAT(ending.err,
                AllOf(HasSubstr("the states are saved"), HasSubstr("To go on:"), HasSubstr("tiny.toml")));
    EXPECT_TRUE(std::filesystem::exists(workspace_.path(out + "/.partial")));
    EXPECT_THAT(run({"inspect", workspace_.path(out)}).out, HasSubstr("interrupted"));
  }
}

TEST_F(Studies, OfTwoProcessesOnAFolderTheSecondIsRefusedNamingTheFirst) {
  Process first = start_long_study("shared");
  wait_for(workspace_.path("shared/manifest.json"));
  const auto second = run(study("shared"));
  EXPECT_EQ(second.code, 1);
  EXPECT_THAT(second.err, HasSubstr("is in use by process " + std::to_string(first.id())));
  EXPECT_TRUE(first.still_runs());
  first.send(SIGKILL);
  EXPECT_EQ(first.wait().signal, SIGKILL);
}

TEST_F(Studies, ThatChangedAreRefusedWithTheDifference) {
  ASSERT_EQ(run(study("out")).code, 0);
  const auto changed = run(study("out", {"--set", "learner.gamma=0.5"}));
  EXPECT_EQ(changed.code, 1);
  EXPECT_THAT(changed.err, HasSubstr("learner.gamma: 0.99 in the folder, 0.5 now"));
  const auto quick = run(study("out", {"--quick"}));
  EXPECT_EQ(quick.code, 1);
  EXPECT_THAT(quick.err, HasSubstr("--quick"));
  EXPECT_EQ(run(study("out", {"--set", "learner.gamma=0.5", "--fresh"})).code, 0);
}

TEST_F(Studies, ThatAreQuickSaySo) {
  const auto quick = run(study("quick", {"--quick"}));
  EXPECT_EQ(quick.code, 0) << quick.err;
  EXPECT_THAT(quick.out, HasSubstr("(quick)"));
  EXPECT_THAT(content_of(workspace_.path("quick/manifest.json")), HasSubstr("\"quick\": true"));
}

TEST_F(Studies, CannotBeWrittenWhereThereIsNoLeave) {
  const auto file = workspace_.write("file", "in the way");
  for (const std::string out : {"/proc/windhover", "file/out"}) {
    const auto refused = run({"study", file_, "--out", out.starts_with("/") ? out : workspace_.path(out)});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.err, HasSubstr(out));
  }
  if (::geteuid() == 0) return;  // root may write everywhere
  std::filesystem::create_directory(workspace_.path("locked"));
  ::chmod(workspace_.path("locked").c_str(), 0500);
  const auto refused = run(study("locked"));
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("Permission denied"));
}

TEST_F(Studies, ThatAreOnlyPlannedWriteNothing) {
  const auto plan = run(study("planned", {"--dry-run"}));
  EXPECT_EQ(plan.code, 0) << plan.err;
  EXPECT_THAT(plan.out, AllOf(HasSubstr("16 runs"), HasSubstr("mlp+ln"), HasSubstr("short probe")));
  EXPECT_FALSE(std::filesystem::exists(workspace_.path("planned")));
  const auto json = nlohmann::json::parse(run(study("planned", {"--dry-run", "--json"})).out);
  EXPECT_EQ(json["runs"], 16);
}

/// Said in the plan, at the start, by the audit and in the report.
TEST_F(Studies, WarnOfVelocitiesThatMeanLittle) {
  const std::string warning = "At 50 km/h the channel changes more often than by chance";
  EXPECT_THAT(run(study("warned", {"--dry-run"})).out, HasSubstr("warning: " + warning));
  const auto json = nlohmann::json::parse(run(study("warned", {"--dry-run", "--json"})).out);
  EXPECT_THAT(json["warnings"][0]["text"].get<std::string>(), HasSubstr(warning));
  EXPECT_THAT(run({"audit", file_}).out, HasSubstr("warning: " + warning));
  const auto done = run(study("warned"));
  ASSERT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.err, HasSubstr("warning: " + warning));
  EXPECT_THAT(content_of(workspace_.path("warned/report.md")), HasSubstr(warning));
  EXPECT_THAT(content_of(workspace_.path("warned/report.html")), HasSubstr(warning));
  const auto results = nlohmann::json::parse(content_of(workspace_.path("warned/results.json")));
  EXPECT_THAT(results["summary"]["warnings"].dump(), HasSubstr(warning));
  EXPECT_THAT(results["audit"]["warnings"].dump(), HasSubstr(warning));
}

TEST_F(Studies, PrintTheVerdictsOnTheirClaims) {
  const std::string declarations = R"(
[noise_floor]
replicate = "gru"
[[claims]]
id = "K1"
text = "It earns something"
cell = "gru+ln"
at_least = -100000
[[claims]]
id = "K2"
metric = "collapse"
effect = "recurrent"
direction = "smaller"
)";
  const std::string file = workspace_.write("claims.toml", std::string(tiny_study) + declarations);
  const auto first = run({"study", file, "--out", workspace_.path("claims")});
  ASSERT_EQ(first.code, 0) << first.err;
  const auto again = run({"report", workspace_.path("claims")});
  for (const auto& text : {first.err, again.err}) {
    EXPECT_THAT(text, AllOf(HasSubstr("claim K1: confirmed (A3C's mean in gru+ln is at least -100000."),
                            HasSubstr("claim K2: not decidable (The main effect of RNN")));
  }
  const auto results = nlohmann::json::parse(content_of(workspace_.path("claims/results.json")));
  EXPECT_EQ(results["runs"]["finished"], 4 * 2 * 2 + 2 * 2);
  EXPECT_EQ(results["noise_floor"]["seeds"], (nlohmann::json{3, 4}));
  EXPECT_EQ(results["claims"]["declared"].size(), 2U);
  EXPECT_THAT(run({"inspect", workspace_.path("claims")}).out, HasSubstr("gru/individual/seed-4"));
  EXPECT_THAT(run({"study", file, "--dry-run"}).out,
              AllOf(HasSubstr("noise floor: gru x 2 arms x 2 seeds (3, 4) = 20 runs")));
  const auto unknown = workspace_.write(
      "unknown.toml", std::string(tiny_study) + "[[claims]]\nid = 'K1'\ncell = 'grv'\nat_least = 1\n");
  const auto refused = run({"study", unknown, "--dry-run"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("unknown.toml, line 15: [[claims]] 'K1'"), HasSubstr("did you mean 'gru'")));
}

TEST_F(Studies, WithFailedRunsAreReportedAndExitWithOne) {
  const std::vector<std::string> more = {"--set", "factors={recurrent=[true, false], lr=[1e-4, 1000.0]}",
                                         "--set", "training.episodes=60",
                                         "--set", "arms=['a3c']",
                                         "--set", "learner.layer_norm=false",
                                         "--set", "learner.value_coef=1e6"};
  for (int i = 0; i < 2; ++i) {  // also when there is nothing left to do
    const auto ending = run(study("failed", more));
    EXPECT_EQ(ending.code, 1) << ending.err;
    EXPECT_THAT(ending.out, HasSubstr("report "));
    EXPECT_THAT(ending.err, HasSubstr("failed: run mlp,lr=1000.0/a3c/seed-"));
  }
  EXPECT_TRUE(std::filesystem::exists(workspace_.path("failed/report.html")));
}

TEST_F(Studies, WithEqualCellsAreRefused) {
  const std::vector<std::string> more = {"--set", "factors.sampled_first=[false,true]"};
  const auto refused = run(study("equal", more));
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("factor sampled_first changes nothing"));
  const auto audit = run({"audit", file_, "--set", "factors.sampled_first=[false,true]"});
  EXPECT_EQ(audit.code, 1);
  EXPECT_THAT(audit.out, AllOf(HasSubstr("EQUAL"), HasSubstr("refused:")));
}

TEST_F(Studies, ThatAreWrongExitWithTwo) {
  for (const char* text : {"", "name = ", "name = 3", "name = 'x'\nseeds = []", "name = 'x'\nseed = [1]"}) {
    const auto refused = run({"study", workspace_.write("bad.toml", text), "--out", workspace_.path("bad")});
    EXPECT_EQ(refused.code, 2) << text;
    EXPECT_THAT(refused.err, HasSubstr("bad.toml")) << text;
  }
  EXPECT_EQ(run({"study", workspace_.path("missing.toml")}).code, 1);
  EXPECT_FALSE(std::filesystem::exists(workspace_.path("bad")));
}

}  // namespace
}  // namespace windhover::integration
