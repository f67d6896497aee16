#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "tests/integration/program.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// `windhover slurm` and its script, with programs that stand for Slurm's; tests/cluster/ has a real one.
namespace windhover::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Slurm : public ::testing::Test {
 public:
  Slurm(const Slurm&) = delete;
  Slurm& operator=(const Slurm&) = delete;
  ~Slurm() override { take_path(path_before_); }

 protected:
  Slurm() : study_(workspace_.write("tiny.toml", tiny_maze_study)), out_(workspace_.path("out")) {
    fs::create_directories(workspace_.path("bin"));
    take_path(workspace_.path("bin") + ":/usr/bin:/bin");
  }

  /// From here on programs come from there.
  static void take_path(const std::string& path) { ::setenv("PATH", path.c_str(), 1); }

  void write_program(const std::string& name, const std::string& script) const {
    const auto path = workspace_.write("bin/" + name, "#!/bin/bash\n" + script + "\n");
    fs::permissions(path, fs::perms::owner_all);
  }

  /// `windhover slurm`.
  [[nodiscard]] Ending slurm(const std::vector<std::string>& options) const {
    std::vector<std::string> words = {"slurm", study_, "--out", out_};
    words.insert(words.end(), options.begin(), options.end());
    return run(words);
  }

  void expect_refused(const std::vector<std::string>& options, const std::string& reason) const {
    const auto refused = slurm(options);
    EXPECT_EQ(refused.code, 2) << reason;
    EXPECT_THAT(refused.out, IsEmpty());
    EXPECT_THAT(refused.err, HasSubstr(reason));
  }

  void wait_for_file(const std::string& name) const {
    for (int i = 0; i < 500 && !fs::exists(workspace_.path(name)); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ASSERT_TRUE(fs::exists(workspace_.path(name))) << name;
  }

  std::string path_before_ = std::getenv("PATH");
  Workspace workspace_;
  std::string study_, out_;
};

TEST_F(Slurm, WritesAScriptToStdoutAndNothingElse) {
  const auto written = slurm({"--quick", "--set", "seeds=[1, 2, 3]", "--shards", "3"});
  EXPECT_EQ(written.code, 0) << written.err;
  EXPECT_THAT(written.out, AllOf(HasSubstr("#SBATCH --array=1-3\n"),
                                 HasSubstr(study_ + " --quick --set 'seeds=[1, 2, 3]'"),
                                 HasSubstr("# Made by: windhover slurm ")));
  EXPECT_FALSE(fs::exists(out_));
}

TEST_F(Slurm, HasNoMoreShardsThanRuns) {
  expect_refused({"--shards", "0"}, "--shards");
  expect_refused({"--shards", "17"}, "--shards 17: the study has 16 runs");
  EXPECT_THAT(slurm({"--shards", "16"}).out, HasSubstr("--array=1-16\n"));
  EXPECT_THAT(slurm({"--nodes", "5"}).out, HasSubstr("--array=1-5%5\n"));
  EXPECT_THAT(slurm({"--nodes", "99"}).out, HasSubstr("--array=1-16%99\n"));
  EXPECT_THAT(slurm({}).out, AllOf(HasSubstr("--array=1-8\n"), HasSubstr("--cpus-per-task=2\n")));
  EXPECT_THAT(slurm({"--shards", "2", "--jobs", "6"}).out, HasSubstr("--cpus-per-task=6\n"));
}

TEST_F(Slurm, WhatAJobWouldRefuseIsRefusedNow) {
  expect_refused({"--set", "learner.lr=-1"}, "lr");
  expect_refused({"--time", "soon"}, "--time: 'soon'");
  expect_refused({"--mem", "much"}, "--mem: 'much'");
  expect_refused({"--partition", "a b"}, "--partition: 'a b'");
  expect_refused({"--account", "a b"}, "--account: 'a b'");
  expect_refused({"--sbatch=-p"}, "--sbatch: '-p'");
  EXPECT_EQ(run({"slurm", study_}).code, 2) << "no --out";
  EXPECT_EQ(run({"slurm", workspace_.path("none.toml"), "--out", out_}).code, 1) << "no study file";
}

TEST_F(Slurm, FoldersThatAreNotTheStudysAreRefused) {
  const auto shard = out_ + "/shard-1";
  ASSERT_EQ(run({"study", study_, "--shard", "1/8", "--out", shard}).code, 0);
  EXPECT_EQ(slurm({}).code, 0) << "to go on";
  const auto other = slurm({"--set", "learner.lr=0.01"});
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.err, AllOf(HasSubstr("holds another study"), HasSubstr("lr")));
  fs::create_directories(out_ + "/shard-2");
  (void)workspace_.write("out/shard-2/mine.txt", "mine");
  expect_refused({}, "mine.txt");
  EXPECT_EQ(run({"slurm", study_, "--out", shard}).code, 2) << "inside of a study";
  EXPECT_EQ(run({"slurm", study_, "--out", shard + "/deeper"}).code, 2);
  EXPECT_EQ(run({"slurm", study_, "--out", study_}).code, 2) << "a file";

  fs::create_directories(workspace_.path("other/merged"));
  const auto misplaced = workspace_.write("other/merged/study.toml", tiny_maze_study);
  const auto refused = run({"slurm", misplaced, "--out", workspace_.path("other")});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("copy it to another place"));
}

TEST_F(Slurm, AScriptReplacesOnlyAScript) {
  const auto script = workspace_.path("s.sh");
  EXPECT_EQ(slurm({"--script", script}).code, 0);
  EXPECT_EQ(slurm({"--script", script, "--shards", "2"}).code, 0);
  EXPECT_THAT(content_of(script), HasSubstr("--array=1-2\n"));
  (void)workspace_.write("s.sh", "mine");
  expect_refused({"--script", script}, "is not what this command writes");
  EXPECT_EQ(content_of(script), "mine");
}

TEST_F(Slurm, SubmittingNeedsSbatch) {
  take_path(workspace_.path("bin"));
  expect_refused({"--submit"}, "slurm-client");
  EXPECT_FALSE(fs::exists(out_));
  ASSERT_EQ(slurm({"--script", workspace_.path("s.sh")}).code, 0);
  const auto script = Process("/bin/bash", {workspace_.path("s.sh")}, {}, {}).wait();
  EXPECT_EQ(script.code, 2);
  EXPECT_THAT(script.err, HasSubstr("slurm-client"));
}

TEST_F(Slurm, SubmitsShardsAndWhatWaitsForThem) {
  write_program("sbatch",
                R"(printf '%s\n' "$*" >> "$0.log"; echo "$((11 + $(wc -l < "$0.log")));somewhere")");
  const auto submitted = slurm({"--submit"});
  EXPECT_EQ(submitted.code, 0) << submitted.err;
  EXPECT_EQ(submitted.out, "shards 12\nmerge 13\nlogs " + out_ + "/logs\n");
  EXPECT_EQ(content_of(workspace_.path("bin/sbatch.log")),
            "--parsable " + out_ + "/slurm.sh\n--parsable --dependency=afterany:12\n");
}

TEST_F(Slurm, WhatIsNotSubmittedIsAFailure) {
  write_program("sbatch", "echo 'queue is closed' >&2; exit 1");
  const auto first = slurm({"--submit"});
  EXPECT_EQ(first.code, 1);
  EXPECT_THAT(first.err, AllOf(HasSubstr("queue is closed"), HasSubstr("could not be submitted")));
  write_program("sbatch", "[[ $* != *--dependency* ]] && echo 12");
  const auto second = slurm({"--submit"});
  EXPECT_EQ(second.code, 1);
  EXPECT_THAT(second.err, HasSubstr("scancel 12"));
}

/// A shard's script, whose windhover is a program that counts the SIGTERMs that it gets and ends by the
/// first.
class SlurmShard : public Slurm {
 protected:
  SlurmShard() {
    write_program("windhover", R"sh(
trap 'echo TERM >> "$KEPT/terms"; exit 143' TERM
touch "$KEPT/ready"
for ((i = 0; i < 500; ++i)); do
  [[ ! -e $KEPT/end ]] || exit "$(< "$KEPT/end")"
  sleep 0.02
done)sh");
    write_program("scontrol", R"sh(
echo "$*" >> "$KEPT/scontrol"
[[ $* != *show* ]] || echo "JobId=77 JobState=$STATE Reason=None")sh");
  }

  Process start(const std::string& state) {
    const auto script = workspace_.path("s.sh");
    EXPECT_EQ(slurm({"--script", script, "--program", workspace_.path("bin/windhover")}).code, 0);
    return {"/bin/bash",
            {script},
            {"KEPT=" + workspace_.path(""), "STATE=" + state, "SLURM_ARRAY_TASK_ID=2", "SLURM_JOB_ID=77"},
            {}};
  }

  [[nodiscard]] std::string terms() const { return content_of(workspace_.path("terms")); }
  [[nodiscard]] std::string asked() const { return content_of(workspace_.path("scontrol")); }
};

TEST_F(SlurmShard, GoesBackIntoTheQueueWhenItsTimeIsOver) {
  auto shard = start("RUNNING");
  wait_for_file("ready");
  shard.send(SIGUSR1);
  EXPECT_EQ(shard.wait().code, 143);
  EXPECT_EQ(terms(), "TERM\n");
  EXPECT_EQ(asked(), "--oneliner show job 77\nrequeue 77\n");
}

TEST_F(SlurmShard, StaysCancelled) {
  auto shard = start("COMPLETING");
  wait_for_file("ready");
  shard.send(SIGUSR1);
  EXPECT_EQ(shard.wait().code, 143);
  EXPECT_THAT(asked(), Not(HasSubstr("requeue")));
}

/// Slurm sends SIGTERM to all processes of a job: windhover gets it once, and has the time to save.
TEST_F(SlurmShard, DoesNotPassOnWhatSlurmSendsToAll) {
  auto shard = start("RUNNING");
  wait_for_file("ready");
  shard.send(SIGTERM);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_TRUE(shard.still_runs());
  EXPECT_THAT(terms(), IsEmpty());
  (void)workspace_.write("end", "143");
  EXPECT_EQ(shard.wait().code, 143);
  EXPECT_THAT(asked(), IsEmpty()) << "Slurm decides whether it goes back into the queue";
}

TEST_F(SlurmShard, EndsAsWindhoverDoes) {
  for (const std::string code : {"0", "1", "2"}) {
    fs::remove(workspace_.path("ready"));
    fs::remove(workspace_.path("end"));
    auto shard = start("RUNNING");
    wait_for_file("ready");
    (void)workspace_.write("end", code);
    EXPECT_EQ(std::to_string(shard.wait().code), code);
  }
  EXPECT_THAT(asked(), IsEmpty());
}

}  // namespace
}  // namespace windhover::integration
