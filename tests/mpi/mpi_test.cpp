#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/integration/program.hpp"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

/// The program as Open MPI starts it: several processes, of which some are killed.
namespace windhover::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

class Mpi : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> study(const std::string& out,
                                               const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"study", file_, "--out", workspace_.path(out), "--jobs", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  /// mpirun with so many ranks of a program.
  [[nodiscard]] static Process mpirun(int ranks, const std::vector<std::string>& arguments,
                                      const std::string& program = WINDHOVER_MPI_PROGRAM) {
    std::vector<std::string> words = {"--oversubscribe", "-n", std::to_string(ranks), program};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return by_mpirun(words);
  }

  [[nodiscard]] static Process by_mpirun(const std::vector<std::string>& words) {
    return Process(WINDHOVER_MPIRUN, words, {"OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1"},
                   {});
  }

  /// The processes that another one has started: the ranks of an mpirun, in their order.
  [[nodiscard]] static std::vector<pid_t> children_of(pid_t parent) {
    std::istringstream list(content_of(fmt::format("/proc/{}/task/{}/children", parent, parent)));
    std::vector<pid_t> children;
    for (pid_t child = 0; list >> child;) children.push_back(child);
    return children;
  }

  /// Until every one of so many ranks has a run whose state is kept.
  void wait_for_states(const std::string& out, std::size_t count) const {
    const auto states = [&] {
      std::size_t found = 0;
      std::error_code error;
      const fs::path folder = workspace_.path(out) + "/.partial";
      for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
           entry.increment(error)) {
        if (entry->path().extension() == ".state") ++found;
      }
      return found;
    };
    for (int i = 0; i < 2000 && states() < count; ++i) std::this_thread::sleep_for(10ms);
    ASSERT_GE(states(), count);
  }

  /// Open MPI gives ranks whose mpirun was killed about two seconds.
  void wait_until_free(const std::string& out) const {
    const auto in_use = [&] {
      return run({"report", workspace_.path(out)}).err.find("is in use by") != std::string::npos;
    };
    for (int i = 0; i < 200 && in_use(); ++i) std::this_thread::sleep_for(100ms);
    ASSERT_FALSE(in_use());
  }

  Workspace workspace_;
  std::string file_ = workspace_.write("tiny.toml", tiny_maze_study);
};

const std::vector<std::string> long_study = {"--set",     "training.episodes=30000", "--set",
                                             "seeds=[1]", "--save-interval",         "0.1"};

TEST_F(Mpi, AnyNumberOfRanksEndsInTheDigestOfOneProcess) {
  const auto alone = run(study("alone"));
  ASSERT_EQ(alone.code, 0) << alone.err;
  const auto ranks = mpirun(4, study("ranks", {"--json"})).wait();
  ASSERT_EQ(ranks.code, 0) << ranks.err;
  const auto summary = nlohmann::json::parse(ranks.out, nullptr, false);
  ASSERT_FALSE(summary.is_discarded()) << "one document, by rank 0: " << ranks.out;
  EXPECT_EQ(summary["digest"], digest_in(alone.out));
  EXPECT_EQ(summary["runs"], 16);
  EXPECT_EQ(run({"verify", workspace_.path("ranks")}).code, 0);

  const auto without_mpirun = Process(WINDHOVER_MPI_PROGRAM, study("plain"), {}, {}).wait();
  EXPECT_EQ(without_mpirun.code, 0) << without_mpirun.err;
  EXPECT_EQ(digest_in(without_mpirun.out), digest_in(alone.out));
}

TEST_F(Mpi, KilledRanksAndAKilledMpirunLoseNothingThatWasSaved) {
  const auto alone = run(study("alone", long_study));
  ASSERT_EQ(alone.code, 0) << alone.err;

  auto first = mpirun(4, study("ranks", long_study));
  wait_for_states("ranks", 4);
  const auto ranks = children_of(first.id());
  ASSERT_EQ(ranks.size(), 4U);
  ::kill(ranks.back(), SIGKILL);
  EXPECT_NE(first.wait().code, 0);
  wait_until_free("ranks");

  auto second = mpirun(4, study("ranks", long_study));
  wait_for_states("ranks", 4);
  second.send(SIGKILL);
  EXPECT_EQ(second.wait().signal, SIGKILL);
  wait_until_free("ranks");
  EXPECT_TRUE(fs::exists(workspace_.path("ranks") + "/.partial"));

  const auto last = mpirun(2, study("ranks", long_study)).wait();
  EXPECT_EQ(last.code, 0) << last.err;
  EXPECT_EQ(digest_in(last.out), digest_in(alone.out));
  EXPECT_THAT(last.err, Not(HasSubstr("damaged")));
  EXPECT_FALSE(fs::exists(workspace_.path("ranks") + "/.partial"));
}

TEST_F(Mpi, ASignalToOneRankOrToMpirunStopsTheStudyWithItsStatesSaved) {
  const std::vector<std::string> endless = {"--set", "training.episodes=1000000", "--save-interval", "0.1"};
  for (const std::size_t rank : {0U, 2U}) {
    const auto out = fmt::format("rank-{}", rank);
    auto process = mpirun(3, study(out, endless));
    wait_for_states(out, 3);
    ::kill(children_of(process.id()).at(rank), SIGTERM);
    const auto ending = process.wait();
    EXPECT_EQ(ending.code, 143) << ending.err;
    EXPECT_THAT(ending.err, HasSubstr("stopped after 0 of 16 runs; the states are saved"));
  }
  auto process = mpirun(3, study("mpirun", endless));
  wait_for_states("mpirun", 3);
  process.send(SIGINT);
  const auto ending = process.wait();
  EXPECT_NE(ending.code, 0) << "which one is Open MPI's choice";
  EXPECT_THAT(ending.err, HasSubstr("stopped after 0 of 16 runs; the states are saved"));
}

TEST_F(Mpi, WhatCanNotBeIsSaidOnceAndWithTheWayOn) {
  const auto plain = mpirun(3, study("out"), WINDHOVER_PROGRAM).wait();
  EXPECT_EQ(plain.code, 2);
  EXPECT_THAT(plain.err, AllOf(HasSubstr("built without MPI"), HasSubstr("./dev build --mpi"),
                               HasSubstr("libopenmpi-dev and openmpi-bin")));
  EXPECT_EQ(plain.err.find("windhover: "), plain.err.rfind("windhover: ")) << plain.err;

  const auto train = mpirun(2, {"train", "--out", workspace_.path("out")}).wait();
  EXPECT_EQ(train.code, 2);
  EXPECT_THAT(train.err, HasSubstr("mpirun started 2 processes, and this command is for one"));

  const auto unknown = mpirun(3, study("out", {"--set", "training.epsodes=3"})).wait();
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("epsodes"));

  const auto option = mpirun(3, study("out", {"--nonsense"})).wait();
  EXPECT_EQ(option.code, 2);
  EXPECT_THAT(option.err, HasSubstr("--nonsense"));
  EXPECT_FALSE(fs::exists(workspace_.path("out")));
}

TEST_F(Mpi, AnotherProgramOnSomeRankIsRefusedByName) {
  const auto other = workspace_.path("other");
  fs::copy_file(WINDHOVER_MPI_PROGRAM, other);
  std::ofstream(other, std::ios::app | std::ios::binary) << "another";
  std::vector<std::string> words = {"--oversubscribe", "-n", "2", WINDHOVER_MPI_PROGRAM};
  const auto arguments = study("out");
  words.insert(words.end(), arguments.begin(), arguments.end());
  words.insert(words.end(), {":", "-n", "1", other});
  words.insert(words.end(), arguments.begin(), arguments.end());
  const auto ending = by_mpirun(words).wait();
  EXPECT_EQ(ending.code, 2) << ending.err;
  EXPECT_THAT(ending.err, AllOf(HasSubstr("rank 2 runs windhover"), HasSubstr("and rank 0 windhover"),
                                HasSubstr("start the same program on every rank")));
  EXPECT_FALSE(fs::exists(workspace_.path("out")));
}

TEST_F(Mpi, ASecondCoordinatorInTheFolderIsRefused) {
  auto first = mpirun(2, study("out", {"--set", "training.episodes=1000000"}));
  wait_for_states("out", 2);
  const auto second = mpirun(2, study("out", {"--set", "training.episodes=1000000"})).wait();
  EXPECT_EQ(second.code, 1);
  EXPECT_THAT(second.err, HasSubstr("is in use by process"));
  first.send(SIGTERM);
  static_cast<void>(first.wait());
}

}  // namespace
}  // namespace windhover::integration
