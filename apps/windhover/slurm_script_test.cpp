#include "apps/windhover/slurm_script.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/core/files.hpp"
#include "windhover/core/random.hpp"
#include "windhover/core/temporary_folder.hpp"

namespace windhover::app {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

SlurmJobs plain_jobs() {
  return {.study = "size",
          .made_by = "windhover slurm size.toml --out out",
          .program = "/opt/windhover",
          .study_words = {"/home/size.toml"},
          .out = "/home/out",
          .folder = "/home",
          .shards = 8,
          .nodes = {},
          .jobs = 4,
          .sbatch = {},
          .setup = {}};
}

/// What sbatch reads: the directives before the first line that is neither blank nor a comment (sbatch(1)).
std::vector<std::string> directives_of(const std::string& script) {
  std::istringstream lines(script);
  std::vector<std::string> directives;
  for (std::string line; std::getline(lines, line) && (line.empty() || line.front() == '#');) {
    if (line.starts_with("#SBATCH ")) directives.push_back(line.substr(8));
  }
  return directives;
}

TEST(SlurmScript, SaysToSbatchWhatWasAskedFor) {
  auto jobs = plain_jobs();
  EXPECT_THAT(directives_of(slurm_script(jobs)),
              ElementsAre("--job-name=size", "--array=1-8", "--nodes=1", "--ntasks=1", "--cpus-per-task=4",
                          "--signal=B:USR1@60", "--requeue", "--open-mode=append"));
  jobs.nodes = 3;
  jobs.study = "a b\n#SBATCH --hold";
  jobs.sbatch = {"--time=8:00:00", "--partition=long"};
  EXPECT_THAT(directives_of(slurm_script(jobs)),
              ElementsAre("--job-name=a-b--SBATCH---hold", "--array=1-8%3", "--nodes=1", "--ntasks=1",
                          "--cpus-per-task=4", "--signal=B:USR1@60", "--requeue", "--open-mode=append",
                          "--time=8:00:00", "--partition=long"));
}

/// Runs a script of bash, and programs that stand for windhover and sbatch: they keep the words that they
/// get.
class SlurmScriptRun : public ::testing::Test {
 protected:
  SlurmScriptRun() {
    write_program("windhover", R"(printf '%s\0' "$@" > "$KEPT/words")");
    write_program("sbatch", R"([[ ${!#} == --* ]] && cat > "$KEPT/merge.sh"; echo 12)");
  }

  void write_program(const std::string& name, const std::string& script) const {
    std::ofstream(path(name)) << "#!/bin/bash\n" << script << "\n";
    fs::permissions(path(name), fs::perms::owner_all);
  }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  /// Its words, of the shell that the script `text` is run by with these variables.
  [[nodiscard]] std::vector<std::string> words_of(const std::string& text,
                                                  const std::string& variables) const {
    std::ofstream(path("script.sh")) << text;
    fs::remove(path("words"));
    const auto kept = folder_.path().string();
    const auto command = "PATH='" + kept + "':\"$PATH\" KEPT='" + kept + "' " + variables + " bash '" +
                         path("script.sh") + "' > /dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0);
    std::vector<std::string> words;
    const auto content = read_file(path("words"));
    std::istringstream parts(content ? *content : "");
    for (std::string word; std::getline(parts, word, '\0');) words.push_back(word);
    return words;
  }

  TemporaryFolder folder_;
};

/// Texts of what a shell reads as its own, and of bytes that are no characters.
std::string hostile_text(Stream& random) {
  static const std::vector<std::string> pieces = {"'",
                                                  "\"",
                                                  "`",
                                                  "$",
                                                  "$(touch pwned)",
                                                  "${HOME}",
                                                  "\\",
                                                  "\n",
                                                  "END_OF_MERGE\n",
                                                  "\nEND_OF_MERGE\n",
                                                  "#SBATCH --hold",
                                                  "\t",
                                                  "\r",
                                                  " ",
                                                  "  ",
                                                  "*",
                                                  "?",
                                                  "[a]",
                                                  "{1..3}",
                                                  "~",
                                                  "!",
                                                  "!!",
                                                  "#",
                                                  "%A",
                                                  "%%",
                                                  ";",
                                                  "&&",
                                                  "|",
                                                  "<",
                                                  ">",
                                                  "(",
                                                  ")",
                                                  "=",
                                                  "--",
                                                  "-",
                                                  "a",
                                                  "Z",
                                                  "9",
                                                  ".",
                                                  "\x1b[2J",
                                                  "\x01",
                                                  "\x7f",
                                                  "\xff",
                                                  "\xc3\xa9",
                                                  "\xc2\x85",
                                                  "\xe2\x80\xae",
                                                  "$'\\n'",
                                                  "\\x41"};
  std::string text;
  const auto length = 1 + random.uniform_below(6);
  for (std::uint32_t i = 0; i < length; ++i)
    text += pieces[random.uniform_below(static_cast<std::uint32_t>(pieces.size()))];
  return text;
}

TEST_F(SlurmScriptRun, EveryWordArrivesAsItWas) {
  Stream random({.seed = 16, .purpose = Purpose::test});
  for (int round = 0; round < 30; ++round) {
    auto jobs = plain_jobs();
    jobs.study = hostile_text(random);
    jobs.program = path("windhover");
    jobs.study_words = {"/" + hostile_text(random), "--set", hostile_text(random)};
    jobs.folder = path("in " + hostile_text(random));
    jobs.out = path("out " + hostile_text(random));
    jobs.shards = 3;
    jobs.setup = {"true # END_OF_MERGE"};
    fs::create_directories(jobs.folder);
    const auto script = slurm_script(jobs);
    const std::string language = round % 2 == 0 ? "LC_ALL=C" : "LC_ALL=C.UTF-8";
    EXPECT_THAT(words_of(script, language + " SLURM_ARRAY_TASK_ID=2 SLURM_CPUS_PER_TASK=5"),
                ElementsAre("study", jobs.study_words[0], "--set", jobs.study_words[2], "--shard", "2/3",
                            "--out", jobs.out + "/shard-2", "--jobs", "5"));
    EXPECT_TRUE(words_of(script, language).empty()) << "submitted, not run";
    const auto merge = read_file(path("merge.sh"));
    ASSERT_TRUE(merge);
    EXPECT_THAT(words_of(*merge, language),
                ElementsAre("merge", jobs.out + "/shard-1", jobs.out + "/shard-2", jobs.out + "/shard-3",
                            "--out", jobs.out + "/merged"));
    EXPECT_FALSE(fs::exists("pwned") || fs::exists(jobs.folder + "/pwned"));
  }
}

TEST_F(SlurmScriptRun, LinesOfTheUsersComeBeforeWindhoverAndEndTheJobIfTheyFail) {
  auto jobs = plain_jobs();
  jobs.program = path("windhover");
  jobs.folder = folder_.path().string();
  jobs.setup = {"name=before", "touch \"$name\""};
  EXPECT_EQ(words_of(slurm_script(jobs), "SLURM_ARRAY_TASK_ID=1").size(), 8U);
  EXPECT_TRUE(fs::exists(path("before")));
  jobs.setup = {"false", "true"};
  std::ofstream(path("script.sh")) << slurm_script(jobs);
  fs::remove(path("words"));
  EXPECT_NE(std::system(("SLURM_ARRAY_TASK_ID=1 bash '" + path("script.sh") + "' > /dev/null").c_str()), 0);
  EXPECT_FALSE(fs::exists(path("words")));
}

template <class Check>
void expect_usage_error(const Check& check, const std::string& text, const std::string& option) {
  const auto checked = check(text);
  ASSERT_FALSE(checked) << text;
  EXPECT_EQ(checked.error().kind, ErrorKind::usage);
  EXPECT_THAT(checked.error().message, AllOf(HasSubstr(option), HasSubstr("'" + text + "'")));
}

/// The forms of the manual, sbatch(1); tests/cluster/ asks sbatch itself.
TEST(SlurmValues, ATimeHasAFormOfTheManual) {
  for (const char* time :
       {"1", "90", "90:30", "8:00:00", "1-12", "1-12:30", "1-12:30:10", "0:0:1", "525600", "365-0"})
    EXPECT_TRUE(check_slurm_time(time)) << time;
  for (const char* time : {"",          "0",
                           "0:0",       "abc",
                           "1h",        "1:2:3:4",
                           "1-2-3",     "1-2:3:4:5",
                           "1-",        "-1",
                           "-5",        ":",
                           "1:",        ":1",
                           "1.5",       "8:00:",
                           " 1",        "1 ",
                           "UNLIMITED", "525601",
                           "366-0",     "99999999999999999999"})
    expect_usage_error(check_slurm_time, time, "--time");
}

TEST(SlurmValues, MemoryIsAWholeNumberWithAUnit) {
  for (const char* memory : {"0", "1", "4000", "4000K", "4000M", "4G", "1T"})
    EXPECT_TRUE(check_slurm_memory(memory)) << memory;
  for (const char* memory : {"", "G", "4X", "4GB", "4g4", "-4", "1.5G", "4 G", "999999999999"})
    expect_usage_error(check_slurm_memory, memory, "--mem");
}

TEST(SlurmValues, NamesAndOptionsAreOfPlainLetters) {
  const auto name = [](const std::string& text) { return check_slurm_name("--partition", text); };
  for (const char* good : {"long", "long,short", "a_b-c.d@e+f"}) EXPECT_TRUE(name(good)) << good;
  for (const char* bad : {"", "a b", "a;b", "$x", "a\nb", "a#b", "\xc3\xa9"})
    expect_usage_error(name, bad, "--partition");

  for (const char* good :
       {"--exclusive", "--constraint=a&b|c", "--gres=gpu:1", "--exclude=node[1-3,5]", "--signal=B:USR1@300"})
    EXPECT_TRUE(check_slurm_option(good)) << good;
  for (const char* bad : {"", "-p", "exclusive", "--", "--=x", "--comment=a b", "--comment='a'", "--a=#",
                          "--a\n", "--comment=\\"})
    expect_usage_error(check_slurm_option, bad, "--sbatch");
  for (const char* own : {"--array=1-2", "--arr=1", "--wrap=ls", "--dependency=singleton", "--output=x",
                          "--nodes=2", "--help"}) {
    const auto checked = check_slurm_option(own);
    ASSERT_FALSE(checked) << own;
    EXPECT_THAT(checked.error().message, HasSubstr("is for the script to set"));
  }
  EXPECT_TRUE(check_slurm_setup("module load gcc/12 && export A='b c'"));
  expect_usage_error(check_slurm_setup, "a\nb", "--setup");
}

}  // namespace
}  // namespace windhover::app
