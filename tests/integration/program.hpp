#pragma once

#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "windhover/core/temporary_folder.hpp"

/// Runs the built program and keeps what it prints.
namespace windhover::integration {

/// A folder of its own for each test, removed at the end.
class Workspace {
 public:
  [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  /// Writes a file and returns its path.
  [[nodiscard]] std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(path(name), std::ios::binary) << content;
    return path(name);
  }

 private:
  TemporaryFolder folder_;
};

[[nodiscard]] inline std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

/// How a program ended.
struct Ending {
  int code = -1;    ///< exit code; -1 if a signal ended it
  int signal = 0;   ///< that ended it
  std::string out;  ///< what it printed on stdout
  std::string err;  ///< on stderr
};

/// Where a stream of a program leads: a descriptor of this process, or one of these.
inline constexpr int kept = -1;    ///< into a file; what was written is in the Ending
inline constexpr int closed = -2;  ///< nowhere: the descriptor is not open when the program starts

struct Streams {
  int out = kept;
  int err = kept;
};

/// A running program. Its output goes through files, so that it never blocks on a pipe.
class Process {
 public:
  /// `variables`, as "NAME=value", go before the environment of this process.
  explicit Process(const std::vector<std::string>& arguments, std::vector<std::string> variables = {},
                   const Streams& streams = {})
      : Process(WINDHOVER_PROGRAM, arguments, std::move(variables), streams) {}

  /// Another program than the built one.
  Process(const std::string& program, const std::vector<std::string>& arguments,
          std::vector<std::string> variables, const Streams& streams) {
    std::vector<std::string> words = {program};
    words.insert(words.end(), arguments.begin(), arguments.end());
    for (char** variable = environ; *variable != nullptr; ++variable) variables.emplace_back(*variable);
    const auto pointers = pointers_to(words);
    const auto environment = pointers_to(variables);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    lead(actions, STDOUT_FILENO, streams.out, "out");
    lead(actions, STDERR_FILENO, streams.err, "err");
    const int error =
        ::posix_spawn(&id_, program.c_str(), &actions, nullptr, pointers.data(), environment.data());
    posix_spawn_file_actions_destroy(&actions);
    EXPECT_EQ(error, 0) << std::strerror(error);
  }

  [[nodiscard]] pid_t id() const { return id_; }
  void send(int signal) const { ::kill(id_, signal); }

  [[nodiscard]] bool still_runs() {
    if (!ended_ && ::waitpid(id_, &status_, WNOHANG) == id_) ended_ = true;
    return !ended_;
  }

  /// What it has printed on stderr until now.
  [[nodiscard]] std::string err_so_far() const { return content_of(workspace_.path("err")); }

  [[nodiscard]] Ending wait() {
    if (!ended_) ::waitpid(id_, &status_, 0);
    ended_ = true;
    Ending ending;
    if (WIFEXITED(status_)) ending.code = WEXITSTATUS(status_);
    if (WIFSIGNALED(status_)) ending.signal = WTERMSIG(status_);
    ending.out = content_of(workspace_.path("out"));
    ending.err = content_of(workspace_.path("err"));
    return ending;
  }

 private:
  /// With a null at the end, as the system takes them.
  [[nodiscard]] static std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (auto& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
  }

  void lead(posix_spawn_file_actions_t& actions, int stream, int target, const char* name) const {
    if (target == kept) {
      posix_spawn_file_actions_addopen(&actions, stream, workspace_.path(name).c_str(),
                                       O_WRONLY | O_CREAT | O_TRUNC, 0600);
    } else if (target == closed) {
      posix_spawn_file_actions_addclose(&actions, stream);
    } else {
      posix_spawn_file_actions_adddup2(&actions, target, stream);
    }
  }

  Workspace workspace_;
  pid_t id_ = -1;
  int status_ = 0;
  bool ended_ = false;
};

[[nodiscard]] inline Ending run(const std::vector<std::string>& arguments,
                                const std::vector<std::string>& variables = {}, const Streams& streams = {}) {
  return Process(arguments, variables, streams).wait();
}

/// A script for bash, started in `folder`, in which `windhover` is the built program and any failure ends it.
[[nodiscard]] inline Ending run_script(const std::string& folder, const std::string& script) {
  const std::string before = R"(set -eu -o pipefail; cd "$0"; windhover() { "$PROGRAM_UNDER_TEST" "$@"; }; )";
  return Process("/bin/bash", {"-c", before + script, folder}, {"PROGRAM_UNDER_TEST=" WINDHOVER_PROGRAM}, {})
      .wait();
}

/// The digest that `windhover study` prints; empty if it does not.
[[nodiscard]] inline std::string digest_in(const std::string& output) {
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("digest ")) return line.substr(7);
  }
  return {};
}

/// A study that takes a fraction of a second.
inline constexpr const char* tiny_study = R"(
name = "tiny"
seeds = [1, 2]
[factors]
recurrent = [true, false]
layer_norm = [true, false]
[learner]
hidden = 16
[training]
workers = 2
episodes = 20
[evaluation]
velocities = [5, 50]
episodes = 4
)";

/// As small, in the T-maze: for tests of files and streams, which it takes a tenth of the time.
inline constexpr const char* tiny_maze_study = R"(
name = "tiny"
environment = "t-maze"
seeds = [1, 2]
[factors]
recurrent = [true, false]
layer_norm = [true, false]
[learner]
hidden = 16
[training]
workers = 2
episodes = 20
[evaluation]
episodes = 4
)";

}  // namespace windhover::integration
