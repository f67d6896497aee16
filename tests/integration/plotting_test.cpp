#include <filesystem>

#include "tests/integration/program.hpp"
#include <gtest/gtest.h>

/// The lines of docs/plotting.md, as somebody pastes them.
namespace windhover::integration {
namespace {

namespace fs = std::filesystem;

/// The block of docs/plotting.md in this language.
std::string lines_in(const std::string& language) {
  const auto document = content_of(WINDHOVER_SOURCE_DIR "/docs/plotting.md");
  const auto start = document.find("```" + language + "\n");
  if (start == std::string::npos) return {};
  const auto begin = document.find('\n', start) + 1;
  return document.substr(begin, document.find("```", begin) - begin);
}

class Plotting : public ::testing::Test {
 protected:
  /// What a shell says of a command in the workspace.
  [[nodiscard]] Ending shell(const std::string& command) const {
    return Process("/bin/sh", {"-c", "cd '" + workspace_.path("") + "' && " + command}, {"MPLBACKEND=Agg"},
                   {})
        .wait();
  }

  void make_study() const {
    const auto done = run({"study", WINDHOVER_SOURCE_DIR "/studies/rnn-layernorm.toml", "--out",
                           workspace_.path("out/paper"), "--set", "training.episodes=2", "--set",
                           "evaluation.episodes=2", "--set", "seeds=[1, 2]", "--set", "learner.hidden=4"});
    ASSERT_EQ(done.code, 0) << done.err;
  }

  Workspace workspace_;
};

TEST_F(Plotting, ThePandasLinesDrawTheScores) {
  const std::string python = "${WINDHOVER_PYTHON:-python3}";
  if (shell(python + " -c 'import pandas, matplotlib'").code != 0)
    GTEST_SKIP()
        << "not run: there is no python3 with pandas and matplotlib (WINDHOVER_PYTHON names another)";
  make_study();
  const auto script = workspace_.write("plot.py", lines_in("python"));
  const auto drawn = shell(python + " " + script);
  EXPECT_EQ(drawn.code, 0) << drawn.err;
  EXPECT_GT(fs::file_size(workspace_.path("scores.png")), 1000U);
}

TEST_F(Plotting, TheRLinesDrawTheScores) {
  if (shell("Rscript --version").code != 0) GTEST_SKIP() << "not run: there is no R (Rscript)";
  make_study();
  const auto script = workspace_.write("plot.R", lines_in("r"));
  const auto drawn = shell("Rscript " + script);
  EXPECT_EQ(drawn.code, 0) << drawn.err;
  EXPECT_GT(fs::file_size(workspace_.path("scores.pdf")), 1000U);
}

}  // namespace
}  // namespace windhover::integration
