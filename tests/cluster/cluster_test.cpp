#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <regex>
#include <thread>

#include "tests/integration/program.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// Studies as jobs of a real Slurm: of one that tests/cluster/with_cluster.sh has started for these tests.
namespace windhover::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Twelve runs, of about a second each.
constexpr const char* study_text = R"(
name = "cluster $(touch pwned) \"'\nx"
environment = "cartpole"
arms = ["a3c", "individual"]
seeds = [1, 2, 3]
[factors]
recurrent = [true, false]
[learner]
hidden = 16
[training]
workers = 2
steps = 150000
[evaluation]
episodes = 4
)";

// Names that a shell, sbatch or a script would read as its own, if they let them.
constexpr const char* study_name = "a \"study's\" $(touch pwned) `touch pwned` %j \\ #1\n#SBATCH --hold.toml";
constexpr const char* out_name = "out %A %% \\ 'x' \"y\" $HOME {1..3} *\nEND_OF_MERGE\n\xc3\xa9";

/// The words as bash reads them, whatever they are: only what is between is quoted.
std::string quoted(const std::string& word) {
  return "'" + std::regex_replace(word, std::regex("'"), R"('\'')") + "'";
}

struct Submitted {
  std::string shards;
  std::string merge;
};

class Cluster : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const char* settings = std::getenv("SLURM_CONF");
    ASSERT_THAT(settings == nullptr ? "" : settings, HasSubstr("windhover-cluster"))
        << "these tests need a cluster of their own; run them by ./dev test-cluster";
  }

  void SetUp() override {
    if (HasFatalFailure()) return;
    study_ = workspace_.write(study_name, study_text);
    out_ = workspace_.path(out_name);
  }

  void TearDown() override {
    EXPECT_FALSE(fs::exists(workspace_.path("pwned")));
    if (!HasFailure()) return;
    for (const auto& log : logs()) std::cerr << "== " << log << "\n" << content_of(log);
    std::cerr << shell("squeue --states=all").out;
  }

  /// The digest of one process.
  std::string digest() {
    static const std::string known = digest_in(run({"study", study_, "--out", workspace_.path("one")}).out);
    EXPECT_EQ(known.size(), 64U);
    return known;
  }

  [[nodiscard]] Ending shell(const std::string& script) const {
    return run_script(workspace_.path(""), script);
  }

  Submitted submitted(const Ending& ending) {
    EXPECT_EQ(ending.code, 0) << ending.err;
    static const std::regex printed("shards (\\d+)\nmerge (\\d+)\nlogs [^]*");
    std::smatch parts;
    if (!std::regex_match(ending.out, parts, printed)) {
      ADD_FAILURE() << ending.out;
      return {};
    }
    return {.shards = parts[1], .merge = parts[2]};
  }

  Submitted submit(std::vector<std::string> options) {
    options.insert(options.begin(), {"slurm", study_, "--out", out_, "--jobs", "1", "--submit"});
    return submitted(run(options));
  }

  /// What Slurm says of a job: its fields.
  [[nodiscard]] std::string field(const std::string& job, const std::string& name) const {
    const auto shown = shell("scontrol --oneliner show job " + job);
    std::smatch value;
    return std::regex_search(shown.out, value, std::regex(name + "=(\\S*)")) ? value[1].str() : shown.err;
  }

  [[nodiscard]] bool has_ended(const std::string& job) const {
    static const std::regex over("COMPLETED|FAILED|CANCELLED|TIMEOUT|NODE_FAIL");
    return std::regex_match(field(job, "JobState"), over);
  }

  void wait_until(const std::string& what, const std::function<bool()>& holds) {
    for (int i = 0; i < 900 && !HasFatalFailure(); ++i) {
      if (holds()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    FAIL() << "waited in vain for: " << what;
  }

  [[nodiscard]] std::string folder_of(int shard) const { return out_ + "/shard-" + std::to_string(shard); }

  /// done.json of the finished runs, and when each was written.
  [[nodiscard]] static std::map<fs::path, fs::file_time_type> finished_runs(const std::string& folder) {
    std::map<fs::path, fs::file_time_type> runs;
    std::error_code ignored;
    for (fs::recursive_directory_iterator entry(folder + "/runs", ignored), end; entry != end;
         entry.increment(ignored)) {
      const bool whole = entry->path().parent_path().filename().string().front() != '.';
      if (whole && entry->path().filename() == "done.json") runs[entry->path()] = entry->last_write_time();
    }
    return runs;
  }

  /// Something is done and, since a shard has several runs, something is not.
  void wait_for_training_of(int shard) {
    wait_until("a finished run of shard " + std::to_string(shard),
               [&] { return !finished_runs(folder_of(shard)).empty(); });
  }

  [[nodiscard]] static std::size_t saved_states(const std::string& folder) {
    std::size_t count = 0;
    std::error_code ignored;
    for (fs::recursive_directory_iterator entry(folder + "/.partial", ignored), end; entry != end;
         entry.increment(ignored))
      count += entry->path().extension() == ".state" ? 1 : 0;
    return count;
  }

  [[nodiscard]] std::vector<std::string> logs() const {
    std::vector<std::string> logs;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(out_ + "/logs", ignored))
      logs.push_back(entry.path().string());
    return logs;
  }
  [[nodiscard]] std::string log_of(const Submitted& jobs, int shard) const {
    return content_of(out_ + "/logs/slurm-" + jobs.shards + "_" + std::to_string(shard) + ".out");
  }
  [[nodiscard]] std::string merge_log(const Submitted& jobs) const {
    return content_of(out_ + "/logs/slurm-" + jobs.merge + ".out");
  }

  /// The windhover of a shard.
  [[nodiscard]] std::optional<pid_t> process_of(int shard) const {
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const auto words = content_of((entry.path() / "cmdline").string());
      const auto is_ours = [&](const std::string& word) {
        return words.find('\0' + word + '\0') != std::string::npos;
      };
      if (is_ours("study") && is_ours(folder_of(shard))) return std::stoi(entry.path().filename().string());
    }
    return std::nullopt;
  }

  /// Whether SIGTERM waits for a stopped process.
  [[nodiscard]] static bool has_pending_term(pid_t process) {
    const auto status = content_of("/proc/" + std::to_string(process) + "/status");
    std::smatch mask;
    return std::regex_search(status, mask, std::regex("ShdPnd:\\s*([0-9a-f]+)")) &&
           ((std::stoull(mask[1], nullptr, 16) >> (SIGTERM - 1)) & 1U) != 0;
  }

  void expect_merged(const Submitted& jobs) {
    wait_until("the merge", [&] { return has_ended(jobs.merge); });
    EXPECT_EQ(field(jobs.merge, "JobState"), "COMPLETED");
    EXPECT_EQ(digest_in(merge_log(jobs)), digest()) << merge_log(jobs);
    const auto verified = run({"verify", out_ + "/merged"});
    EXPECT_EQ(verified.code, 0) << verified.err;
    EXPECT_THAT(verified.out, HasSubstr("12 of 12 runs"));
    EXPECT_TRUE(fs::exists(out_ + "/merged/report.html"));
  }

  Workspace workspace_;
  std::string study_, out_;
};

/// A shard meets its time limit: Slurm warns it (within half a minute, at its next look at limits), it saves,
/// goes back into the queue by itself and goes on. It is held meanwhile, so that it is in training on any
/// machine. Another shard is cancelled, and stays so until the study is submitted again.
TEST_F(Cluster, AShardWhoseTimeIsOverGoesOnAndACancelledOneDoesNot) {
  const auto jobs = submit({"--shards", "3", "--time", "1", "--partition", "urgent"});
  wait_for_training_of(2);
  const auto process = process_of(2);
  ASSERT_TRUE(process);
  ASSERT_EQ(::kill(*process, SIGSTOP), 0);
  wait_for_training_of(3);
  EXPECT_EQ(shell("scancel " + jobs.shards + "_3").code, 0);
  wait_until("the warning of the time limit", [&] { return has_pending_term(*process); });
  ::kill(*process, SIGCONT);

  wait_until("the end of all shards", [&] { return has_ended(jobs.merge); });
  EXPECT_EQ(field(jobs.shards + "_2", "JobState"), "COMPLETED");
  EXPECT_EQ(field(jobs.shards + "_2", "Restarts"), "1");
  EXPECT_THAT(log_of(jobs, 2), AllOf(HasSubstr("the states are saved"), HasSubstr("back into the queue"),
                                     HasSubstr("started 1 times before")));

  EXPECT_EQ(field(jobs.shards + "_3", "JobState"), "CANCELLED");
  EXPECT_EQ(field(jobs.shards + "_3", "Restarts"), "0");
  EXPECT_THAT(log_of(jobs, 3), AllOf(HasSubstr("the states are saved"), Not(HasSubstr("into the queue"))));
  EXPECT_GE(saved_states(folder_of(3)), 1U);
  EXPECT_EQ(field(jobs.merge, "JobState"), "FAILED");
  EXPECT_THAT(merge_log(jobs), HasSubstr("of 12 runs are in none of the folders"));

  const auto kept = finished_runs(folder_of(3));
  const auto again = submitted(shell("bash " + quoted(out_ + "/slurm.sh")));
  ASSERT_NO_FATAL_FAILURE(expect_merged(again));
  const auto now = finished_runs(folder_of(3));
  for (const auto& [run, time] : kept) EXPECT_EQ(now.at(run), time) << run;
  EXPECT_EQ(now.size(), 4U);
}

/// A more urgent job takes the node: Slurm stops the shards and puts them back into the queue.
TEST_F(Cluster, PreemptedShardsGoOn) {
  const auto jobs = submit({"--shards", "2"});
  for (const int shard : {1, 2}) wait_for_training_of(shard);
  EXPECT_EQ(shell("sbatch --partition=urgent --exclusive --output=/dev/null --wrap 'sleep 1'").code, 0);
  ASSERT_NO_FATAL_FAILURE(expect_merged(jobs));
  for (const int shard : {1, 2}) {
    EXPECT_THAT(log_of(jobs, shard), AllOf(HasSubstr("DUE TO PREEMPTION"), HasSubstr("the states are saved"),
                                           HasSubstr("started 1 times before")));
  }
}

/// What is written is what sbatch takes, and what is refused as no time or memory it does not take either.
TEST_F(Cluster, SbatchTakesWhatIsWritten) {
  const auto test_of = [&](const std::vector<std::string>& options) {
    std::vector<std::string> words = {"slurm", study_, "--out", out_, "--script", workspace_.path("s.sh")};
    words.insert(words.end(), options.begin(), options.end());
    auto written = run(words);
    if (written.code != 0) return written;
    return shell("sbatch --test-only s.sh");
  };
  const std::vector<std::vector<std::string>> taken = {
      {"--quick", "--set", "training.steps=2000", "--set", "seeds=[7]"},
      {"--shards", "12", "--nodes", "3", "--jobs", "8", "--mem", "4G", "--partition", "urgent,main"},
      {"--sbatch=--exclusive", "--sbatch=--comment=a:b", "--sbatch=--signal=B:USR1@300", "--setup",
       "true; true"},
      {"--account", "a.b@c", "--nodes", "99"}};
  for (const auto& options : taken) {
    const auto test = test_of(options);
    EXPECT_EQ(test.code, 0) << ::testing::PrintToString(options) << test.err;
  }
  for (const char* time : {"1", "90", "90:30", "8:00:00", "1-12", "1-12:30", "0-0:0:90", "365-0", "00:00:61"})
    EXPECT_EQ(test_of({"--time", time}).code, 0) << time;
  for (const char* memory : {"100", "100K", "1000M", "4G", "0"})
    EXPECT_EQ(test_of({"--mem", memory}).code, 0) << memory;
  for (const char* wrong : {"abc", "1h", "1:2:3:4", "1-2-3", "1.5", ":", "8:00:", "2 h"}) {
    EXPECT_EQ(test_of({std::string("--time=") + wrong}).code, 2) << wrong;
    EXPECT_NE(shell("sbatch --test-only --wrap true --time=" + quoted(wrong)).code, 0) << wrong;
  }
  for (const char* wrong : {"abc", "4X", "-4", "1.5G", "4GG"}) {
    EXPECT_EQ(test_of({std::string("--mem=") + wrong}).code, 2) << wrong;
    EXPECT_NE(shell("sbatch --test-only --wrap true --mem=" + quoted(wrong)).code, 0) << wrong;
  }
}

/// What only sbatch knows is said by it, and ends in failure.
TEST_F(Cluster, WhatSbatchRefusesIsAFailure) {
  const auto refused = run({"slurm", study_, "--out", out_, "--partition", "nowhere", "--submit"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("invalid partition"), HasSubstr("could not be submitted")));
}

}  // namespace
}  // namespace windhover::integration
