#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/integration/program.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace windhover::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

class Durability : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> study(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"study", file_, "--out", out_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  /// A study that takes long enough to be disturbed.
  [[nodiscard]] Process start_long_study() const {
    return Process(study({"--set", "training.episodes=100000", "--jobs", "1", "--save-interval", "0.05"}));
  }

  void wait_for(const std::string& name) const {
    const auto path = out_ + "/" + name;
    for (int i = 0; i < 2000 && !std::filesystem::exists(path); ++i) std::this_thread::sleep_for(10ms);
    ASSERT_TRUE(std::filesystem::exists(path)) << path;
  }

  void flip_bit(const std::string& name) const {
    auto content = content_of(out_ + "/" + name);
    content[content.size() / 2] = static_cast<char>(content[content.size() / 2] ^ 1);
    std::ofstream(out_ + "/" + name, std::ios::binary) << content;
  }

  Workspace workspace_;
  std::string file_ = workspace_.write("tiny.toml", tiny_maze_study);
  std::string out_ = workspace_.path("out");
  std::string run_ = "runs/gru+ln/a3c/seed-1/";
};

TEST_F(Durability, NobodyElseWorksInAFolderWhileAStudyRunsThere) {
  Process first = start_long_study();
  wait_for(".partial");
  const std::vector<std::vector<std::string>> others = {
      study(),          study({"--fresh"}), {"train", "--out", out_}, {"train", "--out", out_, "--fresh"},
      {"report", out_}, {"verify", out_}};
  for (const auto& other : others) {
    const auto refused = run(other);
    EXPECT_EQ(refused.code, 1) << other.front();
    EXPECT_THAT(refused.err, AllOf(HasSubstr("is in use by process " + std::to_string(first.id()) + " on "),
                                   HasSubstr(" since 2")))
        << other.front();
  }
  EXPECT_EQ(run({"inspect", out_}).code, 0) << "who only looks is not in the way";
  EXPECT_TRUE(first.still_runs());
  first.send(SIGTERM);
  EXPECT_EQ(first.wait().code, 143);
  EXPECT_FALSE(std::filesystem::exists(out_ + "/.lock"));
}

TEST_F(Durability, TheLockOfAKilledProcessIsTakenOver) {
  Process first = start_long_study();
  wait_for(".partial");
  first.send(SIGKILL);
  EXPECT_EQ(first.wait().signal, SIGKILL);
  EXPECT_TRUE(std::filesystem::exists(out_ + "/.lock"));
  const auto verified = run({"verify", out_});
  EXPECT_EQ(verified.code, 0) << verified.out;
  EXPECT_THAT(verified.out, AllOf(HasSubstr("unfinished"), HasSubstr(".lock: left behind")));
  EXPECT_EQ(run({"report", out_}).code, 0) << "of what there is, an empty one";
  EXPECT_FALSE(std::filesystem::exists(out_ + "/.lock"));
  const auto second = run(study({"--fresh"}));
  EXPECT_EQ(second.code, 0) << second.err;
  EXPECT_EQ(run({"verify", out_}).code, 0);
}

TEST_F(Durability, TheEndOfAKilledProcessIsTold) {
  Process first = start_long_study();
  wait_for(".partial");
  first.send(SIGKILL);
  (void)first.wait();
  Process second(study({"--set", "training.episodes=100000", "--jobs", "1"}));
  std::this_thread::sleep_for(500ms);
  second.send(SIGINT);
  EXPECT_THAT(second.wait().err, HasSubstr("process " + std::to_string(first.id()) + " on "));
}

TEST_F(Durability, AReportOfAFolderThatIsNotThereMakesNone) {
  EXPECT_EQ(run({"report", out_}).code, 1);
  EXPECT_FALSE(std::filesystem::exists(out_));
}

TEST_F(Durability, VerifyCountsAndNamesWhatIsWrong) {
  const auto first = run(study());
  ASSERT_EQ(first.code, 0) << first.err;
  const auto sound = run({"verify", out_});
  EXPECT_EQ(sound.code, 0) << sound.out << sound.err;
  EXPECT_THAT(sound.out, AllOf(HasSubstr("complete, 16 of 16 runs"), HasSubstr("0 faults"),
                               HasSubstr("digest " + digest_in(first.out))));
  for (const std::string name :
       {"report.html", "results.json", "tables/table-cells.csv", "study.toml", "SHA256SUMS"}) {
    if (!std::filesystem::exists(out_ + "/" + name)) continue;
    const auto content = content_of(out_ + "/" + name);
    flip_bit(name);
    const auto damaged = run({"verify", out_, "--json"});
    EXPECT_EQ(damaged.code, 1) << name;
    const auto found = nlohmann::json::parse(damaged.out);
    EXPECT_FALSE(found["passed"].get<bool>());
    ASSERT_FALSE(found["faults"].empty());
    std::ofstream(out_ + "/" + name, std::ios::binary) << content;
  }
  EXPECT_EQ(run({"verify", out_}).code, 0);
}

TEST_F(Durability, ADamagedRunIsNamedAndDoneAgain) {
  const auto first = run(study());
  for (const std::string name : {"model.safetensors", "training.csv"}) {
    flip_bit(run_ + name);
    const auto again = run(study());
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(digest_in(again.out), digest_in(first.out));
    EXPECT_THAT(again.err,
                AllOf(HasSubstr(run_ + name + ": damaged"), HasSubstr("doing run gru+ln/a3c/seed-1 again")));
    EXPECT_EQ(run({"verify", out_}).code, 0);
  }
}

TEST_F(Durability, ADamagedReportIsMadeAgainAndDamagedRowsAreNotReported) {
  ASSERT_EQ(run(study()).code, 0);
  const auto page = content_of(out_ + "/report.html");
  flip_bit("report.html");
  EXPECT_EQ(run({"report", out_}).code, 0);
  EXPECT_EQ(content_of(out_ + "/report.html"), page);
  flip_bit(run_ + "evaluation.csv");
  const auto refused = run({"report", out_});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr(run_ + "evaluation.csv: damaged"), HasSubstr("windhover study")));
}

TEST_F(Durability, ADamagedModelIsRefusedByItself) {
  ASSERT_EQ(run(study()).code, 0);
  const std::string model = out_ + "/" + run_ + "model.safetensors";
  EXPECT_EQ(run({"eval", model, "--episodes", "1"}).code, 0);
  flip_bit(run_ + "model.safetensors");
  for (const char* command : {"eval", "inspect"}) {
    const auto refused = run({command, model});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.err, AllOf(HasSubstr("model.safetensors"), HasSubstr("damaged"))) << command;
  }
}

TEST_F(Durability, AStudyWhoseFolderIsRemovedSaysSo) {
  Process process(study({"--set", "training.episodes=500", "--jobs", "1"}));
  wait_for(run_);
  std::error_code ignored;
  std::filesystem::remove_all(out_, ignored);
  const auto ending = process.wait();
  EXPECT_EQ(ending.code, 1);
  EXPECT_THAT(ending.err, AllOf(HasSubstr("windhover: "), HasSubstr(out_)));
}

}  // namespace
}  // namespace windhover::integration
