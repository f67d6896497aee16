#include "windhover/record/checksums.hpp"

#include <filesystem>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/core/temporary_folder.hpp"

namespace windhover::record {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class ChecksumsTest : public testing::Test {
 protected:
  void put(const std::string& name, const std::string& content) const {
    ASSERT_TRUE(replace_file(folder / name, content, Flush::later));
  }

  /// The names of the faulty files.
  [[nodiscard]] std::vector<std::string> faulty() const {
    const auto sums = read_checksums(folder);
    if (!sums) return {checksums_name};
    const auto faults = check_files(folder, **sums).value();
    std::vector<std::string> names;
    names.reserve(faults.size());
    for (const auto& fault : faults) names.push_back(fault.file);
    return names;
  }

  TemporaryFolder temporary;
  fs::path folder = temporary.path();
};

TEST_F(ChecksumsTest, CoreutilsReadsThem) {
  ASSERT_TRUE(replace_files(folder, {{"b.json", "{}\n"}, {"tables/a b.csv", "1,2\n"}, {"empty", ""}}));
  const auto command =
      fmt::format("cd '{}' && sha256sum --check --strict --quiet SHA256SUMS", folder.string());
  EXPECT_EQ(std::system(command.c_str()), 0);
  EXPECT_TRUE(faulty().empty());
  put("b.json", "{} ");
  EXPECT_NE(std::system((command + " 2>/dev/null >/dev/null").c_str()), 0);
  EXPECT_THAT(faulty(), ElementsAre("b.json"));
}

TEST_F(ChecksumsTest, EveryFlippedBitOfAnyFileIsSeen) {
  ASSERT_TRUE(replace_files(folder, {{"a.json", "{\"x\": 1}\n"}, {"tables/t.csv", "1,2\n"}}));
  for (const char* name : {checksums_name, "a.json", "tables/t.csv"}) {
    const auto content = read_file(folder / name).value();
    for (std::size_t bit = 0; bit < 8 * content.size(); ++bit) {
      auto damaged = content;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
      put(name, damaged);
      EXPECT_FALSE(faulty().empty()) << name << " bit " << bit;
    }
    put(name, content);
    EXPECT_TRUE(faulty().empty());
  }
}

TEST_F(ChecksumsTest, MissingUnlistedAndDamagedFilesAreNamed) {
  ASSERT_TRUE(replace_files(folder, {{"gone", "1"}, {"kept", "2"}, {"spoiled", "3"}}));
  fs::remove(folder / "gone");
  put("spoiled", "4");
  put("strange", "5");
  const auto faults = check_files(folder, **read_checksums(folder)).value();
  ASSERT_EQ(faults.size(), 3U);
  EXPECT_THAT(faults[0].what, HasSubstr("missing"));
  EXPECT_THAT(faults[1].what, HasSubstr("damaged"));
  EXPECT_TRUE(faults[2].foreign);
  EXPECT_THAT(check_files(folder, **read_checksums(folder), {"strange"}).value(), testing::SizeIs(2));
  EXPECT_EQ(read_checked(folder, "kept").value(), "2");
  EXPECT_THAT(read_checked(folder, "spoiled").error().message, HasSubstr("damaged"));
  EXPECT_THAT(read_checked(folder, "strange").error().message, HasSubstr("not listed"));
  EXPECT_THAT(read_checked(folder, "gone").error().message, HasSubstr("No such file"));
}

/// A process that is killed between two steps of replace_files leaves one of these states.
TEST_F(ChecksumsTest, AKillBetweenTwoStepsLosesNothing) {
  ASSERT_TRUE(replace_files(folder, {{"a", "old a"}, {"b", "old b"}}));
  const auto old_sums = read_file(folder / checksums_name).value();
  ASSERT_TRUE(replace_files(folder, {{"a", "new a"}, {"b", "new b"}}));
  const auto new_sums = read_file(folder / checksums_name).value();

  put("a", "old a");
  put("b", "old b");
  put(checksums_name, old_sums);
  put("a.tmp", "new a");  // killed before the sums were replaced: the old files hold
  EXPECT_EQ(read_checked(folder, "a").value(), "old a");
  ASSERT_TRUE(finish_replacing(folder));
  EXPECT_EQ(read_file(folder / "a").value(), "old a");

  put("b.tmp", "new b");
  put(checksums_name, new_sums);  // killed after that: the new ones hold, wherever they are
  EXPECT_EQ(read_checked(folder, "a").value(), "new a");
  fs::rename(folder / "a.tmp", folder / "a");
  EXPECT_EQ(read_checked(folder, "a").value(), "new a");
  EXPECT_EQ(read_checked(folder, "b").value(), "new b");
  ASSERT_TRUE(finish_replacing(folder));
  EXPECT_EQ(read_file(folder / "b").value(), "new b");
  EXPECT_TRUE(faulty().empty());
}

TEST_F(ChecksumsTest, WhatWaitsToBePutInPlaceIsNotWrittenOver) {
  ASSERT_TRUE(replace_files(folder, {{"a", "old a"}, {"b", "old b"}}));
  const auto old_a = read_checksums(folder).value()->at("a");
  ASSERT_TRUE(replace_files(folder, {{"b", "new b"}}));
  put("b", "old b");
  put("b.tmp", "new b");  // listed, but renaming it into place failed
  ASSERT_TRUE(replace_files(folder, {{"a", "new a"}}));
  EXPECT_EQ(read_file(folder / "b").value(), "new b");
  EXPECT_NE(read_checksums(folder).value()->at("a"), old_a);
  EXPECT_TRUE(faulty().empty());
}

TEST_F(ChecksumsTest, WhatWasThereBeforeThemIsNotListed) {
  put("study.toml", "name = 'mine'\n");
  EXPECT_THAT(read_checked(folder, "study.toml").error().message, HasSubstr("there is no SHA256SUMS"));
  ASSERT_TRUE(replace_files(folder, {{"report.md", "# Report\n"}}));
  EXPECT_THAT(faulty(), ElementsAre("study.toml"));
  EXPECT_THAT(read_checked(folder, "study.toml").error().message, HasSubstr("not listed"));
  ASSERT_TRUE(replace_files(folder, {}, {"report.md"}));
  EXPECT_FALSE(fs::exists(folder / "report.md"));
  EXPECT_THAT(faulty(), ElementsAre("study.toml"));
}

TEST_F(ChecksumsTest, WhatHoldsAlreadyIsLeftAlone) {
  ASSERT_TRUE(replace_files(folder, {{"a", "1"}}));
  const auto time = fs::last_write_time(folder / "a");
  const auto time_of_sums = fs::last_write_time(folder / checksums_name);
  ASSERT_TRUE(replace_files(folder, {{"a", "1"}}));
  EXPECT_EQ(fs::last_write_time(folder / "a"), time);
  EXPECT_EQ(fs::last_write_time(folder / checksums_name), time_of_sums);
}

}  // namespace
}  // namespace windhover::record
