#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/integration/program.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

namespace windhover::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

/// A command that may hang is killed after a minute.
Ending run_or_kill(const std::vector<std::string>& arguments) {
  Process process(arguments);
  for (int i = 0; i < 6000 && process.still_runs(); ++i) std::this_thread::sleep_for(10ms);
  process.send(SIGKILL);
  return process.wait();
}

/// Makes something that is no file under `path`.
void make(const std::string& kind, const fs::path& path) {
  if (kind == "a folder") {
    fs::create_directories(path);
  } else if (kind == "a named pipe") {
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  } else if (kind == "a device") {
    fs::create_symlink("/dev/zero", path);
  } else {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path.string().copy(&address.sun_path[0], sizeof address.sun_path - 1);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ::close(socket);
  }
}

const std::vector<std::string> kinds = {"a folder", "a named pipe", "a socket", "a device"};

class RegularFiles : public ::testing::Test {
 protected:
  Workspace workspace_;
  std::string file_ = workspace_.write("tiny.toml", tiny_maze_study);
};

TEST_F(RegularFiles, WhateverIsGivenInTheirPlaceIsRefusedAtOnce) {
  for (const auto& kind : kinds) {
    const auto path = workspace_.path("odd.json");
    make(kind, path);
    const std::vector<std::vector<std::string>> readers = {{"study", path, "--out", workspace_.path("out")},
                                                           {"study", path, "--dry-run"},
                                                           {"audit", path},
                                                           {"power", path},
                                                           {"eval", path},
                                                           {"inspect", path},
                                                           {"verify", workspace_.path("")}};
    for (const auto& reader : readers) {
      if (kind == "a folder" && reader.front() == "inspect") continue;  // a study's, perhaps
      const auto refused = run_or_kill(reader);
      EXPECT_EQ(refused.code, 1) << reader.front() << " of " << kind;
      EXPECT_THAT(refused.out + refused.err, AllOf(HasSubstr("odd.json"), HasSubstr(kind)))
          << reader.front() << " of " << kind;
    }
    fs::remove_all(path);
  }
  EXPECT_FALSE(fs::exists(workspace_.path("out")));
}

TEST_F(RegularFiles, StandardInputThatIsAPipeIsNoStudyFile) {
  ASSERT_EQ(::mkfifo(workspace_.path("pipe").c_str(), 0600), 0);
  fs::create_symlink(workspace_.path("pipe"), workspace_.path("stdin"));
  const auto refused = run_or_kill({"study", workspace_.path("stdin"), "--dry-run"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("a named pipe, not a file"));
}

/// Every file of a record that some command reads.
TEST_F(RegularFiles, OfARecordAreRefusedLikewise) {
  const auto out = workspace_.path("out");
  ASSERT_EQ(run({"study", file_, "--out", out, "--set", "training.episodes=2", "--set", "arms=['a3c']"}).code,
            0);
  for (const std::string name :
       {"study.toml", "cells.json", "manifest.json", "audit.json", "baselines.json", "SHA256SUMS",
        "runs/gru+ln/a3c/seed-1/config.json", "runs/gru+ln/a3c/seed-1/done.json",
        "runs/gru+ln/a3c/seed-1/training.csv", "runs/gru+ln/a3c/seed-1/evaluation.csv",
        "runs/gru+ln/a3c/seed-1/SHA256SUMS"}) {
    const auto path = out + "/" + name;
    fs::rename(path, workspace_.path("kept"));
    make("a named pipe", path);
    for (const std::vector<std::string>& reader : std::vector<std::vector<std::string>>{
             {"report", out}, {"verify", out}, {"compare", out, out}, {"power", file_, "--from", out}}) {
      const auto refused = run_or_kill(reader);
      EXPECT_EQ(refused.code, 1) << reader.front() << " with " << name << refused.err;
      EXPECT_THAT(refused.out + refused.err, AllOf(HasSubstr(name), HasSubstr("a named pipe")))
          << reader.front() << " with " << name;
    }
    for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
             {"inspect", out},
             {"study", file_, "--out", out, "--set", "training.episodes=2", "--set", "arms=['a3c']"}}) {
      const auto ending = run_or_kill(command);
      EXPECT_EQ(ending.signal, 0) << command.front() << " with " << name;
      EXPECT_TRUE(fs::is_fifo(path)) << command.front() << " with " << name;
    }
    fs::remove(path);
    fs::rename(workspace_.path("kept"), path);
  }
  ASSERT_EQ(::mkfifo((out + "/.lock").c_str(), 0600), 0);
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"verify", out}, {"study", file_, "--out", out}, {"report", out}}) {
    EXPECT_EQ(run_or_kill(command).code, 1) << command.front() << " with .lock";
  }
}

}  // namespace
}  // namespace windhover::integration
