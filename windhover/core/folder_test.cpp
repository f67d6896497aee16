#include "windhover/core/folder.hpp"

#include <filesystem>
#include <fstream>
#include <functional>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "windhover/core/temporary_folder.hpp"

namespace windhover {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

void put(const fs::path& path, const std::string& content) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

class Folders : public testing::Test {
 protected:
  TemporaryFolder temporary_;
  fs::path inside_ = temporary_.path() / "inside";
  fs::path outside_ = temporary_.path() / "outside";
};

TEST_F(Folders, FilesAreWrittenReadListedAndRemoved) {
  const auto folder = Folder::make(inside_);
  ASSERT_TRUE(folder.has_value());
  EXPECT_FALSE(folder->has("a/b/file"));
  ASSERT_TRUE(folder->replace("a/b/file", "first").has_value());
  ASSERT_TRUE(folder->replace("a/b/file", "second").has_value());
  EXPECT_EQ(folder->read("a/b/file").value(), "second");
  EXPECT_EQ(folder->kind("a/b/file"), EntryKind::file);
  EXPECT_EQ(folder->kind("a/b"), EntryKind::folder);
  EXPECT_EQ(folder->below("a").read("b/file").value(), "second");
  EXPECT_EQ(folder->below("a").path_of("b/file"), inside_ / "a/b/file");
  ASSERT_TRUE(folder->make_folder("c/d").has_value());
  ASSERT_TRUE(folder->rename("a/b", "c/d/e").has_value());
  put(inside_ / ".hidden", "");
  EXPECT_THAT(files_below(*folder).value(), ElementsAre(".hidden", "c/d/e/file"));
  EXPECT_THAT(files_below(*folder, {"c"}).value(), ElementsAre(".hidden"));
  ASSERT_TRUE(folder->remove("c/d/e/file").has_value());
  EXPECT_TRUE(folder->remove("c/d/e/file").has_value()) << "what is missing is no error";
  remove_empty_folders(*folder, "c");
  EXPECT_FALSE(fs::exists(inside_ / "c"));
}

/// Everything that can be done with a name.
const std::vector<std::pair<const char*, std::function<Result<void>(const Folder&, const std::string&)>>>
    actions = {
        {"read", [](const Folder& folder,
                    const auto& name) { return folder.read(name).transform([](const auto&) {}); }},
        {"open",
         [](const Folder& folder, const auto& name) {
           return folder.open(name, O_RDWR | O_CREAT).transform([](const auto&) {});
         }},
        {"replace", [](const Folder& folder, const auto& name) { return folder.replace(name, "ours"); }},
        {"remove", [](const Folder& folder, const auto& name) { return folder.remove(name); }},
        {"list",
         [](const Folder& folder, const auto& name) {
           return folder.list(fs::path(name).parent_path()).transform([](const auto&) {});
         }},
        {"make a folder",
         [](const Folder& folder, const auto& name) { return folder.make_folder(name + "/inner"); }},
        {"rename from", [](const Folder& folder, const auto& name) { return folder.rename(name, "moved"); }},
        {"flush",
         [](const Folder& folder, const auto& name) { return folder.flush(fs::path(name).parent_path()); }},
};

TEST_F(Folders, NoActionFollowsALinkAtAnyLevel) {
  for (const std::string level : {"one", "one/two", "one/two/three"}) {
    for (const auto& [action, act] : actions) {
      fs::remove_all(inside_);
      fs::remove_all(outside_);
      put(inside_ / "one/two/three/file", "theirs");
      fs::rename(inside_ / level, outside_);
      fs::create_symlink(outside_, inside_ / level);
      const auto before = files_below(outside_).value();
      const auto done = act(inside_, "one/two/three/file");
      ASSERT_FALSE(done.has_value()) << action << " through " << level;
      EXPECT_THAT(done.error().message, HasSubstr("'" + (inside_ / level).string() + "' is a symbolic link"))
          << action;
      EXPECT_EQ(files_below(outside_).value(), before) << action << " through " << level;
      EXPECT_TRUE(fs::is_symlink(inside_ / level)) << action;
      EXPECT_EQ(Folder(inside_).kind("one/two/three/file"), EntryKind::link);
      EXPECT_THAT(files_below(inside_).value(), ElementsAre(level)) << action;
    }
  }
}

TEST_F(Folders, ALinkInThePlaceOfAFileIsNeitherFollowedNorReplaced) {
  for (const auto& [action, act] : actions) {
    const std::string name = action;
    if (name == "list" || name == "flush" || name == "rename from") continue;  // of what the link is in
    for (const bool dangling : {false, true}) {
      fs::remove_all(inside_);
      fs::create_directories(inside_);
      fs::remove(outside_);
      if (!dangling) put(outside_, "theirs");
      fs::create_symlink(outside_, inside_ / "file");
      const auto done = act(inside_, "file");
      ASSERT_FALSE(done.has_value()) << action;
      EXPECT_THAT(done.error().message, HasSubstr("file' is a symbolic link")) << action;
      EXPECT_TRUE(fs::is_symlink(inside_ / "file")) << action;
      EXPECT_EQ(fs::exists(outside_), !dangling) << action;
      EXPECT_TRUE(Folder(inside_).has("file"));
    }
  }
}

TEST_F(Folders, TheFolderItselfMayBeALink) {
  put(outside_ / "file", "text");
  fs::create_symlink(outside_, inside_);
  EXPECT_EQ(Folder(inside_).read("file").value(), "text");
  ASSERT_TRUE(Folder::make(inside_).value().replace("file", "new").has_value());
  EXPECT_EQ(read_file(outside_ / "file").value(), "new");
}

TEST_F(Folders, WhatIsOpenStaysTheFolderThatWasOpened) {
  const auto folder = Folder::make(inside_).value();
  fs::rename(inside_, outside_);
  put(inside_ / "file", "of another");
  ASSERT_TRUE(folder.replace("file", "ours").has_value());
  EXPECT_EQ(read_file(inside_ / "file").value(), "of another");
  EXPECT_EQ(read_file(outside_ / "file").value(), "ours");
}

TEST_F(Folders, NoNameLeadsOut) {
  put(outside_, "theirs");
  const auto folder = Folder::make(inside_).value();
  for (const std::string name : {"../outside", "a/../../outside", outside_.c_str()}) {
    EXPECT_THAT(folder.read(name).error().message, HasSubstr("no name inside of a folder")) << name;
    EXPECT_FALSE(folder.replace(name, "ours").has_value()) << name;
    EXPECT_FALSE(folder.remove(name).has_value()) << name;
  }
  EXPECT_EQ(read_file(outside_).value(), "theirs");
}

TEST_F(Folders, AFolderThatIsNotThereIsEmptyAndCanNotBeWrittenTo) {
  const Folder folder(inside_);
  EXPECT_FALSE(folder.has("file"));
  EXPECT_TRUE(folder.list().value().empty());
  EXPECT_THAT(folder.read("file").error().message, AllOf(HasSubstr("inside"), HasSubstr("No such file")));
  EXPECT_THAT(folder.replace("file", "x").error().message, HasSubstr("No such file"));
  EXPECT_FALSE(fs::exists(inside_));
}

TEST_F(Folders, WhatIsBesideAFileIsNotWrittenOver) {
  put(inside_ / "file.tmp", "theirs");
  const auto written = Folder(inside_).replace("file", "ours");
  ASSERT_FALSE(written.has_value());
  EXPECT_THAT(written.error().message, AllOf(HasSubstr("file.tmp"), HasSubstr("in the way")));
  EXPECT_EQ(read_file(inside_ / "file.tmp").value(), "theirs");
  EXPECT_FALSE(fs::exists(inside_ / "file"));
}

TEST_F(Folders, AHardLinkIsReplacedAndNotWrittenThrough) {
  put(outside_, "theirs");
  fs::create_directories(inside_);
  fs::create_hard_link(outside_, inside_ / "file");
  ASSERT_TRUE(Folder(inside_).replace("file", "ours").has_value());
  EXPECT_EQ(read_file(outside_).value(), "theirs");
}

/// What is no file, in one folder, with what it is called.
std::vector<std::pair<std::string, std::string>> make_other_things(const fs::path& folder) {
  fs::create_directories(folder / "directory");
  ::mkfifo((folder / "pipe").c_str(), 0600);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  const auto path = (folder / "socket").string();
  path.copy(&address.sun_path[0], sizeof address.sun_path - 1);
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  EXPECT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return {{"directory", "a folder"}, {"pipe", "a named pipe"}, {"socket", "a socket"}};
}

TEST_F(Folders, WhatIsNoFileIsRefusedAtOnceAndSaidToBeWhatItIs) {
  for (const auto& [name, kind] : make_other_things(inside_)) {
    EXPECT_THAT(read_file(inside_ / name).error().message, AllOf(HasSubstr(name), HasSubstr(kind)));
    EXPECT_THAT(Folder(inside_).read(name).error().message, AllOf(HasSubstr(name), HasSubstr(kind)));
    EXPECT_THAT(Folder(inside_).replace(name, "x").error().message, HasSubstr(kind));
    EXPECT_FALSE(fs::exists(inside_ / (name + ".tmp"))) << name;
    EXPECT_TRUE(fs::exists(inside_ / name)) << name;
  }
  for (const char* device : {"/dev/null", "/dev/zero", "/dev/tty"}) {
    const auto read = read_file(device);
    ASSERT_FALSE(read.has_value()) << device;
    EXPECT_THAT(read.error().message, HasSubstr("a device")) << device;
  }
}

}  // namespace
}  // namespace windhover
