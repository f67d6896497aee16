#include "tests/integration/documented_commands.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "tests/integration/program.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace windhover::integration {
namespace {

namespace fs = std::filesystem;

const fs::path source = WINDHOVER_SOURCE_DIR;
const fs::path programs = fs::path(WINDHOVER_PROGRAM).parent_path();

/// What a text writes where a person puts a value of their own.
const std::vector<std::pair<std::regex, std::string>> placeholders = {
    {std::regex(R"(\[((?:--|[A-Z])[^\]]*)\])"), "$1"},  // [--seconds N], not [64,128]
    {std::regex(R"(\.\.\.)"), ""},
    {std::regex(R"(studies/tuning/NAME\.toml)"), "studies/tuning/06-value-share.toml"},
    {std::regex(R"(--environment NAME)"), "--environment t-maze"},
    {std::regex(R"(windhover environments NAME)"), "windhover environments t-maze"},
    {std::regex(R"(\bCELL\b)"), "gru"},
    {std::regex(R"(\bOUT\b)"), "out/paper"},
    {std::regex(R"(windhover (\w+) FILE\b)"), "windhover $1 my.toml"},
    {std::regex(R"(\bFILE\b)"), "windhover/core/nearest.cpp"},
    {std::regex(R"(\bTARGET\b)"), "rows"},
    {std::regex(R"(\bREV\b)"), "HEAD~1"},
    {std::regex(R"(\bFOLDER\b)"), "pictures"},
    {std::regex(R"(([ =])N\b)"), "$012"}};

/// What starts like a command and is none.
const std::map<std::string, std::string> no_commands = {
    {"windhover run 1", "the head of what a run's digest is over"},
    {"windhover study 1", "the head of what a study's digest is over"},
    {"windhover_mpi_test", "built with Open MPI only, as the text says"},
    {"windhover_peers_test", "built on demand only, as the text says"}};

/// What `windhover study FILE` gets, so that it takes a second or so. Others get `few`.
const std::string few =
    " --set training.episodes=3 --set evaluation.episodes=2 --set evaluation.velocities=[5,50] --set "
    "seeds=[42,123]";
const std::map<std::string, std::string> study_budgets = {
    {"studies/known-answers.toml", " --dry-run"},  // its budgets are those of its environments
};

/// A rule for commands of `windhover`: an option and the value that it gets, in place of the text's own.
struct Budget {
  std::regex command;
  std::string option;
  std::string value;
};

const std::vector<Budget> budgets = {
    {std::regex("windhover eval .*"), "--episodes", "2"},
    {std::regex("windhover baselines.*"), "--episodes", "2"},
    {std::regex("windhover baselines .*--selfish.*"), "--workers", "2"},
    {std::regex("windhover bench .*"), "--repeats", "1"},
    {std::regex("windhover bench (?!study|scale).*"), "--seconds", "0.001"},
    {std::regex("windhover bench scale.*"), "--runs", "100"},
    {std::regex("windhover bench scale.*"), "--ranks", "2"},
    {std::regex("windhover bench study.*"), "--episodes", "1"},
    {std::regex("windhover bench study.*"), "--seeds", "1"},
    {std::regex("windhover bench study.*"), "--hidden", "8"},
    {std::regex("windhover bench growth.*"), "--dimension", "workers"},
    {std::regex("windhover train (?!.*--environment).*"), "--set evaluation.velocities", "[5]"},
    {std::regex("windhover train (?!.*--environment).*"), "--set training.episodes", "3"},
    {std::regex("windhover train .*--environment.*"), "--set training.steps", "200"},
    {std::regex("windhover train .*"), "--set evaluation.episodes", "2"}};

/// Gives `option` this value. An option of `--set` is `--set KEY`, its value behind a '='.
std::string with_option(const std::string& command, const std::string& option, const std::string& value) {
  const char* between = option.starts_with("--set ") ? "=" : " ";
  const auto at = command.find(option + between);
  if (at == std::string::npos) return command + " " + option + between + value;
  const auto begin = at + option.size() + 1;
  const auto end = std::min(command.find(' ', begin), command.size());
  return command.substr(0, begin) + value + command.substr(end);
}

/// The command as it can be run here; several where it names alternatives: "bench machine|kernels".
std::vector<std::string> made_concrete(std::string text) {
  for (const auto& [pattern, value] : placeholders) text = std::regex_replace(text, pattern, value);
  text = std::regex_replace(text, std::regex("^build/release/bin/windhover( |$)"), "windhover$1");
  std::smatch alternatives;
  if (!std::regex_search(text, alternatives, std::regex(R"(\w+(\|\w+)+)"))) return {text};
  std::vector<std::string> all;
  std::istringstream words(alternatives.str());
  for (std::string word; std::getline(words, word, '|');)
    all.push_back(alternatives.prefix().str() + word + alternatives.suffix().str());
  return all;
}

/// A folder like the project's own, in which commands run: its study files and recorded numbers, `./dev`, and
/// in place of compilers, tests and packages programs that only look at their arguments.
class Scratch {
 public:
  Scratch() {
    for (const char* folder : {"bin", "build/release/bin", "build/fuzz/bin", "docs/images",
                               "tests/integration", "tests/cluster", "tools"})
      fs::create_directories(path(folder));
    fs::copy(source / "studies", path("studies"), fs::copy_options::recursive);
    fs::copy(source / "dev", path("dev"));
    fs::copy(source / "docs/architecture.md", path("docs/architecture.md"));
    fs::copy(source / "tools/check_layers.sh", path("tools/check_layers.sh"));
    for (const char* folder : {"apps", "windhover", "fuzz"})
      fs::create_directory_symlink(source / folder, path(folder));
    fs::create_directory_symlink(source / "tests/golden", path("tests/golden"));
    (void)workspace_.write("my.toml", toml_of_markdown(content_of(source / "README.md")));
    write_program("build/release/bin/windhover", "more=(); [[ ${1:-} != study ]] || more=(" + few +
                                                     ")\nexec \"$PROGRAM_UNDER_TEST\" \"$@\" \"${more[@]}\"");
    fs::create_directories(path("build/release-mpi/bin"));
    fs::copy(path("build/release/bin/windhover"), path("build/release-mpi/bin/windhover"));
    write_stand_ins();
  }

  [[nodiscard]] std::string path(const std::string& name) const { return workspace_.path(name); }

  [[nodiscard]] Ending run(const std::string& script) const {
    return run_script(path(""), "PATH=\"$PWD/bin:$PATH\"; " + script);
  }

  /// Makes what the command reads, if it is not there yet.
  void provide(const std::string& command) {
    if (command.find("out/paper") != std::string::npos)
      make("out/paper", "windhover study studies/rnn-layernorm.toml --out out/paper" + few);
    if (command.find("out/mine") != std::string::npos)
      make("out/mine", "windhover study my.toml --out out/mine" + few);
    if (command.find("out/longer") != std::string::npos)
      make("out/longer", "windhover study my.toml --out out/longer" + few);
    for (const std::string shard : {"1", "2"}) {
      if (command.find("out/quick-" + shard) != std::string::npos && !command.starts_with("windhover study"))
        make("out/quick-" + shard, "windhover study studies/rnn-layernorm.toml --quick --shard " + shard +
                                       "/2 --out out/quick-" + shard + few);
    }
    if (command.starts_with("windhover prune out/quick"))
      make("out/quick", "windhover study studies/rnn-layernorm.toml --quick --out out/quick" + few);
    if (command.find("quick.sh") != std::string::npos)
      make("quick.sh", "windhover slurm my.toml --quick --out out/cluster --script quick.sh");
    if (command.find("observations.csv") != std::string::npos)
      (void)workspace_.write("observations.csv", observation_of_offload());
    if (command.find(" model.safetensors") != std::string::npos)
      provide_model(command.find("cartpole") == std::string::npos ? "offload" : "cartpole");
  }

 private:
  static std::string observation_of_offload() {
    std::string line = "0.5";
    for (int i = 1; i < 48; ++i) line += ",0.5";
    return line + "\n";
  }

  void make(const std::string& name, const std::string& script) {
    if (!made_.insert(name).second) return;
    const auto ending = run(script);
    ASSERT_EQ(ending.code, 0) << script << "\n" << ending.err;
  }

  void provide_model(const std::string& environment) {
    const auto out = "out/model-" + environment;
    make(out, "windhover train --set training.steps=200 --set evaluation.episodes=1 --environment " +
                  environment + " --out " + out);
    fs::copy(path(out + "/runs/gru+ln/a3c/seed-42/model.safetensors"), path("model.safetensors"),
             fs::copy_options::overwrite_existing);
  }

  void write_program(const std::string& name, const std::string& script) const {
    (void)workspace_.write(name, "#!/usr/bin/env bash\nset -eu\n" + script + "\n");
    fs::permissions(path(name), fs::perms::owner_all);
  }

  void write_stand_ins() const {
    for (const char* name : {"apt-get", "clang-format", "cppcheck", "git", "run-clang-tidy", "sudo"})
      write_program(std::string("bin/") + name, "exit 0");
    write_program(
        "bin/cmake",
        "while [[ $1 != --preset ]]; do shift; done\nmkdir -p \"build/$2\"; touch \"build/$2/.ninja_log\"");
    write_program("bin/ctest",
                  "mkdir -p \"$2/Testing/Temporary\"; touch \"$2/Testing/Temporary/CTestCostData.txt\"");
    write_program("bin/dpkg-query", "echo install ok installed");
    write_program("bin/sbatch", "echo 12");
    write_program("tests/cluster/with_cluster.sh", "[[ $1 == build/release/bin/windhover_cluster_test ]]");
    write_program("build/release/bin/windhover_cluster_test", "[[ $1 == --gtest_list_tests ]]");
    write_program("bin/chromium", "[[ -f ${!#} ]]");
    // One process, with the arguments that each of several would have.
    write_program("bin/mpirun", "while [[ $1 == -* ]]; do [[ $1 != -n ]] || shift; shift; done\nexec \"$@\"");
    write_program("tests/integration/same_digest.sh",
                  "[[ -x $1 && $2 == build/release-clang/bin/windhover ]]");
    write_program("build/release/bin/windhover_rl_threads_test", "[[ $WINDHOVER_SOAK_SECONDS -gt 0 ]]");
    write_program("build/release/bin/windhover_kernels_bench", "exit 0");
    for (const auto& target : fs::directory_iterator(source / "fuzz/corpus"))
      write_program("build/fuzz/bin/" + target.path().filename().string() + "_fuzz", "exit 0");
    // These know an option if their source does.
    const std::map<std::string, std::string> sources = {
        {"build/release/bin/windhover_peers", "bench/peers/main.cpp"},
        {"build/release/bin/windhover_campaign", "tests/campaign/main.cpp"},
        {"tools/perf_diff.sh", "tools/perf_diff.sh"},
        {"tools/scale.sh", "tools/scale.sh"}};
    for (const auto& [name, text] : sources) {
      write_program(name, "for word in \"$@\"; do [[ $word != --* ]] || grep -q -e \"$word\\b\" '" +
                              (source / text).string() + "'; done");
    }
  }

  Workspace workspace_;
  std::set<std::string> made_;
};

class DocumentedCommands : public ::testing::Test {
 protected:
  void expect_all_work(const std::vector<DocumentedCommand>& commands) {
    for (const auto& [place, text] : commands) {
      if (no_commands.contains(text)) continue;
      for (const auto& command : made_concrete(text)) {
        SCOPED_TRACE(place + ": " + text);
        expect_works(command);
      }
    }
  }

  Scratch scratch;

 private:
  std::set<std::string> done_;  ///< scripts; what several texts say is run once

  void expect_works(const std::string& command) {
    static const std::regex unknown(R"((^|[ =/])[A-Z]{2,}($|[ ./]))");
    ASSERT_FALSE(
        std::regex_search(std::regex_replace(command, std::regex("^([A-Z_]+=[^ ]+ )+"), ""), unknown))
        << "a placeholder that this test does not know";
    const auto script = script_of(command);
    ASSERT_FALSE(script.empty()) << "this test has no rule for it";
    if (!done_.insert(script).second) return;
    scratch.provide(command);
    const auto ending = scratch.run(script);
    EXPECT_EQ(ending.code, 0) << script << "\n" << ending.out << ending.err;
  }

  /// What shows that the command works; empty if there is no rule for it.
  [[nodiscard]] std::string script_of(const std::string& command) const {
    std::smatch parts;
    if (command == "windhover" || command.starts_with("windhover ")) return short_script_of(command);
    if (command.starts_with("./dev")) return command;
    if (command.starts_with("chromium ") || command.starts_with("mpirun ") || command == "bash quick.sh")
      return command;
    static const std::regex test_program(
        R"((?:[A-Z_]+=\S+ )*(?:build/release/bin/)?(windhover_\w+_test)(.*))");
    if (std::regex_match(command, parts, test_program)) return listing_of(parts[1], parts[2]);
    static const std::regex built(R"(ninja -C build/release (.*))");
    if (std::regex_match(command, parts, built)) return query_of(parts[1]);
    static const std::regex script(R"(\S+)");
    if (std::regex_match(command, script) && fs::exists(source / command))
      return "true";  // it is named, not run
    return {};
  }

  /// The command with a small budget.
  static std::string short_script_of(std::string command) {
    static const std::regex mention(
        "windhover (study|train|eval|act|report|power|compare|audit|verify|inspect|bench|slurm|merge|prune)");
    if (std::regex_match(command, mention)) return command + " --help";
    static const std::regex study("windhover study (\\S+).*");
    std::smatch parts;
    if (std::regex_match(command, parts, study)) {
      const auto own = study_budgets.find(parts[1]);
      return command + (own == study_budgets.end() ? few : own->second);
    }
    for (const auto& budget : budgets) {
      if (std::regex_match(command, budget.command))
        command = with_option(command, budget.option, budget.value);
    }
    return command;
  }

  /// A test program is there, and its filter finds tests.
  static std::string listing_of(const std::string& program, const std::string& arguments) {
    return "tests=$('" + (programs / program).string() + "' --gtest_list_tests" + arguments +
           "); [[ \"$tests\" == *$'\\n  '* ]]";
  }

  /// Targets are there.
  static std::string query_of(const std::string& targets) {
    const auto build = programs.parent_path();
    if (!fs::exists(build / "build.ninja")) return "true";
    return "ninja -C '" + build.string() + "' -t query " + targets;
  }
};

std::vector<DocumentedCommand> commands_of_file(const fs::path& name) {
  return commands_of_markdown(name.string(), content_of(source / name));
}

TEST_F(DocumentedCommands, OfTheReadmeWork) {
  const auto commands = commands_of_file("README.md");
  EXPECT_GE(commands.size(), 15U);
  expect_all_work(commands);
}

TEST_F(DocumentedCommands, OfTheDocumentsWork) {
  std::vector<fs::path> files = {"CONTRIBUTING.md", "bench/peers/README.md"};
  for (const auto& entry : fs::recursive_directory_iterator(source / "docs")) {
    if (entry.path().extension() == ".md") files.push_back(fs::relative(entry.path(), source));
  }
  std::ranges::sort(files);
  std::size_t count = 0;
  for (const auto& file : files) {
    const auto commands = commands_of_file(file);
    count += commands.size();
    expect_all_work(commands);
  }
  EXPECT_GE(count, 50U);
}

TEST_F(DocumentedCommands, OfTheHelpTextsWork) {
  std::vector<std::string> names = {"",        "study",        "train",  "eval",      "report",  "power",
                                    "compare", "audit",        "verify", "baselines", "inspect", "bench",
                                    "act",     "environments", "slurm",  "merge",     "prune"};
  for (const char* benchmark : {"machine", "kernels", "train", "eval", "env", "study", "growth"})
    names.push_back(std::string("bench ") + benchmark);
  for (const auto& name : names) {
    const auto help = scratch.run("windhover " + name + " --help");
    const auto commands = commands_of_help("windhover " + name + " --help", help.out);
    EXPECT_FALSE(commands.empty()) << name;
    expect_all_work(commands);
  }
}

/// The short study has a folder of its own, and --out is the user's.
TEST_F(DocumentedCommands, OfDevPutStudiesWhereTheyBelong) {
  const auto folder_of = [&](const std::string& options) {
    const auto ending = scratch.run("./dev study " + options);
    EXPECT_EQ(ending.code, 0) << options << ending.err;
    std::smatch report;
    return std::regex_search(ending.out, report, std::regex("report (.*)/report.html")) ? report[1].str()
                                                                                        : "";
  };
  EXPECT_EQ(folder_of("--quick"), "out/quick");
  EXPECT_FALSE(fs::exists(scratch.path("out/paper")));
  EXPECT_EQ(folder_of(""), "out/paper");
  EXPECT_EQ(folder_of("--quick --out out/other"), "out/other");
  EXPECT_EQ(folder_of("--out=out/another --quick"), "out/another");
  const auto refused = scratch.run("./dev test --all");
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, testing::HasSubstr("it takes no options"));
}

TEST(DocumentedCommandsOf, MarkdownAreFoundInBlocksAndSentences) {
  const auto commands =
      commands_of_markdown("x.md",
                           "Say `windhover study a.toml\n--quick` or `./dev test`, not `lr = 1`.\n"
                           "\n"
                           "    windhover report out   # all pages\n"
                           "    id = \"K1\"\n"
                           "    out/paper/report.html  the report\n"
                           "\n"
                           "```cpp\nwindhover study b.toml\n```\n"
                           "```sh\nSECONDS=1 build/release/bin/windhover_x_test | head\n```\n");
  std::vector<std::string> texts;
  for (const auto& command : commands) texts.push_back(command.text);
  EXPECT_THAT(texts,
              testing::ElementsAre("windhover study a.toml --quick", "./dev test", "windhover report out",
                                   "SECONDS=1 build/release/bin/windhover_x_test | head"));
  EXPECT_EQ(commands[2].place, "x.md, line 4");
}

}  // namespace
}  // namespace windhover::integration
