#include "windhover/study/folder_lock.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "windhover/study/testing.hpp"

namespace windhover::study {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(FolderLock, TheSecondIsRefusedAndToldOfTheFirst) {
  const TemporaryFolder folder;
  const auto first = FolderLock::take(folder.path());
  ASSERT_TRUE(first.has_value()) << first.error().message;
  const auto second = FolderLock::take(folder.path());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::failure);
  EXPECT_THAT(second.error().message,
              AllOf(HasSubstr("is in use by process " + std::to_string(::getpid())), HasSubstr("since 2")));
}

TEST(FolderLock, LeavesNothingBehind) {
  const TemporaryFolder folder;
  { ASSERT_TRUE(FolderLock::take(folder.path()).has_value()); }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  EXPECT_TRUE(FolderLock::take(folder.path()).has_value());
}

TEST(FolderLock, OfADeadProcessIsRecovered) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / ".lock") << "process 1 on nowhere since long ago\n";
  const auto lock = FolderLock::take(folder.path());
  ASSERT_TRUE(lock.has_value()) << lock.error().message;
  EXPECT_EQ(lock->dead_holder(), "process 1 on nowhere since long ago");
}

TEST(FolderLock, AFolderThatCannotBeMadeOrWrittenIsNamed) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "file") << "in the way";
  EXPECT_THAT(FolderLock::take(folder.path() / "file" / "out").error().message, HasSubstr("file/out"));
  EXPECT_THAT(FolderLock::take("/proc/windhover").error().message, HasSubstr("/proc/windhover"));
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  std::filesystem::permissions(folder.path(),
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  EXPECT_THAT(FolderLock::take(folder.path()).error().message, HasSubstr("Permission denied"));
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
}

}  // namespace
}  // namespace windhover::study
