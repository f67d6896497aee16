#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/integration/program.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "windhover/record/checksums.hpp"
#include "windhover/record/record.hpp"

namespace windhover::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

/// What is said of a study stands beside the runs that it is said of.
class Records : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> study(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"study", file_, "--out", out_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  [[nodiscard]] nlohmann::json json_of(const std::vector<std::string>& arguments) const {
    const auto ending = run(arguments);
    return nlohmann::json::parse(ending.out, nullptr, false);
  }

  [[nodiscard]] std::string refusal(const std::vector<std::string>& arguments) const {
    const auto ending = run(arguments);
    EXPECT_EQ(ending.code, 1) << ending.out;
    return ending.err;
  }

  void copy_run(const std::string& from, const std::string& to) const {
    fs::remove_all(out_ + "/runs/" + to);
    fs::copy(out_ + "/runs/" + from, out_ + "/runs/" + to);
  }

  Workspace workspace_;
  std::string file_ = workspace_.write("tiny.toml", tiny_maze_study);
  std::string out_ = workspace_.path("out");
};

TEST_F(Records, ADigestStandsOnlyBesideTheRunsThatItCovers) {
  const auto done = run(study());
  ASSERT_EQ(done.code, 0) << done.err;
  const auto digest = digest_in(done.out);
  const auto whole = workspace_.path("whole");
  fs::copy(out_, whole, fs::copy_options::recursive);
  EXPECT_EQ(json_of({"report", out_, "--json"})["digest"], digest);
  EXPECT_EQ(json_of({"inspect", out_, "--json"})["digest"], digest);

  fs::remove_all(out_ + "/runs/gru+ln");
  ASSERT_EQ(run({"report", out_}).code, 0);
  const auto reason = HasSubstr("4 of 16 runs are missing: gru+ln/a3c/seed-1");
  const auto results = nlohmann::json::parse(content_of(out_ + "/results.json"));
  EXPECT_TRUE(results["digest"].is_null());
  EXPECT_THAT(results["digest_note"].get<std::string>(), reason);
  for (const std::string name : {"report.html", "report.md", "results.json", "tables/table-study.csv"})
    EXPECT_THAT(content_of(out_ + "/" + name), Not(HasSubstr(digest))) << name;
  EXPECT_THAT(content_of(out_ + "/report.md"), HasSubstr("4 of 16 runs are missing"));

  const auto inspected = json_of({"inspect", out_, "--json"});
  EXPECT_TRUE(inspected["digest"].is_null());
  EXPECT_THAT(inspected["digest_note"].get<std::string>(), reason);
  EXPECT_THAT(run({"inspect", out_}).out, HasSubstr("no digest: 4 of 16 runs are missing"));

  const auto compared = json_of({"compare", whole, out_, "--json"});
  EXPECT_EQ(compared["studies"]["first"]["digest"], digest);
  EXPECT_TRUE(compared["studies"]["second"]["digest"].is_null());
  EXPECT_THAT(compared["studies"]["second"]["digest_note"].get<std::string>(), reason);
  const auto page = workspace_.path("comparison.html");
  const auto text = run({"compare", whole, out_, "--out", page});
  EXPECT_THAT(text.out, AllOf(Not(HasSubstr("the same study")), HasSubstr("digest " + digest),
                              HasSubstr("no digest: 4 of 16 runs are missing")));
  EXPECT_THAT(content_of(page), HasSubstr("none: 4 of 16 runs are missing"));
  EXPECT_THAT(run({"compare", whole, whole}).out, HasSubstr("the same study"));
  const auto verified = run({"verify", out_, "--json"});
  EXPECT_EQ(verified.code, 1);
  EXPECT_EQ(nlohmann::json::parse(verified.out)["complete"], false);

  EXPECT_EQ(digest_in(run(study()).out), digest);
  EXPECT_EQ(json_of({"report", out_, "--json"})["digest"], digest);
}

TEST_F(Records, ARunWithoutItsModelHasScoresButTheStudyNoDigest) {
  ASSERT_EQ(run(study()).code, 0);
  fs::remove(out_ + "/runs/gru+ln/a3c/seed-1/model.safetensors");
  const auto results = json_of({"report", out_, "--json"});
  EXPECT_EQ(results["runs"]["finished"], 16);
  EXPECT_TRUE(results["digest"].is_null());
  EXPECT_THAT(results["digest_note"].get<std::string>(),
              AllOf(HasSubstr("runs/gru+ln/a3c/seed-1"), HasSubstr("model.safetensors")));
}

TEST_F(Records, ADigestIsNotInspectedBesideDamagedFiles) {
  ASSERT_EQ(run(study()).code, 0);
  const std::string folder = "/runs/gru+ln/a3c/seed-1/";
  const auto whole = workspace_.path("whole");
  fs::rename(out_, whole);
  for (const std::string name : {"model.safetensors", "training.csv", "evaluation.csv"}) {
    for (const bool is_gone : {true, false}) {
      SCOPED_TRACE(name + (is_gone ? ", gone" : ", changed"));
      fs::remove_all(out_);
      fs::copy(whole, out_, fs::copy_options::recursive);
      if (is_gone) {
        fs::remove(out_ + folder + name);
      } else {
        std::ofstream(out_ + folder + name, std::ios::app) << "1";
      }
      const auto inspected = json_of({"inspect", out_, "--json"});
      EXPECT_TRUE(inspected["digest"].is_null());
      EXPECT_THAT(run({"inspect", out_}).out,
                  AllOf(HasSubstr("damaged"), HasSubstr(folder.substr(1) + name)));
    }
  }
}

TEST_F(Records, WhatIsNotKnownIsNotCounted) {
  ASSERT_EQ(run(study()).code, 0);
  fs::remove(out_ + "/cells.json");
  EXPECT_THAT(run({"verify", out_}).out,
              AllOf(HasSubstr("can not be read; 16 runs"), Not(HasSubstr("of 0 runs"))));
}

TEST_F(Records, ARunCopiedOverAnotherIsFoundByAllWhoReadIt) {
  ASSERT_EQ(run(study()).code, 0);
  const auto whole = workspace_.path("whole");
  fs::copy(out_, whole, fs::copy_options::recursive);
  const std::string config = out_ + "/runs/gru+ln/a3c/seed-2/config.json";
  const auto own_config = content_of(config);
  copy_run("gru+ln/a3c/seed-1", "gru+ln/a3c/seed-2");
  for (const bool config_was_edited : {false, true}) {
    if (config_was_edited) {
      const Folder folder(fs::path(config).parent_path());
      ASSERT_TRUE(record::replace_files(folder, {{"config.json", own_config}}));  // with its sum
      auto done = record::read_json(folder, "done.json").value();
      const Folder own(whole + "/runs/gru+ln/a3c/seed-2");
      done["identity"] = record::read_json(own, "done.json").value()["identity"];
      ASSERT_TRUE(record::write_json(folder, "done.json", done));
    }
    const auto names_both = AllOf(HasSubstr("runs/gru+ln/a3c/seed-1"), HasSubstr("runs/gru+ln/a3c/seed-2"));
    EXPECT_THAT(refusal({"report", out_}), names_both);
    EXPECT_THAT(refusal({"compare", out_, whole}), names_both);
    EXPECT_THAT(refusal({"compare", whole, out_}), names_both);
    EXPECT_THAT(refusal({"power", file_, "--from", out_}), names_both);
    EXPECT_THAT(refusal(study()), names_both);
    const auto verified = run({"verify", out_});
    EXPECT_EQ(verified.code, 1);
    EXPECT_THAT(verified.out, HasSubstr("FAULT  runs/gru+ln/a3c/seed-2: "));
    EXPECT_THAT(verified.out, Not(HasSubstr("\ndigest ")));
    const auto inspected = json_of({"inspect", out_, "--json"});
    EXPECT_TRUE(inspected["digest"].is_null());
    for (const auto& row : inspected["runs"]) {
      const bool is_copy = row["cell"] == "gru+ln" && row["arm"] == "a3c" && row["seed"] == 2;
      EXPECT_EQ(row["state"], is_copy ? "damaged" : "finished") << row;
    }
  }
  for (const char* seed : {"seed-1", "seed-2"}) fs::remove_all(out_ + "/runs/gru+ln/a3c/" + seed);
  EXPECT_EQ(run(study()).code, 0) << "what is removed is made again";
  EXPECT_EQ(run({"verify", out_}).code, 0);
}

TEST_F(Records, ARunAtWorkIsRunningUntilNobodyHoldsTheFolder) {
  Process process(study({"--set", "training.episodes=100000", "--jobs", "1", "--save-interval", "3600"}));
  nlohmann::json running;
  for (int i = 0; i < 2000 && running.is_null(); ++i) {
    std::this_thread::sleep_for(10ms);
    if (!fs::exists(out_ + "/cells.json")) continue;
    const auto inspected = json_of({"inspect", out_, "--json"});
    if (inspected.is_object() && inspected["runs"].dump().find("running") != std::string::npos)
      running = inspected;
  }
  ASSERT_FALSE(running.is_null()) << "long before a state would be saved by the interval";
  EXPECT_THAT(running["held_by"].get<std::string>(), HasSubstr("process " + std::to_string(process.id())));
  EXPECT_EQ(running["runs"].dump().find("interrupted"), std::string::npos);
  EXPECT_THAT(run({"inspect", out_}).out, HasSubstr("in use by process " + std::to_string(process.id())));

  process.send(SIGKILL);
  EXPECT_EQ(process.wait().signal, SIGKILL);
  const auto killed = json_of({"inspect", out_, "--json"});
  EXPECT_TRUE(killed["held_by"].is_null());
  EXPECT_THAT(killed["runs"].dump(), AllOf(HasSubstr("interrupted"), Not(HasSubstr("running"))));
}

TEST_F(Records, AStudyOfWhichNothingHasFinishedClaimsNothing) {
  const auto claims = workspace_.write(
      "tiny.toml", std::string(tiny_maze_study) + "[[claims]]\nid = 'K1'\ncell = 'gru'\nat_least = 1\n");
  Process process({"study", claims, "--out", out_, "--jobs", "1", "--set", "training.episodes=100000"});
  for (int i = 0; i < 2000 && !fs::exists(out_ + "/.partial"); ++i) std::this_thread::sleep_for(10ms);
  process.send(SIGINT);
  ASSERT_EQ(process.wait().code, 130);
  const auto reported = run({"report", out_});
  EXPECT_EQ(reported.code, 0) << reported.err;
  EXPECT_THAT(reported.err,
              AllOf(HasSubstr("Nothing has finished yet: 16 runs"), Not(HasSubstr("claim K1"))));
  for (const std::string name : {"report.html", "report.md"}) {
    EXPECT_THAT(content_of(out_ + "/" + name),
                AllOf(HasSubstr("Nothing has finished yet"), Not(HasSubstr("is distinguishable")),
                      Not(HasSubstr("Verdict"))))
        << name;
  }
  EXPECT_TRUE(nlohmann::json::parse(content_of(out_ + "/results.json"))["digest"].is_null());
  EXPECT_EQ(run({"verify", out_}).code, 0);
}

TEST_F(Records, ALockThatNobodyHoldsIsNoFaultOfAFinishedStudy) {
  ASSERT_EQ(run(study()).code, 0);
  (void)workspace_.write("out/.lock", "process 1 on nowhere since 2026-01-01T00:00:00Z\n");
  const auto verified = run({"verify", out_});
  EXPECT_EQ(verified.code, 0) << verified.out;
  EXPECT_THAT(verified.out, AllOf(HasSubstr("note   .lock: left behind"), HasSubstr("0 faults")));
}

}  // namespace
}  // namespace windhover::integration
