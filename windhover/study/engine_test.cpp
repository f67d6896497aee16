#include "windhover/study/engine.hpp"

#include <ctime>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/core/files.hpp"
#include "windhover/study/saved_state.hpp"
#include "windhover/study/testing.hpp"

namespace windhover::study {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::plan_of;
using testing::RecordingObserver;
using testing::tiny_maze_study;
using testing::tiny_study;

/// Requests a stop at the first progress after `patience` calls.
class ImpatientObserver final : public Observer {
 public:
  ImpatientObserver(std::stop_source& stop, int patience) : stop_(stop), patience_(patience) {}
  void note(std::string_view) override {}
  void progress(const Progress&) override {
    if (patience_-- <= 0) stop_.request_stop();
  }

 private:
  std::stop_source& stop_;
  int patience_;
};

StudyOutcome run(const Plan& plan, const std::filesystem::path& out, int jobs = 1) {
  RecordingObserver observer;
  const auto outcome = run_study(plan, {.out = out, .jobs = jobs}, observer, {});
  EXPECT_TRUE(outcome.has_value()) << outcome.error().message;
  return outcome.value_or(StudyOutcome{});
}

std::set<std::string> files_of(const std::filesystem::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    names.insert(entry.path().filename().string());
  return names;
}

TEST(Engine, TheDigestDoesNotDependOnTheNumberOfJobs) {
  const auto plan = plan_of(tiny_maze_study);
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  const TemporaryFolder one;
  const TemporaryFolder two;
  const auto first = run(*plan, one.path(), 1);
  EXPECT_EQ(first.digest, run(*plan, two.path(), 2).digest);
  EXPECT_EQ(first.digest.size(), 64U);
  EXPECT_EQ(first.finished, 8U);
}

/// Remembers the most runs that were at work together.
class CountingObserver final : public Observer {
 public:
  void note(std::string_view /*text*/) override {}
  void progress(const Progress& progress) override {
    most_running = std::max(most_running, progress.running.size());
  }

  std::size_t most_running = 0;
};

TEST(Engine, RunsWithThreadsOfTheirOwnDoNotCrowdTheProcessors) {
  const auto plan =
      plan_of(tiny_maze_study, {"learner.schedule=threads", "arms=['a3c']", "training.episodes=300"});
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  const TemporaryFolder folder;
  CountingObserver observer;
  const auto outcome = run_study(*plan, {.out = folder.path(), .jobs = 3}, observer, {});
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  EXPECT_EQ(outcome->finished, 4U);
  EXPECT_LE(observer.most_running, 1U) << "two workers each: two runs would be four threads";
}

/// Runs beside each other count their own threads: together not more than the process has had.
TEST(Engine, ProcessorTimeIsThatOfTheRun) {
  const auto plan = plan_of(tiny_maze_study, {"learner.schedule=threads", "arms=['a3c']",
                                              "training.workers=1", "training.episodes=600"});
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  const TemporaryFolder folder;
  const std::clock_t before = std::clock();
  run(*plan, folder.path(), 4);
  const double process_seconds = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  const auto manifest = record::read_json(folder.path(), "manifest.json");
  ASSERT_TRUE(manifest.has_value());
  EXPECT_GT((*manifest)["cpu_seconds"].get<double>(), 0.1 * process_seconds);
  EXPECT_LE((*manifest)["cpu_seconds"].get<double>(), process_seconds);
}

record::Provenance provenance_of(const std::string& sources, const std::string& processor = "a processor") {
  return {.build = {.version = "0.2.0", .revision = "rev-" + sources, .sources = sources, .compiler = "gcc"},
          .machine = {.processor = processor}};
}

/// A training that was stopped in its middle by one build, and is gone on with by another.
class AnotherBuild : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(plan_.has_value());
    std::stop_source stop;
    ImpatientObserver observer(stop, 0);
    StudyOptions options{.out = folder_.path()};
    options.provenance = provenance_of("aaa");
    const auto outcome = run_study(*plan_, options, observer, stop.get_token());
    ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
    ASSERT_TRUE(outcome->stopped);
    ASSERT_TRUE(read_file(folder_.path() / state_place(id_)).has_value());
  }

  Result<StudyOutcome> go_on(const record::Provenance& provenance, bool accept_build = false) {
    RecordingObserver observer;
    StudyOptions options{.out = folder_.path()};
    options.provenance = provenance;
    options.accept_build = accept_build;
    return run_study(*plan_, options, observer, {});
  }

  [[nodiscard]] std::vector<record::Provenance> recorded() const {
    const auto run = record::read_run(folder_.path(), id_, record::Rows::skip);
    return run ? run->summary.provenance : std::vector<record::Provenance>();
  }

  Result<Plan> plan_ = plan_of(tiny_maze_study, {"training.episodes=20000", "seeds=[1]", "arms=['a3c']",
                                                 "factors={recurrent=[true,false]}"});
  record::RunId id_{.cell = "gru+ln", .arm = "a3c", .seed = 1};
  TemporaryFolder folder_;
};

TEST_F(AnotherBuild, IsRefusedWithBothNamed) {
  const auto refused = go_on(provenance_of("bbb"));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("gru+ln/a3c/seed-1"), HasSubstr("revision rev-aaa"),
                                             HasSubstr("revision rev-bbb"), HasSubstr("--accept-build")));
  EXPECT_TRUE(go_on(provenance_of("aaa")).has_value());
  EXPECT_EQ(recorded(), std::vector{provenance_of("aaa")});
}

TEST_F(AnotherBuild, StandsInTheRecordIfItIsAccepted) {
  ASSERT_TRUE(go_on(provenance_of("bbb"), true).has_value());
  EXPECT_EQ(recorded(), (std::vector{provenance_of("aaa"), provenance_of("bbb")}));
}

/// The same program on another machine goes on, and both stand in the record.
TEST_F(AnotherBuild, AnotherMachineIsNone) {
  ASSERT_TRUE(go_on(provenance_of("aaa", "another processor")).has_value());
  EXPECT_EQ(recorded(), (std::vector{provenance_of("aaa"), provenance_of("aaa", "another processor")}));
}

/// Requests a stop as soon as it is told of this activity.
class StopAt final : public Observer {
 public:
  explicit StopAt(std::string what) : what_(std::move(what)) {}
  void note(std::string_view /*text*/) override {}
  void progress(const Progress& /*progress*/) override {}
  void activity(const Activity& activity) override {
    if (!activity.what.starts_with(what_)) return;
    stop.request_stop();
    came = true;
  }

  std::stop_source stop;
  bool came = false;

 private:
  std::string what_;
};

TEST(Engine, StopsInEveryPhaseBeforeTheRunsAndGoesOn) {
  const auto plan = plan_of(tiny_study, {"factors={lr=[1e-4, 1e-3]}"});  // whose audit needs probes
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  const TemporaryFolder undisturbed;
  const auto digest = run(*plan, undisturbed.path()).digest;
  const TemporaryFolder folder;
  for (const char* phase : {"audit, cells", "audit, pairs", "audit, seeds", "simple policies",
                            "search for the best simple policy", "upper bound", "check of finished runs"}) {
    SCOPED_TRACE(phase);
    StopAt observer(phase);
    const auto outcome = run_study(*plan, {.out = folder.path()}, observer, observer.stop.get_token());
    ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
    EXPECT_TRUE(observer.came);
    EXPECT_TRUE(outcome->stopped);
    EXPECT_EQ(outcome->runs, 8U);
    EXPECT_EQ(outcome->finished, 0U);
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "runs"));
    const bool audited = !std::string_view(phase).starts_with("audit");
    EXPECT_EQ(std::filesystem::exists(folder.path() / "study.toml"), audited);
  }
  EXPECT_EQ(run(*plan, folder.path()).digest, digest);
}

TEST(Engine, AStopWhileTheReportIsMadeIsAStop) {
  const auto plan = plan_of(tiny_maze_study);
  const TemporaryFolder folder;
  RecordingObserver observer;
  const auto report_stopped = [](const Watch&) -> Result<void> { return stopped(); };
  const auto outcome =
      run_study(*plan, {.out = folder.path(), .when_complete = report_stopped}, observer, {});
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  EXPECT_TRUE(outcome->stopped);
  EXPECT_EQ(outcome->finished, 8U);
}

TEST(Engine, LeavesTheFilesOfTheProtocol) {
  const auto plan = plan_of(tiny_study);
  const TemporaryFolder folder;
  run(*plan, folder.path());
  EXPECT_EQ(files_of(folder.path()),
            (std::set<std::string>{"study.toml", "cells.json", "manifest.json", "audit.json",
                                   "baselines.json", "SHA256SUMS", "runs"}));
  EXPECT_EQ(files_of(folder.path() / "runs/gru+ln/a3c/seed-1"),
            (std::set<std::string>{"config.json", "training.csv", "evaluation.csv", "done.json",
                                   "model.safetensors", "budget.state", "SHA256SUMS"}));
  EXPECT_EQ(files_of(folder.path() / "runs/mlp+ln/individual/seed-2"),
            (std::set<std::string>{"config.json", "training.csv", "evaluation.csv", "done.json",
                                   "model-worker-0.safetensors", "model-worker-1.safetensors", "budget.state",
                                   "SHA256SUMS"}));
  const auto record = record::read_study(folder.path());
  ASSERT_TRUE(record.has_value()) << record.error().message;
  EXPECT_EQ(record->runs.size(), 8U);
  EXPECT_EQ(record->runs[0].training.size(), 12U);
  EXPECT_EQ(record->runs[0].evaluation.size(), 8U);
  EXPECT_EQ(record->manifest.value().runs.size(), 8U);
  EXPECT_TRUE(record->audit.value().passed);
  EXPECT_FALSE(record->baselines.value().policies.empty());
}

TEST(Engine, AStoppedStudyGoesOnToTheSameDigest) {
  // Long enough that no machine finishes it before the first progress is shown.
  const auto plan = plan_of(tiny_maze_study, {"training.episodes=4000", "arms=['a3c']", "seeds=[1]"});
  ASSERT_TRUE(plan.has_value());
  const TemporaryFolder undisturbed;
  const TemporaryFolder stopped;
  const std::string digest = run(*plan, undisturbed.path()).digest;

  bool stopped_within_a_run = false;
  for (int session = 0; session < 200; ++session) {
    std::stop_source stop;
    ImpatientObserver observer(stop, 0);
    const auto outcome =
        run_study(*plan, {.out = stopped.path(), .jobs = 2, .save_interval = 0}, observer, stop.get_token());
    ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
    if (!outcome->stopped) break;
    stopped_within_a_run = stopped_within_a_run || std::filesystem::exists(stopped.path() / ".partial");
    EXPECT_TRUE(outcome->digest.empty());
  }
  EXPECT_TRUE(stopped_within_a_run);
  EXPECT_EQ(run(*plan, stopped.path()).digest, digest);
  EXPECT_FALSE(std::filesystem::exists(stopped.path() / ".partial"));
}

/// Looks into the folder whenever it is told of a run at work.
class PeekingObserver final : public Observer {
 public:
  explicit PeekingObserver(std::filesystem::path out) : out_(std::move(out)) {}
  void note(std::string_view /*text*/) override {}
  void progress(const Progress& progress) override {
    for (const auto& run : progress.running) {
      ++at_work;
      // The run may have ended since.
      if (std::filesystem::exists(out_ / state_place(run.id)) || record::run_exists(out_, run.id)) ++seen;
    }
  }

  int at_work = 0;
  int seen = 0;

 private:
  std::filesystem::path out_;
};

TEST(Engine, ARunAtWorkIsSeenByItsState) {
  const auto plan = plan_of(tiny_study, {"training.episodes=4000", "arms=['a3c']", "seeds=[1]"});
  const TemporaryFolder folder;
  PeekingObserver observer(folder.path());
  ASSERT_TRUE(run_study(*plan, {.out = folder.path(), .save_interval = 3600}, observer, {}).has_value());
  EXPECT_GT(observer.at_work, 0);
  EXPECT_EQ(observer.seen, observer.at_work);
}

/// The manifest is written now and then only; what is asked for after a kill comes from the runs.
TEST(Engine, TheOutcomeIsThatOfTheRunsAndNotOfTheManifest) {
  const auto plan = plan_of(tiny_maze_study);
  const TemporaryFolder folder;
  const auto first = run(*plan, folder.path());
  auto manifest = record::read_json(folder.path(), "manifest.json").value();
  for (auto& row : manifest["runs"])
    row = {{"cell", row["cell"]}, {"arm", row["arm"]}, {"seed", row["seed"]}, {"status", "missing"}};
  manifest["complete"] = false;
  manifest["digest"] = nullptr;
  ASSERT_TRUE(record::write_json(folder.path(), "manifest.json", manifest));
  const auto again = run(*plan, folder.path());
  EXPECT_EQ(again.digest, first.digest);
  EXPECT_EQ(again.finished, first.finished);
  manifest = record::read_json(folder.path(), "manifest.json").value();
  EXPECT_EQ(manifest["digest"], first.digest);
  EXPECT_EQ(manifest["runs"][7]["status"], "finished");

  manifest["digest"] = std::string(64, '0');
  ASSERT_TRUE(record::write_json(folder.path(), "manifest.json", manifest));
  EXPECT_EQ(run(*plan, folder.path()).digest, first.digest);
  EXPECT_EQ(record::read_json(folder.path(), "manifest.json").value()["digest"], first.digest);
}

TEST(Engine, AStopBeforeTheFirstRunLosesNothing) {
  const auto plan = plan_of(tiny_maze_study);
  const TemporaryFolder folder;
  std::stop_source stop;
  stop.request_stop();
  RecordingObserver observer;
  const auto outcome = run_study(*plan, {.out = folder.path()}, observer, stop.get_token());
  ASSERT_TRUE(outcome.has_value());
  EXPECT_TRUE(outcome->stopped);
  EXPECT_EQ(outcome->finished, 0U);
  EXPECT_EQ(run(*plan, folder.path()).finished, 8U);
}

TEST(Engine, FinishedRunsAreNotDoneAgain) {
  const auto plan = plan_of(tiny_maze_study);
  const TemporaryFolder folder;
  run(*plan, folder.path());
  const auto done = folder.path() / "runs/gru+ln/a3c/seed-1/done.json";
  const auto time = std::filesystem::last_write_time(done);
  run(*plan, folder.path());
  EXPECT_EQ(std::filesystem::last_write_time(done), time);
}

TEST(Engine, ADamagedStateCostsThatRunOnly) {
  const auto plan = plan_of(tiny_maze_study);
  const TemporaryFolder sound;
  const TemporaryFolder damaged;
  run(*plan, damaged.path());
  std::filesystem::remove_all(damaged.path() / "runs/gru+ln/a3c/seed-1");
  RecordingObserver observer;
  const auto state = damaged.path() / state_place({.cell = "gru+ln", .arm = "a3c", .seed = 1});
  ASSERT_TRUE(replace_file(state, std::string_view("rubbish")).has_value());
  const auto outcome = run_study(*plan, {.out = damaged.path(), .jobs = 1}, observer, {});
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  EXPECT_THAT(observer.notes,
              AllOf(HasSubstr("seed-1.state: damaged"), HasSubstr("starting run gru+ln/a3c/seed-1 again")));
  EXPECT_EQ(outcome->digest, run(*plan, sound.path()).digest);
}

TEST(Engine, ADamagedRunIsDoneAgain) {
  const auto plan = plan_of(tiny_maze_study);
  const TemporaryFolder folder;
  const std::string digest = run(*plan, folder.path()).digest;
  const auto run_folder = folder.path() / "runs/gru+ln/a3c/seed-1";
  for (const auto* file :
       {"done.json", "config.json", "training.csv", "evaluation.csv", "model.safetensors", "SHA256SUMS"}) {
    for (const bool missing : {true, false}) {
      if (missing) {
        std::filesystem::remove(run_folder / file);
      } else {
        ASSERT_TRUE(replace_file(run_folder / file, std::string_view("{")).has_value());
      }
      RecordingObserver observer;
      const auto outcome = run_study(*plan, {.out = folder.path(), .jobs = 1}, observer, {});
      ASSERT_TRUE(outcome.has_value()) << file << ": " << outcome.error().message;
      EXPECT_EQ(outcome->digest, digest) << file;
      EXPECT_THAT(observer.notes, HasSubstr("seed-1/" + std::string(file)));
      EXPECT_TRUE(std::filesystem::exists(run_folder / file));
    }
  }
}

TEST(Engine, RunsOfAnotherConfigurationAreNeverTakenForOurs) {
  const TemporaryFolder folder;
  run(*plan_of(tiny_maze_study), folder.path());
  std::filesystem::remove(folder.path() / "study.toml");
  for (const char* reason : {"not the one that it was written from", "another configuration"}) {
    for (const bool fresh : {false, true}) {
      RecordingObserver observer;
      const auto changed = plan_of(tiny_maze_study, {"learner.lr=0.01"});
      const auto refused = run_study(*changed, {.out = folder.path(), .fresh = fresh}, observer, {});
      ASSERT_FALSE(refused.has_value());
      EXPECT_THAT(refused.error().message, HasSubstr(reason));
      EXPECT_FALSE(std::filesystem::exists(folder.path() / "study.toml"));
    }
    std::filesystem::remove(folder.path() / "SHA256SUMS");
  }
}

TEST(Engine, AChangedStudyIsRefusedKeyByKey) {
  const TemporaryFolder folder;
  run(*plan_of(tiny_maze_study), folder.path());
  RecordingObserver observer;
  const auto changed = plan_of(tiny_maze_study, {"training.episodes=7", "learner.gamma=0.5"});
  const auto refused = run_study(*changed, {.out = folder.path()}, observer, {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("training.episodes: 6 in the folder, 7 now"),
                                             HasSubstr("learner.gamma: 0.99 in the folder, 0.5 now"),
                                             HasSubstr("--fresh"), Not(HasSubstr("seeds"))));
}

TEST(Engine, FreshStartsOverAndKeepsWhatIsNotOurs) {
  const TemporaryFolder folder;
  run(*plan_of(tiny_maze_study), folder.path());
  for (const char* name : {"notes.txt", "runs/diary.txt", "runs/gru+ln/a3c/seed-1/plot.png"}) {
    std::ofstream(folder.path() / name) << "mine";
  }
  std::filesystem::remove(folder.path() / "runs/gru+ln/a3c/seed-1/plot.png");
  RecordingObserver observer;
  const auto changed = plan_of(tiny_maze_study, {"training.episodes=7"});
  const auto outcome = run_study(*changed, {.out = folder.path(), .fresh = true}, observer, {});
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  for (const char* name : {"notes.txt", "runs/diary.txt"}) {
    EXPECT_TRUE(std::filesystem::exists(folder.path() / name)) << name;
    EXPECT_THAT(observer.notes, HasSubstr(std::string(name) + ": not ours")) << name;
  }
}

TEST(Engine, FreshRemovesNothingWhereARunCanNotBeDoneAgain) {
  const TemporaryFolder folder;
  const auto digest = run(*plan_of(tiny_maze_study), folder.path()).digest;
  std::ofstream(folder.path() / "runs/gru+ln/a3c/seed-1/plot.png") << "mine";
  RecordingObserver observer;
  const auto refused =
      run_study(*plan_of(tiny_maze_study), {.out = folder.path(), .fresh = true}, observer, {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("seed-1"), HasSubstr("plot.png")));
  EXPECT_EQ(run(*plan_of(tiny_maze_study), folder.path()).digest, digest);
}

/// A removal that is killed leaves one of these, and starting over again must come to the end.
TEST(Engine, FreshGoesOnWhereARemovalWasKilled) {
  const auto plan = plan_of(tiny_maze_study, {"arms=['a3c']"});
  const auto other = plan_of(tiny_maze_study, {"arms=['a3c']", "training.episodes=7"});
  const TemporaryFolder undisturbed;
  const auto digest = run(*other, undisturbed.path()).digest;
  const std::vector<std::string> in_order = {"runs/gru+ln/a3c/seed-1/config.json",
                                             "runs/gru+ln/a3c",
                                             "runs",
                                             "audit.json",
                                             "manifest.json",
                                             "SHA256SUMS",
                                             "study.toml"};
  for (std::size_t removed = 1; removed <= in_order.size(); ++removed) {
    const TemporaryFolder folder;
    run(*plan, folder.path());
    for (std::size_t i = 0; i < removed; ++i) std::filesystem::remove_all(folder.path() / in_order[i]);
    RecordingObserver observer;
    const auto outcome = run_study(*other, {.out = folder.path(), .fresh = true}, observer, {});
    ASSERT_TRUE(outcome.has_value()) << in_order[removed - 1] << ": " << outcome.error().message;
    EXPECT_EQ(outcome->digest, digest) << in_order[removed - 1];
    EXPECT_EQ(files_of(folder.path()), files_of(undisturbed.path())) << in_order[removed - 1];
  }
}

TEST(Engine, ARunThatFailsIsRecordedAndTheOthersGoOn) {
  const auto plan =
      plan_of(tiny_maze_study, {"factors.lr=[1e-4, 1000.0]", "training.episodes=60", "arms=[\"a3c\"]",
                                "learner.layer_norm=false", "learner.value_coef=1e6"});
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  const TemporaryFolder folder;
  RecordingObserver observer;
  const auto outcome = run_study(*plan, {.out = folder.path(), .jobs = 2}, observer, {});
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  EXPECT_GT(outcome->failed, 0U);
  EXPECT_GT(outcome->finished, 0U);
  EXPECT_EQ(outcome->failed + outcome->finished, outcome->runs);
  const auto manifest = record::read_json(folder.path(), "manifest.json");
  for (const Json& row : (*manifest)["runs"]) {
    if (row["status"] != "failed") continue;
    EXPECT_THAT(row["diagnosis"].get<std::string>(),
                AllOf(HasSubstr("cell "), HasSubstr("arm a3c"), HasSubstr("seed"), HasSubstr("worker"),
                      HasSubstr("episode"), HasSubstr("update")));
  }
  EXPECT_EQ(observer.last.runs_failed, outcome->failed);
}

TEST(Engine, AStudyWithEqualCellsLeavesNothingBehind) {
  const TemporaryFolder folder;
  RecordingObserver observer;
  const auto plan = plan_of(tiny_study, {"factors.sampled_first=[false, true]"});
  ASSERT_TRUE(plan.has_value());
  const auto refused = run_study(*plan, {.out = folder.path()}, observer, {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("changes nothing"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace windhover::study
