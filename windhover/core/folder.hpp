#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/descriptor.hpp"
#include "windhover/core/files.hpp"
#include "windhover/core/result.hpp"

namespace windhover {

/// What lies under a name.
enum class EntryKind { missing, file, folder, link, other };

/// A folder that was opened, and all that lies below it. The folder itself may be reached through links;
/// below it none is followed: every name is resolved from the open folder, component by component, so that
/// nothing outside is read, written, renamed or removed, whatever lies there.
///
/// What is done later is done in the folder that was opened, even if its name leads elsewhere by then. If it
/// could not be opened, whatever is asked of it says why. Names are relative, with slashes; ".." is refused.
class Folder {
 public:
  /// Opens the folder. Implicit, since a path is all that most callers have.
  Folder(const std::filesystem::path& path);

  /// Makes the folder, and those above it, unless it is there. Errors: it can not be made.
  [[nodiscard]] static Result<Folder> make(const std::filesystem::path& path);

  /// The folder `name` in this one. Nothing is opened yet.
  [[nodiscard]] Folder below(const std::filesystem::path& name) const;

  /// Of the folder, or of something in it: for messages.
  [[nodiscard]] std::filesystem::path path() const { return path_of({}); }
  [[nodiscard]] std::filesystem::path path_of(const std::filesystem::path& name) const;

  /// What lies there; `link` also if there is one on the way, `other` if that can not be told.
  [[nodiscard]] EntryKind kind(const std::filesystem::path& name) const;
  /// False only where certainly nothing is: a link, or what can not be looked at, is something, and whoever
  /// goes on to read it is told.
  [[nodiscard]] bool has(const std::filesystem::path& name) const { return kind(name) != EntryKind::missing; }

  /// The whole file. Errors: missing, a link on the way or at the end, no regular file, unreadable, larger
  /// than `limit` bytes.
  [[nodiscard]] Result<std::string> read(const std::filesystem::path& name,
                                         std::uint64_t limit = default_file_limit) const;

  /// Opens a file by flags of open(2). Errors: as read; with O_CREAT it may be missing.
  [[nodiscard]] Result<Descriptor> open(const std::filesystem::path& name, int flags) const;

  /// Refuses what is there but no file: a link on the way or at the end, a folder, a named pipe. Whatever
  /// writes or removes a file refuses it too.
  [[nodiscard]] Result<void> expect_file_or_nothing(const std::filesystem::path& name) const;

  struct Entry {
    std::string name;
    EntryKind kind = EntryKind::other;
  };
  /// What lies in the folder `name`, sorted by name; nothing in one that is missing.
  [[nodiscard]] Result<std::vector<Entry>> list(const std::filesystem::path& name = {}) const;

  /// Makes the folder `name`, and those above it in this one, unless they are there.
  [[nodiscard]] Result<void> make_folder(const std::filesystem::path& name) const;

  /// Puts `content` under `name` completely or not at all: written beside it, flushed to disk, renamed over
  /// the file that was there, and the folder flushed. Missing folders on the way are made. Errors: no file is
  /// there, or something under the name that it is written under meanwhile; the disk.
  [[nodiscard]] Result<void> replace(const std::filesystem::path& name, std::string_view content,
                                     Flush flush = Flush::now) const;

  /// The two halves of it, for files that change together: all are written beside their places, then each is
  /// renamed.
  [[nodiscard]] Result<void> write_beside(const std::filesystem::path& name, std::string_view content,
                                          Flush flush = Flush::now) const;
  [[nodiscard]] Result<void> put_in_place(const std::filesystem::path& name) const;

  /// Moves a folder to a name that nothing has, or a file to one that at most a file has.
  [[nodiscard]] Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to) const;

  /// Removes a file. What is missing is no error.
  [[nodiscard]] Result<void> remove(const std::filesystem::path& name) const;
  /// Removes the folder `name` if nothing is in it.
  void remove_if_empty(const std::filesystem::path& name) const;

  /// Flushes the entries of the folder `name` to disk, so that a rename in it survives a crash.
  [[nodiscard]] Result<void> flush(const std::filesystem::path& name = {}) const;

 private:
  struct Root;
  struct Place;
  struct Obstacle;
  enum class Missing { refuse, make };

  Folder(std::shared_ptr<const Root> root, std::filesystem::path inner);

  [[nodiscard]] tl::expected<Place, Obstacle> walk(const std::filesystem::path& name, Missing missing) const;
  [[nodiscard]] Result<Place> place_of(const std::filesystem::path& name,
                                       Missing missing = Missing::refuse) const;
  [[nodiscard]] Result<Descriptor> open_folder(const std::filesystem::path& name) const;

  std::shared_ptr<const Root> root_;
  std::filesystem::path inner_;  ///< below the one that was opened
};

/// All below `folder` that are no folders, links among them, relative to it and sorted; entries of `folder`
/// named in `left_out` are not looked into. Errors: unreadable.
[[nodiscard]] Result<std::vector<std::string>> files_below(const Folder& folder,
                                                           const std::vector<std::string>& left_out = {});

/// Removes the folder `name` and the empty folders in it, as far as they hold nothing else.
void remove_empty_folders(const Folder& folder, const std::filesystem::path& name);

}  // namespace windhover
