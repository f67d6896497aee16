#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <filesystem>
#include <thread>

#include "tests/integration/program.hpp"
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// SIGINT, SIGTERM and SIGHUP in every phase of every command that takes long: the exit code is 128 + the
/// signal, soon, and nothing half-written is left. A phase is waited for until the progress names it.
namespace windhover::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

constexpr std::array signals = {SIGINT, SIGTERM, SIGHUP};
/// For what is to come within a second, on a machine with other work.
constexpr auto patience = 10s;
/// Progress is silent for two seconds: what is stopped here takes five times as long where nothing else runs.
constexpr auto patience_for_a_phase = 120s;

template <class Condition>
bool comes_true_within(std::chrono::seconds time, const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(10ms);
  }
  return true;
}

/// Whether the progress of a process that still runs comes to speak of this.
bool comes_to(Process& process, const std::string& phase) {
  comes_true_within(patience_for_a_phase, [&] {
    return !process.still_runs() || process.err_so_far().find(phase) != std::string::npos;
  });
  return process.still_runs() && process.err_so_far().find(phase) != std::string::npos;
}

/// The ending of a process that has been sent a signal; of one that does not end it is that of SIGKILL.
Ending ending_of(Process& process) {
  const bool ended = comes_true_within(patience, [&] { return !process.still_runs(); });
  if (!ended) process.send(SIGKILL);
  return process.wait();
}

void expect_nothing_half_written(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder)) return;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    EXPECT_THAT(entry.path().filename().string(), AllOf(Not(HasSubstr(".tmp")), Not(HasSubstr(".lock"))));
  }
}

class Stops : public ::testing::Test {
 protected:
  /// A study of this file into a folder of this name.
  [[nodiscard]] std::vector<std::string> study(const std::string& out,
                                               const std::vector<std::string>& settings) const {
    std::vector<std::string> arguments = {"study", file_, "--out", workspace_.path(out), "--jobs", "1"};
    for (const auto& setting : settings) arguments.insert(arguments.end(), {"--set", setting});
    return arguments;
  }

  /// Three such studies at once, each stopped by a signal of its own in the phase that the progress calls
  /// `phase`; they say how to go on, and the folders are as they should be.
  void expect_stops_in(const std::string& phase, const std::vector<std::string>& settings) const {
    std::deque<Process> processes;
    for (const int signal : signals) processes.emplace_back(study(folder_of(signal), settings));
    for (std::size_t i = 0; i < signals.size(); ++i) {
      SCOPED_TRACE(fmt::format("{}, signal {}", phase, signals[i]));
      Process& process = processes[i];
      EXPECT_TRUE(comes_to(process, phase)) << process.err_so_far();
      process.send(signals[i]);
      const auto ending = ending_of(process);
      EXPECT_EQ(ending.code, 128 + signals[i]) << ending.err;
      EXPECT_THAT(ending.err, AllOf(HasSubstr("stopped after "), HasSubstr("To go on:"), HasSubstr(file_)));
      expect_nothing_half_written(workspace_.path(folder_of(signals[i])));
    }
  }

  [[nodiscard]] static std::string folder_of(int signal) { return fmt::format("out-{}", signal); }

  Workspace workspace_;
  std::string file_ = workspace_.write("tiny.toml", tiny_study);
};

/// A feed-forward network of 2048 units: its orthogonal initial values alone take long.
const std::vector<std::string> large_network = {"factors={layer_norm=[true, false]}",
                                                "learner.recurrent=false", "learner.hidden=2048"};

/// A fleet of so many members that policies take long to score, or of enough that linear programs take long
/// to solve.
std::vector<std::string> fleet_of(int workers) {
  return {"profile='sound'", fmt::format("training.workers={}", workers), "learner.hidden=4"};
}

TEST_F(Stops, InTheAudit) {
  expect_stops_in("audit, ", large_network);
  for (const int signal : signals)
    EXPECT_TRUE(std::filesystem::is_empty(workspace_.path(folder_of(signal)))) << "as before it began";
}

TEST_F(Stops, WhileSimplePoliciesAreScoredOrSearched) { expect_stops_in("simple polic", fleet_of(300)); }

TEST_F(Stops, WhileTheUpperBoundIsSolved) { expect_stops_in("upper bound", fleet_of(60)); }

TEST_F(Stops, InTraining) { expect_stops_in(" % training", {"training.episodes=1000000"}); }

TEST_F(Stops, InTrainingInThreads) {
  expect_stops_in(" % training", {"training.episodes=1000000", "learner.schedule='threads'"});
}

TEST_F(Stops, InTheEvaluation) {
  expect_stops_in(" % evaluating", {"training.episodes=1", "evaluation.episodes=200000"});
}

/// So many seeds that the bootstrap of every figure takes long.
TEST_F(Stops, InTheAnalysisAndTheSameCommandGoesOn) {
  std::vector<int> seeds(96);
  for (std::size_t i = 0; i < seeds.size(); ++i) seeds[i] = static_cast<int>(i) + 1;
  const std::vector<std::string> settings = {fmt::format("seeds=[{}]", fmt::join(seeds, ",")),
                                             "training.episodes=2", "learner.hidden=4"};
  expect_stops_in("analysis and report", settings);
  const auto out = workspace_.path(folder_of(SIGINT));
  EXPECT_FALSE(std::filesystem::exists(out + "/results.json"));
  EXPECT_FALSE(std::filesystem::exists(out + "/report.html"));
  Process report({"report", out});
  ASSERT_TRUE(comes_to(report, "analysis and report")) << report.err_so_far();
  report.send(SIGTERM);
  const auto ending = ending_of(report);
  EXPECT_EQ(ending.code, 143);
  EXPECT_THAT(ending.err, HasSubstr("stopped; the report in"));
  expect_nothing_half_written(out);
  const auto verified = run({"verify", out});
  EXPECT_EQ(verified.code, 0) << verified.out;
  const auto on = run(study(folder_of(SIGINT), settings));
  EXPECT_EQ(on.code, 0) << on.err;
  EXPECT_TRUE(std::filesystem::exists(out + "/report.html"));
}

/// Whatever threads a library has started before main, which have every signal unblocked.
TEST_F(Stops, BesideThreadsOfALibrary) {
  for (const int signal : signals) {
    const auto out = folder_of(signal);
    Process process(study(out, {"training.episodes=1000000"}), {"LD_PRELOAD=" WINDHOVER_EARLY_THREAD});
    ASSERT_TRUE(comes_true_within(patience_for_a_phase, [&] {
      return std::filesystem::exists(workspace_.path(out + "/.partial"));
    })) << process.err_so_far();
    // To the library's thread by itself, where there was nobody to answer.
    std::vector<pid_t> threads;
    for (const auto& entry : std::filesystem::directory_iterator(fmt::format("/proc/{}/task", process.id())))
      threads.push_back(std::stoi(entry.path().filename().string()));
    std::ranges::sort(threads);
    ASSERT_GT(threads.size(), 1U);
    ASSERT_EQ(::tgkill(process.id(), threads[1], signal), 0);
    const auto ending = ending_of(process);
    EXPECT_EQ(ending.code, 128 + signal) << ending.err;
    EXPECT_THAT(ending.err, HasSubstr("the states are saved"));
    EXPECT_TRUE(std::filesystem::exists(workspace_.path(out + "/.partial")));
  }
}

TEST_F(Stops, AHangupThatIsIgnoredAtTheStartStaysIgnored) {
  struct sigaction before {};
  struct sigaction ignored {};
  ignored.sa_handler = SIG_IGN;
  ::sigaction(SIGHUP, &ignored, &before);
  Process process(study("out", {"training.episodes=1000000"}));
  ::sigaction(SIGHUP, &before, nullptr);
  ASSERT_TRUE(comes_true_within(patience_for_a_phase,
                                [&] { return std::filesystem::exists(workspace_.path("out/.partial")); }));
  process.send(SIGHUP);
  std::this_thread::sleep_for(500ms);
  EXPECT_TRUE(process.still_runs());
  process.send(SIGINT);
  EXPECT_EQ(ending_of(process).code, 130);
}

/// Commands that write nothing: they show progress, and end at once.
TEST_F(Stops, InCommandsThatWriteNothing) {
  const auto with = [&](std::vector<std::string> arguments, const std::vector<std::string>& settings) {
    for (const auto& setting : settings) arguments.insert(arguments.end(), {"--set", setting});
    return arguments;
  };
  const std::vector<std::vector<std::string>> commands = {
      with({"audit", file_}, large_network),
      with({"study", file_, "--dry-run"}, {"factors={hidden=[300,301,302,303,304,305,306,307,308,309,310,311,"
                                           "312,313,314,315,316,317,318,319,320,321,322,323,324,325]}"}),
      {"baselines", "--profile", "sound", "--workers", "3000", "--search"},
      {"baselines", "--profile", "sound", "--workers", "600", "--bound", "--velocities", "5"},
      {"bench", "machine", "--seconds", "30"},
      {"bench", "kernels", "--seconds", "30"},
      {"bench", "train", "--seconds", "30"},
      {"bench", "eval", "--seconds", "30"},
      {"bench", "env", "--seconds", "30"}};
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const int signal = signals[i % signals.size()];
    SCOPED_TRACE(fmt::format("{}, signal {}", fmt::join(commands[i], " "), signal));
    Process process(commands[i]);
    EXPECT_TRUE(comes_true_within(patience_for_a_phase, [&] { return !process.err_so_far().empty(); }));
    EXPECT_TRUE(process.still_runs()) << process.err_so_far();
    process.send(signal);
    EXPECT_EQ(ending_of(process).code, 128 + signal);
  }
}

/// Whether a process has this among its environment variables.
bool anybody_has(const std::string& variable) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    if (content_of((entry.path() / "environ").string()).find(variable) != std::string::npos) return true;
  }
  return false;
}

TEST_F(Stops, InBenchmarksThatHaveFoldersOrProcesses) {
  std::filesystem::create_directory(workspace_.path("tmp"));
  const std::string mark = "WINDHOVER_TEST=" + workspace_.path("mark");
  for (const auto& [benchmark, signal] :
       {std::pair{"study", SIGINT}, std::pair{"growth", SIGTERM}, std::pair{"growth", SIGHUP}}) {
    std::vector<std::string> arguments = {"bench", benchmark};
    if (arguments.back() == "study") arguments.insert(arguments.end(), {"--episodes", "100000"});
    Process process(arguments, {"TMPDIR=" + workspace_.path("tmp"), mark});
    EXPECT_TRUE(comes_true_within(patience_for_a_phase, [&] { return !process.err_so_far().empty(); }));
    EXPECT_TRUE(process.still_runs()) << process.err_so_far();
    process.send(signal);
    EXPECT_EQ(ending_of(process).code, 128 + signal) << benchmark;
    EXPECT_TRUE(std::filesystem::is_empty(workspace_.path("tmp"))) << benchmark;
    EXPECT_FALSE(anybody_has(mark)) << benchmark;
  }
}

TEST_F(Stops, AtOnceByASecondSignal) {
  Process process(study("out", {"training.episodes=1000000"}));
  ASSERT_TRUE(comes_true_within(patience_for_a_phase,
                                [&] { return std::filesystem::exists(workspace_.path("out/.partial")); }));
  process.send(SIGSTOP);  // so that both are there before anything is done
  process.send(SIGINT);
  process.send(SIGTERM);
  process.send(SIGCONT);
  const int code = ending_of(process).code;
  EXPECT_TRUE(code == 130 || code == 143) << code;
}

/// The estimate is of a small part of the work, however large the network is.
TEST_F(Stops, AreNotNeededForAnEstimateOfALargeNetwork) {
  std::vector<std::string> arguments = study("out", {"learner.hidden=4096"});
  arguments.push_back("--dry-run");
  Process process(arguments);
  EXPECT_TRUE(comes_true_within(60s, [&] { return !process.still_runs(); })) << "it took over two minutes";
  if (process.still_runs()) process.send(SIGKILL);
  const auto ending = process.wait();
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_THAT(ending.out, HasSubstr("estimated from a short probe"));
}

}  // namespace
}  // namespace windhover::integration
