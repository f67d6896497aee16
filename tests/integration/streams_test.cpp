#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "tests/integration/program.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "windhover/nn/checkpoint.hpp"

namespace windhover::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::chrono_literals;

/// A descriptor that writing to fails, for as long as this lives.
class FailingStream {
 public:
  explicit FailingStream(int descriptor) : descriptor_(descriptor) {
    EXPECT_GE(descriptor, 0) << std::strerror(errno);
  }
  FailingStream(const FailingStream&) = delete;
  FailingStream& operator=(const FailingStream&) = delete;
  ~FailingStream() { ::close(descriptor_); }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

int full_disk() { return ::open("/dev/full", O_WRONLY | O_CLOEXEC); }

/// A pipe from which nobody reads any more.
int broken_pipe() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return -1;
  ::close(ends[0]);
  return ends[1];
}

/// A terminal whose window was closed: writing to it fails with EIO.
int closed_terminal() {
  const int window = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (window < 0 || ::grantpt(window) != 0 || ::unlockpt(window) != 0) return -1;
  const int terminal = ::open(::ptsname(window), O_RDWR | O_NOCTTY | O_CLOEXEC);
  ::close(window);
  return terminal;
}

/// No byte but printable ones and line breaks: no C0, DEL or C1.
void expect_no_controls(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool c1 = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    ASSERT_TRUE((byte >= 0x20 || byte == '\n') && byte != 0x7F && !c1) << "byte " << i << " of: " << text;
  }
}

class FailingStreams : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> study(const std::string& out,
                                               const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"study", file, "--out", workspace.path(out)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  void expect_whole(const std::string& out) const {
    const auto checked = run({"verify", workspace.path(out)});
    EXPECT_EQ(checked.code, 0) << checked.out << checked.err;
    EXPECT_FALSE(fs::exists(workspace.path(out + "/.lock")));
  }

  const Workspace workspace;
  const std::string file = workspace.write("tiny.toml", tiny_maze_study);
};

TEST_F(FailingStreams, MessagesThatNobodyCanReadStopNoStudy) {
  const auto undisturbed = run(study("undisturbed"));
  ASSERT_EQ(undisturbed.code, 0) << undisturbed.err;
  const FailingStream full(full_disk()), pipe(broken_pipe()), terminal(closed_terminal());
  const std::pair<const char*, int> ways[] = {{"full", full.descriptor()},
                                              {"pipe", pipe.descriptor()},
                                              {"terminal", terminal.descriptor()},
                                              {"closed", closed}};
  for (const auto& [name, descriptor] : ways) {
    const auto silent = run(study(name), {"TERM=xterm"}, {.err = descriptor});
    EXPECT_EQ(silent.code, 0) << name << ", signal " << silent.signal;
    EXPECT_EQ(digest_in(silent.out), digest_in(undisturbed.out)) << name;
    expect_whole(name);
  }
}

TEST_F(FailingStreams, ErrorsThatNobodyCanReadKeepTheirExitCode) {
  const FailingStream full(full_disk()), pipe(broken_pipe()), terminal(closed_terminal());
  for (const int descriptor : {full.descriptor(), pipe.descriptor(), terminal.descriptor(), closed}) {
    const Streams streams{.err = descriptor};
    EXPECT_EQ(run({"report", workspace.path("nothing")}, {}, streams).code, 1) << descriptor;
    EXPECT_EQ(run({"stduy"}, {}, streams).code, 2) << descriptor;
    EXPECT_EQ(run({"study", file, "--jobs", "0"}, {}, streams).code, 2) << descriptor;
    EXPECT_EQ(run({"study", file, "--set", "nonsense=1"}, {}, streams).code, 2) << descriptor;
    EXPECT_EQ(run({"--version"}, {}, streams).code, 0) << descriptor;
  }
}

/// Otherwise the first file that is opened would take their place, and get what is written to them.
TEST_F(FailingStreams, DescriptorsThatAreClosedAtTheStartAreOpenedOnNothing) {
  Process process(study("out", {"--set", "training.episodes=100000", "--jobs", "1"}), {},
                  {.out = closed, .err = closed});
  const auto lock = workspace.path("out/.lock");
  for (int i = 0; i < 1000 && content_of(lock).empty(); ++i) std::this_thread::sleep_for(10ms);
  const auto descriptors = fs::path("/proc") / std::to_string(process.id()) / "fd";
  EXPECT_EQ(fs::read_symlink(descriptors / "1"), "/dev/null");
  EXPECT_EQ(fs::read_symlink(descriptors / "2"), "/dev/null");
  EXPECT_THAT(content_of(lock), StartsWith("process "));
  EXPECT_THAT(content_of(lock), Not(HasSubstr("audit")));
  process.send(SIGKILL);
  (void)process.wait();
}

/// Everything that prints data, each on a small problem.
std::vector<std::vector<std::string>> commands_with_data(const Workspace& workspace,
                                                         const std::string& file) {
  const auto out = workspace.path("study");
  const auto model = out + "/runs/gru+ln/a3c/seed-1/model.safetensors";
  std::vector<std::vector<std::string>> all = {{}, {"--help"}, {"--version"}, {"bench", "--help"}};
  for (const char* command : {"study", "train", "eval", "act", "report", "power", "compare", "audit",
                              "verify", "baselines", "inspect", "environments"})
    all.push_back({command, "--help"});
  const std::vector<std::vector<std::string>> both = {
      {"study", file, "--out", out},
      {"study", file, "--dry-run"},
      {"train", "--set", "training.steps=20", "--set", "learner.hidden=8", "--set", "evaluation.episodes=1",
       "--set", "evaluation.velocities=[5]", "--out", workspace.path("train")},
      {"eval", model, "--episodes", "1"},
      {"act", model, "--trace"},
      {"environments"},
      {"environments", "offload"},
      {"report", out},
      {"power", file},
      {"compare", out, out},
      {"audit", file},
      {"verify", out},
      {"verify", WINDHOVER_SOURCE_DIR "/tests/golden"},
      {"baselines", "--episodes", "1", "--velocities", "5"},
      {"inspect", out},
      {"inspect", model},
      {"bench", "env", "--seconds", "0.001", "--repeats", "1"},
      {"bench", "machine", "--seconds", "0.001", "--repeats", "1", "--hidden", "8"}};
  for (const auto& command : both) {
    all.push_back(command);
    all.push_back(command);
    all.back().push_back("--json");
  }
  return all;
}

TEST_F(FailingStreams, DataThatCannotBeWrittenIsAFailure) {
  ASSERT_EQ(run(study("study")).code, 0);
  const FailingStream full(full_disk());
  for (const auto& arguments : commands_with_data(workspace, file)) {
    const std::string name = testing::PrintToString(arguments);
    const auto lost = run(arguments, {}, {.out = full.descriptor()});
    EXPECT_EQ(lost.code, 1) << name << lost.err;
    EXPECT_THAT(lost.err, HasSubstr("cannot write to the standard output: No space left on device")) << name;
  }
  const auto out = workspace.path("study");
  const std::vector<std::vector<std::string>> some = {
      {}, {"--version"}, {"study", "--help"}, {"power", file}, {"report", out, "--json"}, {"inspect", out}};
  for (const auto& arguments : some) {
    const std::string name = testing::PrintToString(arguments);
    const auto unwanted = run(arguments, {}, {.out = closed});
    EXPECT_EQ(unwanted.code, 1) << name << unwanted.err;
    EXPECT_THAT(unwanted.err, HasSubstr("cannot write to the standard output: Bad file descriptor")) << name;
  }
  expect_whole("study");
}

TEST_F(FailingStreams, AReaderThatGoesAwayEndsItQuietly) {
  ASSERT_EQ(run(study("study")).code, 0);
  const FailingStream pipe(broken_pipe());
  for (const auto& arguments : commands_with_data(workspace, file)) {
    const std::string name = testing::PrintToString(arguments);
    const auto unread = run(arguments, {}, {.out = pipe.descriptor()});
    EXPECT_EQ(unread.code, 128 + SIGPIPE) << name << ", signal " << unread.signal;
    EXPECT_THAT(unread.err, Not(HasSubstr("cannot write"))) << name;
  }
  expect_whole("study");
  const auto first = run(study("first"), {}, {.out = pipe.descriptor()});
  EXPECT_EQ(first.code, 128 + SIGPIPE);
  EXPECT_THAT(first.err, Not(HasSubstr("cannot write")));
  expect_whole("first");
  const auto head = run_script(workspace.path(""), "windhover report study --json | head -n 1");
  EXPECT_EQ(head.out, "{\n");
  EXPECT_THAT(head.err, Not(HasSubstr("windhover:")));
  expect_whole("study");
}

TEST_F(FailingStreams, WhatFailedStaysAFailureWhereItsOutputIsLost) {
  const FailingStream pipe(broken_pipe()), full(full_disk());
  for (const int descriptor : {pipe.descriptor(), full.descriptor()}) {
    EXPECT_EQ(run({"report", workspace.path("nothing"), "--json"}, {}, {.out = descriptor}).code, 1);
    EXPECT_EQ(run({"study"}, {}, {.out = descriptor}).code, 2);
  }
}

const std::string hostile =
    "a\x1B[2Jb\xC2\x9B"
    "31m\x7F\xFF\r\nforged: all is well";

TEST(ControlCharacters, OfArgumentsReachNoTerminal) {
  const std::vector<std::vector<std::string>> all = {{hostile},
                                                     {"study", hostile},
                                                     {"study", "x.toml", "--" + hostile},
                                                     {"study", "x.toml", "--jobs", hostile},
                                                     {"study", "x.toml", hostile},
                                                     {"train", "--cell", hostile},
                                                     {"train", "--environment", hostile},
                                                     {"train", "--set", hostile},
                                                     {"train", "--set", hostile + "=1"},
                                                     {"eval", hostile},
                                                     {"act", hostile},
                                                     {"environments", hostile},
                                                     {"report", hostile},
                                                     {"inspect", hostile},
                                                     {"verify", hostile},
                                                     {"compare", hostile, hostile},
                                                     {"baselines", "--profile", hostile}};
  for (const auto& arguments : all) {
    const auto refused = run(arguments);
    EXPECT_THAT(refused.code, testing::AnyOf(1, 2)) << testing::PrintToString(arguments);
    EXPECT_THAT(refused.err, HasSubstr("\\u001b[2J"));
    EXPECT_THAT(refused.err, Not(HasSubstr("\nforged")));
    expect_no_controls(refused.err);
  }
}

TEST(ControlCharacters, OfFilesReachNoTerminal) {
  const Workspace workspace;
  const nn::Architecture small{
      .observations = 48, .actions = 3, .hidden = 8, .recurrent = true, .layer_norm = true};
  const std::string text =
      "a\x1B[2Jb\xC2\x9B"
      "31m\x7F\r\nforged: all is well";  // JSON is UTF-8
  const auto model = workspace.write(
      "model.safetensors",
      nn::write_safetensors(small, std::vector<float>(nn::Layout(small).arena_size()), {{"cell", text}}));
  const auto shown = run({"inspect", model});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, AllOf(HasSubstr("cell: a\\u001b[2Jb"), Not(HasSubstr("\nforged"))));
  expect_no_controls(shown.out);
  const auto json = run({"inspect", model, "--json"});
  expect_no_controls(json.out);
  EXPECT_EQ(nlohmann::json::parse(json.out)["metadata"]["cell"], text);

  fs::create_directory(workspace.path("golden"));
  (void)workspace.write("golden/" + hostile + ".json", "{}");
  const auto checked = run({"verify", workspace.path("golden")});
  EXPECT_EQ(checked.code, 1);
  EXPECT_THAT(checked.out, AllOf(HasSubstr("FAIL  a\\u001b[2Jb"), Not(HasSubstr("\nforged"))));
  expect_no_controls(checked.out);
  expect_no_controls(run({"verify", workspace.path("golden"), "--json"}).out);
}

TEST_F(FailingStreams, AFolderWithAHostileNameIsNamedSafely) {
  const auto folder = workspace.path(hostile);
  const std::string tiny_name =
      "name=\""
      R"(a\u001b[2J\nforged)"
      "\"";
  const auto first = run({"study", file, "--out", folder, "--set", tiny_name});
  EXPECT_EQ(first.code, 0) << first.err;
  expect_no_controls(first.out);
  expect_no_controls(first.err);
  EXPECT_THAT(first.out, AllOf(Not(HasSubstr("\nforged")), HasSubstr("report ")));
  for (const char* command : {"report", "inspect", "verify"}) {
    for (const auto& arguments : {std::vector<std::string>{command, folder}, {command, folder, "--json"}}) {
      const auto shown = run(arguments);
      EXPECT_EQ(shown.code, 0) << command << shown.err;
      expect_no_controls(shown.out + shown.err);
    }
  }
  const auto json = run({"study", file, "--out", folder, "--set", tiny_name, "--json"});
  EXPECT_EQ(json.code, 0) << json.err;
  EXPECT_EQ(nlohmann::json::parse(json.out)["study"], "a\x1B[2J\nforged");
}

}  // namespace
}  // namespace windhover::integration
