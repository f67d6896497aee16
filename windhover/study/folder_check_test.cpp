#include "windhover/study/folder_check.hpp"

#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/core/files.hpp"
#include "windhover/core/random.hpp"
#include "windhover/study/checked_record.hpp"
#include "windhover/study/engine.hpp"
#include "windhover/study/saved_state.hpp"
#include "windhover/study/testing.hpp"

namespace windhover::study {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using testing::plan_of;
using testing::RecordingObserver;
using ::testing::StartsWith;
using testing::tiny_maze_study;

/// Requests a stop once the last finished run has been looked at, before another one starts.
class StopAfterCheck final : public Observer {
 public:
  void note(std::string_view /*text*/) override {}
  void progress(const Progress& /*progress*/) override {}
  void activity(const Activity& activity) override {
    if (activity.what == "check of finished runs" && activity.done + 1 == activity.all) stop.request_stop();
  }

  std::stop_source stop;
};

/// Two finished runs and two interrupted ones; or four finished ones.
class FolderChecks : public ::testing::Test {
 protected:
  FolderChecks() : plan_(*plan_of(tiny_maze_study, {"arms=['a3c']"})) {}

  std::string run() {
    observer_ = {};
    const auto outcome = run_study(plan_, {.out = folder_.path()}, observer_, {});
    EXPECT_TRUE(outcome.has_value()) << outcome.error().message;
    return outcome ? outcome->digest : "";
  }

  void interrupt(const record::RunId& id) const {
    SavedState state;
    state.training_seconds = 1;
    for (int i = 0; i < 500; ++i) state.body.push_back(static_cast<std::byte>(i % 251));
    ASSERT_TRUE(write_state(folder_.path(), id, "configuration", state));
  }

  [[nodiscard]] FolderCheck check() const {
    auto checked = check_folder(folder_.path());
    EXPECT_TRUE(checked.has_value()) << checked.error().message;
    return checked.value_or(FolderCheck());
  }

  [[nodiscard]] std::vector<std::string> faulty() const {
    std::vector<std::string> names;
    for (const auto& fault : check().faults) names.push_back(fault.file);
    return names;
  }

  void put(const std::string& name, const std::string& content) const {
    std::ofstream(folder_.path() / name, std::ios::binary | std::ios::trunc) << content;
  }

  /// Flips one bit of a file and returns what the file was.
  std::string flip(const std::string& name, std::uint64_t bit) const {
    auto content = read_file(folder_.path() / name).value();
    auto damaged = content;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    put(name, damaged);
    return content;
  }

  TemporaryFolder folder_;
  Plan plan_;
  RecordingObserver observer_;
};

TEST_F(FolderChecks, AFinishedStudyIsSoundAndHasItsDigest) {
  const auto digest = run();
  const auto found = check();
  EXPECT_THAT(faulty(), ::testing::IsEmpty());
  EXPECT_TRUE(found.complete);
  EXPECT_EQ(found.digest, digest);
  EXPECT_EQ(found.runs, 4U);
  EXPECT_EQ(found.all_runs, 4U);
  EXPECT_THAT(found.notes, ::testing::IsEmpty());
}

TEST_F(FolderChecks, AThousandFlippedBitsAreEachFound) {
  run();
  fs::remove_all(folder_.path() / "runs/mlp+ln/a3c/seed-2");
  fs::remove(folder_.path() / "manifest.json");
  StopAfterCheck stopping;
  ASSERT_TRUE(run_study(plan_, {.out = folder_.path()}, stopping, stopping.stop.get_token()));
  interrupt({.cell = "mlp+ln", .arm = "a3c", .seed = 2});
  const auto before = check();
  ASSERT_TRUE(before.faults.empty()) << before.faults.front().file << ": " << before.faults.front().what;
  EXPECT_FALSE(before.complete);
  EXPECT_EQ(before.runs, 3U);
  EXPECT_EQ(before.states, 1U);

  const auto files = files_below(folder_.path()).value();
  Stream stream({.seed = 11, .purpose = Purpose::test});
  for (int trial = 0; trial < 1000; ++trial) {
    // The first files in turn, so that each is hit however small it is.
    const auto& name = files[static_cast<std::size_t>(trial) % files.size()];
    const auto bits = static_cast<std::uint32_t>(8 * fs::file_size(folder_.path() / name));
    const auto bit = stream.uniform_below(bits);
    const auto content = flip(name, bit);
    EXPECT_THAT(faulty(), Contains(AnyOf(name, StartsWith(fs::path(name).parent_path().generic_string()))))
        << name << ", bit " << bit;
    put(name, content);
  }
  EXPECT_THAT(faulty(), ::testing::IsEmpty());
}

TEST_F(FolderChecks, GoingOnAfterDamageDoesAtMostThatRunAgain) {
  const auto digest = run();
  const auto files = files_below(folder_.path()).value();
  Stream stream({.seed = 12, .purpose = Purpose::test});
  for (std::size_t i = 0; i < files.size(); i += 2) {
    const auto& name = files[i];
    std::map<std::string, fs::file_time_type> times;
    for (const auto& file : files) {
      if (file.ends_with("done.json")) times[file] = fs::last_write_time(folder_.path() / file);
    }
    flip(name, stream.uniform_below(static_cast<std::uint32_t>(8 * fs::file_size(folder_.path() / name))));
    EXPECT_EQ(run(), digest) << name;
    EXPECT_THAT(observer_.notes, HasSubstr(name.substr(0, name.rfind('/')))) << "it says what was damaged";
    EXPECT_THAT(faulty(), ::testing::IsEmpty()) << name;
    for (const auto& [file, time] : times) {
      const bool same_run = fs::path(file).parent_path() == fs::path(name).parent_path();
      EXPECT_EQ(fs::last_write_time(folder_.path() / file) == time, !same_run) << name << ": " << file;
    }
  }
}

TEST_F(FolderChecks, ADamagedDeclarationIsWrittenAgainFromItsOwnStudyFileOnly) {
  const auto digest = run();
  // The other study has other seeds, but the same cells.
  for (const auto& [name, reason] :
       {std::pair{"study.toml", "study.toml: damaged"}, std::pair{"cells.json", "holds another study"}}) {
    const auto content = read_file(folder_.path() / name).value();
    put(name, content + " ");
    RecordingObserver observer;
    const auto other = plan_of(tiny_maze_study, {"name='other'", "arms=['a3c']", "seeds=[1]"});
    const auto refused = run_study(*other, {.out = folder_.path()}, observer, {});
    ASSERT_FALSE(refused.has_value()) << name;
    EXPECT_THAT(refused.error().message, HasSubstr(reason));
    EXPECT_EQ(run(), digest);
    EXPECT_EQ(read_file(folder_.path() / name).value(), content);
    EXPECT_THAT(faulty(), ::testing::IsEmpty());
  }
}

TEST_F(FolderChecks, AHalfRemovedFolderIsCompletedFromItsOwnStudyFile) {
  const auto digest = run();
  for (const char* name : {"SHA256SUMS", "cells.json", "manifest.json"}) fs::remove(folder_.path() / name);
  fs::remove_all(folder_.path() / "runs/gru+ln");
  EXPECT_EQ(run(), digest);
  EXPECT_THAT(faulty(), ::testing::IsEmpty());
}

TEST_F(FolderChecks, StrangeMissingAndHalfWrittenFilesAreNamed) {
  run();
  put("notes.txt", "mine");
  put("report.md.tmp", "half");
  fs::create_directories(folder_.path() / "runs/gru+ln/a3c/.seed-9.tmp");
  put("runs/gru+ln/a3c/.seed-9.tmp/config.json", "{}");
  interrupt({.cell = "gru+ln", .arm = "a3c", .seed = 1});
  fs::remove(folder_.path() / "audit.json");
  fs::remove_all(folder_.path() / "runs/gru+ln/a3c/seed-2");
  EXPECT_THAT(faulty(),
              ::testing::UnorderedElementsAre("notes.txt", "report.md.tmp", "audit.json",
                                              "runs/gru+ln/a3c/.seed-9.tmp/config.json",
                                              ".partial/gru+ln/a3c/seed-1.state", "runs/gru+ln/a3c/seed-2"));
  for (const auto& fault : check().faults) EXPECT_EQ(fault.foreign, fault.file == "notes.txt") << fault.file;
  run();
  EXPECT_THAT(faulty(), ::testing::ElementsAre("notes.txt")) << "going on mends all that is ours";
}

TEST_F(FolderChecks, SomebodyElsesFilesAreSaidToBeThat) {
  run();
  const std::vector<std::string> foreign = {".partial/notes.state", "report.md", "runs/exp1/log.csv",
                                            "runs/gru+ln/a3c/seed-1/plot.png", "tables/thesis.csv"};
  for (const auto& name : foreign) {
    fs::create_directories((folder_.path() / name).parent_path());
    put(name, "mine");
  }
  EXPECT_THAT(faulty(), ::testing::UnorderedElementsAreArray(foreign));
  for (const auto& fault : check().faults) {
    EXPECT_TRUE(fault.foreign) << fault.file;
    EXPECT_THAT(fault.what, HasSubstr("not ours")) << fault.file;
  }
}

TEST_F(FolderChecks, LinksAreNamedAndNotFollowed) {
  run();
  const TemporaryFolder elsewhere;
  for (const std::string name : {"runs", "runs/gru+ln", "runs/gru+ln/a3c/seed-1", "manifest.json",
                                 "runs/gru+ln/a3c/seed-1/config.json"}) {
    fs::rename(folder_.path() / name, elsewhere.path() / "moved");
    fs::create_symlink(elsewhere.path() / "moved", folder_.path() / name);
    const auto found = check();
    const auto fault = std::ranges::find(found.faults, name, &record::Fault::file);
    ASSERT_NE(fault, found.faults.end()) << name;
    EXPECT_THAT(fault->what, HasSubstr("symbolic link")) << name;
    EXPECT_TRUE(found.digest.empty()) << name;
    fs::remove(folder_.path() / name);
    fs::rename(elsewhere.path() / "moved", folder_.path() / name);
  }
  EXPECT_THAT(faulty(), ::testing::IsEmpty());
}

TEST_F(FolderChecks, ARunOfOtherParametersHasAnotherDigest) {
  const auto digest = run();
  const auto first = folder_.path() / "runs/gru+ln/a3c/seed-1";
  const auto second = folder_.path() / "runs/gru+ln/a3c/seed-2";
  const auto model = read_file(second / "model.safetensors").value();
  ASSERT_TRUE(record::replace_files(first, {{"model.safetensors", model}}));  // its sum is right
  EXPECT_THAT(faulty(), ::testing::ElementsAre("runs/gru+ln/a3c/seed-1/done.json"));
  EXPECT_EQ(run(), digest) << "it is done again";
  EXPECT_THAT(observer_.notes, HasSubstr("models and evaluation.csv give"));
  EXPECT_THAT(faulty(), ::testing::IsEmpty());
}

TEST_F(FolderChecks, ACopiedRunIsNamedWithTheOther) {
  run();
  const auto first = folder_.path() / "runs/gru+ln/a3c/seed-1";
  const auto second = folder_.path() / "runs/gru+ln/a3c/seed-2";
  const auto config = read_file(second / "config.json").value();
  const auto identity = record::read_json(second, "done.json").value()["identity"];
  fs::remove_all(second);
  fs::copy(first, second);
  EXPECT_THAT(faulty(), ::testing::ElementsAre("runs/gru+ln/a3c/seed-2"));
  EXPECT_THAT(check().faults.front().what, HasSubstr("is of run gru+ln/a3c/seed-1"));
  ASSERT_TRUE(record::replace_files(second, {{"config.json", config}}));  // its sum is right
  EXPECT_THAT(check().faults.front().what, HasSubstr("its identity is"));
  auto done = record::read_json(second, "done.json").value();
  done["identity"] = identity;
  ASSERT_TRUE(record::write_json(second, "done.json", done));
  EXPECT_THAT(faulty(), ::testing::ElementsAre("runs/gru+ln/a3c/seed-2", "manifest.json"));
  EXPECT_THAT(check().faults.front().what, HasSubstr("runs/gru+ln/a3c/seed-1"));
  EXPECT_EQ(check().digest, "");
  EXPECT_FALSE(check().complete);

  RecordingObserver observer;
  const auto refused = run_study(plan_, {.out = folder_.path()}, observer, {});
  ASSERT_FALSE(refused.has_value()) << "nor does the study go on with it";
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("gru+ln/a3c/seed-1"), HasSubstr("gru+ln/a3c/seed-2")));
  fs::remove_all(second);
  run();
  EXPECT_THAT(faulty(), ::testing::IsEmpty());
}

TEST_F(FolderChecks, ALockThatNobodyHoldsIsNoFault) {
  run();
  put(".lock", "process 1 on nowhere since long ago\n");
  EXPECT_THAT(faulty(), ::testing::IsEmpty());
  EXPECT_THAT(check().notes, ::testing::ElementsAre(HasSubstr(".lock: left behind")));
}

TEST_F(FolderChecks, AReportOfOtherRunsIsNamed) {
  const auto digest = run();
  ASSERT_TRUE(record::write_json(folder_.path(), "results.json", {{"digest", digest}}));
  EXPECT_THAT(faulty(), ::testing::IsEmpty());
  ASSERT_TRUE(record::write_json(folder_.path(), "results.json", {{"digest", nullptr}}));
  EXPECT_THAT(faulty(), ::testing::IsEmpty()) << "it claims nothing";
  ASSERT_TRUE(record::write_json(folder_.path(), "results.json", {{"digest", std::string(64, '0')}}));
  EXPECT_THAT(faulty(), ::testing::ElementsAre("results.json"));
}

TEST_F(FolderChecks, AStudyWithoutSomeOfItsRunsIsNotComplete) {
  run();
  fs::remove_all(folder_.path() / "runs/gru+ln");
  const auto found = check();
  EXPECT_FALSE(found.complete);
  EXPECT_EQ(found.digest, "");
  EXPECT_EQ(found.runs, 2U);
}

TEST_F(FolderChecks, ARecordWhoseModelIsNotItsRunsHasNoDigest) {
  const auto digest = run();
  const auto sound = read_checked_study(folder_.path());
  ASSERT_TRUE(sound) << sound.error().message;
  EXPECT_EQ(record::study_digest(*sound).value, digest);
  const auto first = folder_.path() / "runs/gru+ln/a3c/seed-1";
  const auto model = read_file(folder_.path() / "runs/gru+ln/a3c/seed-2/model.safetensors").value();
  ASSERT_TRUE(record::replace_files(first, {{"model.safetensors", model}}));  // its sum is right
  for (const char* what : {"models and evaluation.csv give", "model.safetensors"}) {
    const auto record = read_checked_study(folder_.path());
    ASSERT_TRUE(record) << "its scores are sound: " << record.error().message;
    EXPECT_EQ(record::study_digest(*record).value, "");
    EXPECT_THAT(record::study_digest(*record).note,
                AllOf(HasSubstr("runs/gru+ln/a3c/seed-1"), HasSubstr(what)));
    fs::remove(first / "model.safetensors");
  }
}

TEST_F(FolderChecks, TheManifestMustSayWhatTheRunsSay) {
  run();
  const auto manifest = record::read_json(folder_.path(), "manifest.json").value();
  const std::vector<std::pair<Json::json_pointer, Json>> changes = {
      {Json::json_pointer("/digest"), "0"},
      {Json::json_pointer("/runs/0/steps"), 7},
      {Json::json_pointer("/runs/1/cell"), "mlp"},
      {Json::json_pointer("/runs"), Json::array()}};
  for (const auto& [place, value] : changes) {
    auto changed = manifest;
    changed[place] = value;
    ASSERT_TRUE(record::write_json(folder_.path(), "manifest.json", changed));  // its sum is right
    EXPECT_THAT(faulty(), ::testing::Each("manifest.json")) << place.to_string();
    EXPECT_FALSE(faulty().empty()) << place.to_string();
  }
}

TEST_F(FolderChecks, LostSumsAreAFaultAndMadeAgain) {
  const auto digest = run();
  for (const char* lost : {"SHA256SUMS", "runs/gru+ln/a3c/seed-1/SHA256SUMS"}) {
    fs::remove(folder_.path() / lost);
    EXPECT_THAT(faulty(), Contains(lost));
    EXPECT_EQ(run(), digest);
    EXPECT_THAT(observer_.notes, HasSubstr(std::string(lost) + ": missing"));
    EXPECT_THAT(faulty(), ::testing::IsEmpty());
  }
}

}  // namespace
}  // namespace windhover::study
