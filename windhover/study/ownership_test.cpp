#include "windhover/study/ownership.hpp"

#include <filesystem>
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "windhover/core/files.hpp"
#include "windhover/study/engine.hpp"
#include "windhover/study/testing.hpp"

namespace windhover::study {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::plan_of;
using testing::RecordingObserver;
using testing::tiny_maze_study;

using Content = std::map<std::string, std::string>;

void put(const fs::path& folder, const Content& content) {
  for (const auto& [name, text] : content) {
    if (name.ends_with('/')) {
      fs::create_directories(folder / name);
    } else {
      fs::create_directories((folder / name).parent_path());
      std::ofstream(folder / name, std::ios::binary) << text;
    }
  }
}

/// Files with their text, and folders.
Content content_of(const fs::path& folder) {
  Content content;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const auto name = fs::relative(entry.path(), folder).string();
    if (entry.is_directory()) {
      content[name + "/"] = "";
    } else {
      content[name] = read_file(entry.path()).value_or("unreadable");
    }
  }
  return content;
}

std::vector<std::string> names_in(const Content& content) {
  std::vector<std::string> names;
  for (const auto& [name, text] : content) names.push_back(name);
  return names;
}

class Ownership : public ::testing::Test {
 protected:
  Ownership()
      : plan_(*plan_of(tiny_maze_study, {"arms=['a3c']", "training.episodes=1", "learner.hidden=2"})) {}

  Result<StudyOutcome> start(const fs::path& out, bool fresh = false, bool with_report = false) {
    StudyOptions options{.out = out, .fresh = fresh};
    if (with_report) options.when_complete = [](const Watch& /*watch*/) { return Result<void>(); };
    return run_study(plan_, options, observer_, {});
  }

  TemporaryFolder temporary_;
  fs::path out_ = temporary_.path() / "out";
  Plan plan_;
  RecordingObserver observer_;
};

TEST_F(Ownership, AFolderThatHoldsSomebodyElsesFilesIsRefusedAndStaysAsItIs) {
  const std::vector<std::pair<Content, std::string>> folders = {
      {{{"study.toml", "name = 'mine'\n"}}, "study.toml"},
      {{{"report.md", "my report"}}, "report.md"},
      {{{"manifest.json", R"({"files": []})"}}, "manifest.json"},
      {{{"cells.json", R"({"cells": []})"}}, "cells.json"},
      {{{"SHA256SUMS", std::string(64, '0') + "  report.md\n"}, {"report.md", "mine"}}, "SHA256SUMS"},
      {{{"SHA256SUMS", "my sums\n"}}, "SHA256SUMS"},
      {{{"runs/exp1/log.csv", "1,2"}}, "runs/exp1/log.csv"},
      {{{"runs/gru+ln/a3c/seed-1/config.json", "{}"}}, "runs/gru+ln/a3c/seed-1/config.json"},
      {{{"tables/thesis.csv", "1,2"}}, "tables"},
      {{{".partial/gru+ln/a3c/seed-1.state", "mine"}}, ".partial/gru+ln/a3c/seed-1.state"},
      {{{"study.toml.tmp", "my draft"}}, "study.toml.tmp"},
      {{{"notes/", ""}}, "notes"},
      {{{".lock", "mine"}}, ".lock"},
      {{{".gitignore", "*"}, {"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}}, "and 2 more"},
  };
  for (const auto& [content, named] : folders) {
    for (const bool fresh : {false, true}) {
      fs::remove_all(out_);
      put(out_, content);
      const auto before = content_of(out_);
      const auto refused = start(out_, fresh);
      ASSERT_FALSE(refused.has_value()) << named;
      EXPECT_EQ(refused.error().kind, ErrorKind::usage) << named;
      EXPECT_THAT(refused.error().message,
                  AllOf(HasSubstr(named), HasSubstr(out_.string()), HasSubstr("--out")));
      EXPECT_EQ(content_of(out_), before) << named << (fresh ? ", fresh" : "");
    }
  }
}

TEST_F(Ownership, ANewOrEmptyFolderIsTaken) {
  EXPECT_TRUE(start(out_).has_value());
  fs::remove_all(out_);
  fs::create_directories(out_);
  EXPECT_TRUE(start(out_, true).has_value());
}

/// A first start that is killed, or whose folder is removed meanwhile, leaves one of these.
TEST_F(Ownership, WhatAKilledFirstStartLeftIsGoneOnWith) {
  ASSERT_TRUE(start(out_).has_value());
  const auto whole = content_of(out_);
  const auto declaration = record::study_files(plan_.study).value();
  const auto& cells = whole.at("cells.json");
  const auto& study = whole.at("study.toml");
  record::Checksums first_sums;
  for (const auto& file : declaration) {
    const auto sums = record::read_checksums(out_).value();
    first_sums[file.name] = sums->at(file.name);
  }
  const auto sums = record::checksums_text(first_sums);
  const std::string lock = "process 1 on nowhere since long ago\n";
  const std::vector<Content> leftovers = {
      {{".lock", ""}},
      {{".lock", lock}, {"cells.json.tmp", ""}},
      {{".lock", lock}, {"cells.json.tmp", cells.substr(0, 20)}},
      {{".lock", lock}, {"cells.json.tmp", cells}, {"study.toml.tmp", study.substr(0, 30)}},
      {{".lock", lock},
       {"cells.json.tmp", cells},
       {"study.toml.tmp", study},
       {"SHA256SUMS.tmp", sums.substr(0, 9)}},
      {{".lock", lock}, {"cells.json.tmp", cells}, {"study.toml.tmp", study}, {"SHA256SUMS", sums}},
      {{".lock", lock}, {"cells.json", cells}, {"study.toml.tmp", study}, {"SHA256SUMS", sums}},
      {{".lock", lock}, {"cells.json", cells}, {"study.toml", study}, {"SHA256SUMS", sums}},
      {{".lock", lock},
       {"cells.json", cells},
       {"study.toml", study},
       {"SHA256SUMS", sums},
       {"audit.json.tmp", "{"}},
      {{"study.toml", study}},
      {{"cells.json", cells}},
      {{"manifest.json", whole.at("manifest.json")}},
      {{"runs/gru+ln/", ""}, {".partial/gru+ln/a3c/", ""}},
      {{"runs/gru+ln/a3c/.seed-1.tmp/config.json.tmp", "{"}},
      {{".partial/gru+ln/a3c/seed-1.state.tmp", "0123"}},
  };
  for (const auto& content : leftovers) {
    for (const bool fresh : {false, true}) {
      fs::remove_all(out_);
      put(out_, content);
      const auto outcome = start(out_, fresh);
      ASSERT_TRUE(outcome.has_value()) << content.rbegin()->first << ": " << outcome.error().message;
      EXPECT_EQ(names_in(content_of(out_)), names_in(whole)) << content.rbegin()->first;
    }
  }
}

TEST_F(Ownership, InOurFolderSomebodyElsesFileIsNotWrittenOver) {
  for (const char* name : {"report.md", "report.html", "results.json"}) {
    fs::remove_all(out_);
    ASSERT_TRUE(start(out_).has_value());
    put(out_, {{name, "mine"}, {"tables/thesis.csv", "mine"}});
    const auto before = content_of(out_);
    for (const bool fresh : {false, true}) {
      const auto refused = start(out_, fresh, true);
      ASSERT_FALSE(refused.has_value()) << name;
      EXPECT_EQ(refused.error().kind, ErrorKind::usage);
      EXPECT_THAT(refused.error().message, AllOf(HasSubstr(name), HasSubstr("in the way")));
      EXPECT_EQ(content_of(out_), before);
    }
    EXPECT_TRUE(start(out_).has_value()) << "a start that writes no report is not in its way";
  }
}

/// Whatever it is: the way on is told, and nothing is changed.
TEST_F(Ownership, WhatIsNoFileInThePlaceOfAFileIsRefused) {
  ASSERT_TRUE(start(out_).has_value());
  for (const char* name : {"study.toml", "cells.json", "manifest.json", "audit.json", "baselines.json",
                           "results.json", "report.html", "report.md", "SHA256SUMS"}) {
    const auto kept = temporary_.path() / "kept";
    if (fs::exists(out_ / name)) fs::rename(out_ / name, kept);
    for (const bool is_folder : {true, false}) {
      if (is_folder) {
        put(out_, {{name + std::string("/thesis.txt"), "mine"}});
      } else {
        ASSERT_EQ(::mkfifo((out_ / name).c_str(), 0600), 0);
      }
      const auto before = content_of(out_);
      for (const bool fresh : {false, true}) {
        const auto refused = start(out_, fresh, true);
        ASSERT_FALSE(refused.has_value()) << name;
        EXPECT_EQ(refused.error().kind, ErrorKind::usage) << name << ": " << refused.error().message;
        EXPECT_THAT(refused.error().message, AllOf(HasSubstr(name), HasSubstr("move it away")));
        EXPECT_EQ(content_of(out_), before) << name;
      }
      fs::remove_all(out_ / name);
    }
    if (fs::exists(kept)) fs::rename(kept, out_ / name);
  }
  EXPECT_TRUE(start(out_).has_value()) << "as before";
}

TEST_F(Ownership, StartingOverNamesWhatWasChanged) {
  ASSERT_TRUE(start(out_).has_value());
  const std::string rows = "runs/gru+ln/a3c/seed-1/training.csv";
  put(out_, {{"audit.json", "changed"}, {rows, "changed"}});
  ASSERT_TRUE(start(out_, true).has_value());
  for (const auto& name : {std::string("audit.json"), rows})
    EXPECT_THAT(observer_.notes, HasSubstr((out_ / name).string() + ": was changed"));
  EXPECT_THAT(observer_.notes, ::testing::Not(HasSubstr("manifest.json")));
}

TEST_F(Ownership, NothingIsWrittenInsideOfAStudysFolder) {
  ASSERT_TRUE(start(out_).has_value());
  for (const char* inside : {"page.html", "runs/page.html", "a/b/c/page.html", "tables/../x"})
    EXPECT_EQ(require_outside_of_studies(out_ / inside).error().kind, ErrorKind::usage) << inside;
  fs::create_directory_symlink(out_ / "runs", temporary_.path() / "way");
  EXPECT_FALSE(require_outside_of_studies(temporary_.path() / "way/page.html").has_value());
  for (const auto& outside :
       {out_, out_ / "", out_ / "..", temporary_.path() / "page.html", fs::path("page.html")})
    EXPECT_TRUE(require_outside_of_studies(outside).has_value()) << outside;
}

TEST_F(Ownership, AStudyFileWhereTheStudyWritesItsOwnIsRefused) {
  ASSERT_TRUE(start(out_).has_value());
  put(temporary_.path(), {{"mine.toml", "name = 'x'"}});
  const auto refused = [&](const fs::path& file) {
    const auto checked = require_study_file_elsewhere(file, out_);
    EXPECT_TRUE(checked.has_value() || checked.error().kind == ErrorKind::usage);
    return !checked.has_value();
  };
  EXPECT_FALSE(refused(temporary_.path() / "mine.toml"));
  EXPECT_FALSE(refused(out_ / "mine.toml")) << "no name of ours";
  EXPECT_TRUE(refused(out_ / "study.toml"));
  EXPECT_TRUE(refused(out_ / "report.md")) << "even before it is there";
  EXPECT_TRUE(refused(out_ / "runs/mine.toml"));
  EXPECT_TRUE(refused(out_ / "tables/../study.toml"));
  EXPECT_TRUE(refused(fs::relative(out_ / "study.toml")));
  fs::create_symlink(out_ / "study.toml", temporary_.path() / "link.toml");
  EXPECT_TRUE(refused(temporary_.path() / "link.toml"));
  fs::create_hard_link(out_ / "study.toml", temporary_.path() / "hard.toml");
  EXPECT_TRUE(refused(temporary_.path() / "hard.toml"));
  fs::create_directory_symlink(out_, temporary_.path() / "other-name");
  EXPECT_TRUE(refused(temporary_.path() / "other-name/study.toml"));
  EXPECT_FALSE(
      require_study_file_elsewhere(out_ / "study.toml", temporary_.path() / "other-name").has_value());
  fs::create_symlink(temporary_.path() / "mine.toml", out_ / "audit.json.tmp");
  EXPECT_TRUE(refused(out_ / "audit.json.tmp"));
}

TEST_F(Ownership, AReportNeedsAStudysFolder) {
  ASSERT_TRUE(start(out_).has_value());
  EXPECT_TRUE(require_marker(out_).has_value());
  for (const char* name : {"cells.json", "SHA256SUMS"}) {
    const auto content = read_file(out_ / name).value();
    put(out_, {{name, "damaged" + content}});
    EXPECT_TRUE(require_marker(out_).has_value()) << name << " is damaged, the other says whose it is";
    put(out_, {{name, content}});
  }
  put(temporary_.path(), {{"theirs/study.toml", "name = 'x'"}, {"theirs/SHA256SUMS", ""}});
  EXPECT_EQ(require_marker(temporary_.path() / "theirs").error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace windhover::study
