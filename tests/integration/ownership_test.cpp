#include <filesystem>
#include <map>

#include "tests/integration/program.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "windhover/core/digest.hpp"

namespace windhover::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Every file below a folder with the sum of its content, links by what they lead to; a file alone likewise.
std::map<std::string, std::string> content_below(const fs::path& folder) {
  if (!fs::is_directory(folder)) return {{"", sha256_of(content_of(folder.string()))}};
  std::map<std::string, std::string> content;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const auto name = entry.path().lexically_relative(folder).string();
    if (entry.is_symlink()) {
      content[name] = "-> " + fs::read_symlink(entry.path()).string();
    } else if (entry.is_regular_file()) {
      content[name] = sha256_of(content_of(entry.path().string()));
    }
  }
  return content;
}

class Ownership : public ::testing::Test {
 protected:
  [[nodiscard]] Ending study(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"study", file_,          "--out", out_.string(),
                                          "--set", "arms=['a3c']", "--set", "training.episodes=2"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }

  void put(const std::string& name, const std::string& text) const {
    fs::create_directories((out_ / name).parent_path());
    std::ofstream(out_ / name, std::ios::binary) << text;
  }

  Workspace workspace_;
  std::string file_ = workspace_.write("tiny.toml", tiny_maze_study);
  fs::path out_ = workspace_.path("out");
};

/// What somebody may have in a folder, by names that a study also writes.
const std::map<std::string, std::string> theirs = {{"study.toml", "name = 'mine'\n"},
                                                   {"runs/exp1/log.csv", "1,2\n"},
                                                   {"tables/thesis.csv", "3,4\n"},
                                                   {"manifest.json", "{}"},
                                                   {"report.md", "# Mine\n"}};

TEST_F(Ownership, AFolderOfSomebodyElsesFilesIsRefusedByEveryCommandThatWrites) {
  for (const auto& [name, text] : theirs) put(name, text);
  const auto before = content_below(out_);
  const std::vector<std::vector<std::string>> commands = {{"study", file_, "--out", out_.string()},
                                                          {"study", file_, "--out", out_.string(), "--fresh"},
                                                          {"train", "--out", out_.string()},
                                                          {"train", "--out", out_.string(), "--fresh"},
                                                          {"report", out_.string()}};
  for (const auto& command : commands) {
    const auto refused = run(command);
    EXPECT_EQ(refused.code, command.front() == "report" ? 1 : 2) << command.front();
    EXPECT_THAT(refused.err, HasSubstr(out_.string())) << command.front();
    EXPECT_EQ(content_below(out_), before) << command.front();
  }
  EXPECT_THAT(study().err, AllOf(HasSubstr("'manifest.json'"), HasSubstr("Nothing was changed")));
}

TEST_F(Ownership, FreshInAStudysFolderRemovesOnlyWhatIsTheStudys) {
  const auto first = study();
  ASSERT_EQ(first.code, 0) << first.err;
  const std::vector<std::string> foreign = {"notes.txt", "runs/exp1/log.csv", "tables/thesis.csv",
                                            "environments/mine.md", "tables/table-of-mine.csv"};
  for (const auto& name : foreign) put(name, "mine");
  const auto again = study({"--fresh"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(digest_in(again.out), digest_in(first.out));
  for (const auto& name : foreign) {
    EXPECT_EQ(content_of((out_ / name).string()), "mine") << name;
    EXPECT_THAT(again.err, HasSubstr(name + ": not ours")) << name;
  }
  const auto verified = run({"verify", out_.string(), "--json"});
  EXPECT_EQ(verified.code, 1);
  const auto found = nlohmann::json::parse(verified.out);
  EXPECT_EQ(found["faults"].size(), foreign.size());
  for (const auto& fault : found["faults"]) EXPECT_TRUE(fault["foreign"].get<bool>()) << fault;
  const auto text = run({"verify", out_.string()}).out;
  EXPECT_THAT(text, AllOf(HasSubstr("FOREIGN  notes.txt"), Not(HasSubstr("FAULT"))));
}

/// A list of sums is a mark of ours only if it can be that of a study.
TEST_F(Ownership, AListOfSumsOfSomebodyElsesFilesMakesThemNotOurs) {
  const std::string sum_all = "sha256sum * > SHA256SUMS";
  put("cells.json", "my data\n");
  put("study.toml", "x = 1\n");
  for (const bool with_another : {false, true}) {
    if (with_another) put("thesis.csv", "1,2\n");
    ASSERT_EQ(run_script(out_.string(), sum_all).code, 0);
    const auto before = content_below(out_);
    EXPECT_EQ(study({"--fresh"}).code, 2);
    EXPECT_EQ(study().code, 2);
    EXPECT_EQ(content_below(out_), before);
  }
}

TEST_F(Ownership, FreshKeepsAFileThatSomebodyElseAddedToTheList) {
  ASSERT_EQ(study().code, 0);
  put("thesis.csv", "1,2\n");
  ASSERT_EQ(run_script(out_.string(), "sha256sum thesis.csv >> SHA256SUMS").code, 0);
  const auto again = study({"--fresh"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(content_of((out_ / "thesis.csv").string()), "1,2\n");
}

TEST_F(Ownership, TrainStartsNoStudyOver) {
  ASSERT_EQ(study().code, 0);
  const auto before = content_below(out_);
  const auto refused = run({"train", "--environment", "t-maze", "--out", out_.string(), "--fresh"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("the study 'tiny' with 8 runs"), HasSubstr("Nothing was changed")));
  EXPECT_EQ(content_below(out_), before);
}

TEST_F(Ownership, InAStudysFolderNoFileOfSomebodyElseIsWrittenOver) {
  ASSERT_EQ(study().code, 0);
  for (const std::string name :
       {"report.md", "report.html", "results.json", "tables/table-configuration-greedy.csv"}) {
    ASSERT_EQ(study({"--fresh"}).code, 0);
    // Theirs in the place of ours: unlisted, as if the report had never been written.
    std::string sums;
    std::istringstream lines(content_of((out_ / "SHA256SUMS").string()));
    for (std::string line; std::getline(lines, line);) {
      if (!line.ends_with("  " + name)) sums += line + "\n";
    }
    put("SHA256SUMS", sums);
    put(name, "mine");
    for (const auto& refused : {study(), study({"--fresh"}), run({"report", out_.string()})}) {
      EXPECT_THAT(refused.err, HasSubstr((out_ / name).string())) << name;
      EXPECT_EQ(refused.code, 2) << name;
      EXPECT_EQ(content_of((out_ / name).string()), "mine") << name;
    }
    fs::remove(out_ / name);
    EXPECT_EQ(study().code, 0) << name;
  }
}

TEST_F(Ownership, ADamagedListOfSumsIsMendedWithoutLosingSightOfWhatIsOurs) {
  const auto first = study();
  ASSERT_EQ(first.code, 0);
  const auto sums = content_of((out_ / "SHA256SUMS").string());
  for (std::size_t bit = 5; bit < 8 * sums.size(); bit += sums.size()) {
    auto damaged = sums;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    put("SHA256SUMS", damaged);
    const auto mended = study();
    ASSERT_EQ(mended.code, 0) << "bit " << bit << ": " << mended.err;
    EXPECT_EQ(digest_in(mended.out), digest_in(first.out));
    EXPECT_EQ(run({"verify", out_.string()}).code, 0) << "bit " << bit;
  }
}

TEST_F(Ownership, AStudyFileThatLiesWhereTheStudyWritesIsRefused) {
  put("study.toml", tiny_maze_study);
  const auto before = content_below(out_);
  fs::create_symlink(out_ / "study.toml", workspace_.path("link.toml"));
  fs::create_hard_link(out_ / "study.toml", workspace_.path("hard.toml"));
  for (const std::string& given : {(out_ / "study.toml").string(), (out_ / "../out/study.toml").string(),
                                   workspace_.path("link.toml"), workspace_.path("hard.toml")}) {
    for (const bool fresh : {false, true}) {
      std::vector<std::string> command = {"study", given, "--out", out_.string()};
      if (fresh) command.emplace_back("--fresh");
      const auto refused = run(command);
      EXPECT_EQ(refused.code, 2) << given;
      EXPECT_THAT(refused.err, AllOf(HasSubstr(given), HasSubstr("copy it"))) << given;
      EXPECT_EQ(content_below(out_), before) << given;
    }
  }
  EXPECT_EQ(run({"study", (out_ / "study.toml").string(), "--out", out_.string(), "--dry-run"}).code, 0)
      << "nothing is written";
}

TEST_F(Ownership, ANamedFileIsReplacedOnlyByTheCommandThatWroteIt) {
  ASSERT_EQ(study().code, 0);
  const auto compare = [&](const fs::path& page) {
    return run({"compare", out_.string(), out_.string(), "--out", page.string()});
  };
  const auto page = workspace_.path("page.html");
  ASSERT_EQ(compare(page).code, 0);
  EXPECT_EQ(compare(page).code, 0) << "its own page";
  const auto thesis = workspace_.write("thesis.html", "<html>mine</html>");
  const auto report = content_of((out_ / "report.html").string());
  const auto half = workspace_.write("half.html.tmp", "mine");
  for (const fs::path& other : {fs::path(thesis), out_ / "report.html", out_ / "study.toml",
                                out_ / "runs/new.html", fs::path(workspace_.path("half.html"))}) {
    const auto refused = compare(other);
    EXPECT_EQ(refused.code, 2) << other;
    EXPECT_THAT(refused.err, HasSubstr(other.string()));
  }
  EXPECT_FALSE(fs::exists(out_ / "runs/new.html"));
  EXPECT_EQ(content_of(half), "mine");
  EXPECT_EQ(content_of(thesis), "<html>mine</html>");
  EXPECT_EQ(content_of((out_ / "report.html").string()), report);
  const auto drawn = run({"bench", "growth", "--dimension", "rollout", "--repeats", "1", "--seconds", "0.001",
                          "--drawing", thesis});
  EXPECT_EQ(drawn.code, 2) << "before anything is measured";
  EXPECT_EQ(content_of(thesis), "<html>mine</html>");
}

TEST_F(Ownership, AnOutputFolderInsideOfAnothersIsRefused) {
  ASSERT_EQ(study().code, 0);
  const auto before = content_below(out_);
  for (const char* inner : {"inner", "runs/inner", "runs/gru+ln/a3c/seed-1"}) {
    const auto refused = run({"study", file_, "--out", (out_ / inner).string()});
    EXPECT_EQ(refused.code, 2) << inner;
    EXPECT_THAT(refused.err, AllOf(HasSubstr(inner), HasSubstr("outside of it")));
    EXPECT_EQ(content_below(out_), before) << inner;
  }
  EXPECT_EQ(study({"--out", (out_ / "").string()}).code, 2) << "given twice";
  EXPECT_EQ(run({"study", file_, "--out", (out_ / "").string(), "--set", "arms=['a3c']", "--set",
                 "training.episodes=2"})
                .code,
            0)
      << "with a slash at its end it is the folder itself";
}

TEST_F(Ownership, AChangedPageIsNamedBeforeItIsMadeAgain) {
  ASSERT_EQ(study().code, 0);
  for (const char* page : {"report.md", "tables/table-study.csv", "results.json"}) {
    ASSERT_TRUE(fs::exists(out_ / page)) << page;
    put(page, "changed by hand");
    EXPECT_THAT(run({"report", out_.string()}).err, HasSubstr(std::string(page) + ": was changed"));
    EXPECT_EQ(run({"report", out_.string()}).err, "") << "nothing is left to say";
    put(page, "changed by hand");
    EXPECT_THAT(study({"--fresh"}).err, HasSubstr(std::string(page) + ": was changed"));
  }
}

/// Where in a study's folder a link may stand.
const std::vector<std::string> levels = {"runs",
                                         "runs/gru+ln",
                                         "runs/gru+ln/a3c",
                                         "runs/gru+ln/a3c/seed-1",
                                         "runs/gru+ln/a3c/seed-1/done.json",
                                         "runs/gru+ln/a3c/seed-1/SHA256SUMS",
                                         "runs/gru+ln/a3c/seed-1/model.safetensors",
                                         "tables",
                                         "study.toml",
                                         "cells.json",
                                         "manifest.json",
                                         "audit.json",
                                         "baselines.json",
                                         "results.json",
                                         "report.html",
                                         "report.md",
                                         "SHA256SUMS"};

TEST_F(Ownership, NoLinkBelowAnOutputFolderIsFollowed) {
  ASSERT_EQ(study().code, 0);
  const fs::path elsewhere = workspace_.path("elsewhere");
  for (const auto& level : levels) {
    const fs::path place = out_ / level;
    fs::rename(place, elsewhere);
    fs::create_symlink(elsewhere, out_ / level);
    const auto inside = content_below(out_);
    const auto outside = content_below(elsewhere);
    const std::vector<std::pair<std::string, Ending>> endings = {{"study", study()},
                                                                 {"fresh", study({"--fresh"})},
                                                                 {"report", run({"report", out_.string()})},
                                                                 {"verify", run({"verify", out_.string()})}};
    for (const auto& [command, ending] : endings) {
      if (command == "report" && level.ends_with(".safetensors")) {
        // A model says nothing but the digest, without which the report is made; it tells why.
        EXPECT_THAT(content_of((out_ / "results.json").string()), HasSubstr("symbolic link"));
        continue;
      }
      EXPECT_NE(ending.code, 0) << command << " with " << level;
      EXPECT_THAT(ending.out + ending.err,
                  AllOf(HasSubstr(command == "verify" ? level : place.parent_path().string()),
                        HasSubstr(place.filename().string()), HasSubstr("symbolic link")))
          << command << " with " << level;
    }
    if (!level.ends_with(".safetensors")) {
      ASSERT_EQ(content_below(out_), inside) << level;
    }
    ASSERT_EQ(content_below(elsewhere), outside) << level;
    fs::remove(out_ / level);
    fs::rename(elsewhere, out_ / level);
  }
  EXPECT_EQ(run({"verify", out_.string()}).code, 0);
  EXPECT_EQ(study({"--fresh"}).code, 0);
}

TEST_F(Ownership, ALinkToStatesIsNotFollowed) {
  ASSERT_EQ(study().code, 0);
  const fs::path elsewhere = workspace_.path("elsewhere");
  fs::create_directories(elsewhere);
  for (const std::string level : {".partial", "environments"}) {
    fs::create_directory_symlink(elsewhere, out_ / level);
    for (const auto& refused : {study(), study({"--fresh"})}) {
      EXPECT_EQ(refused.code, 2) << level;
      EXPECT_THAT(refused.err, HasSubstr(level + "' is a symbolic link"));
    }
    fs::remove(out_ / level);
  }
  EXPECT_TRUE(fs::is_empty(elsewhere));
}

TEST_F(Ownership, TheOutputFolderItselfMayBeReachedThroughALink) {
  fs::create_directories(workspace_.path("real"));
  fs::create_directory_symlink(workspace_.path("real"), out_);
  ASSERT_EQ(study().code, 0);
  EXPECT_EQ(study({"--fresh"}).code, 0);
  EXPECT_EQ(run({"report", out_.string()}).code, 0);
  EXPECT_EQ(run({"verify", workspace_.path("real")}).code, 0);
  EXPECT_TRUE(fs::is_symlink(out_));
}

}  // namespace
}  // namespace windhover::integration
