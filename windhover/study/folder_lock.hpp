#pragma once

#include <filesystem>
#include <string>

#include "windhover/core/folder.hpp"
#include "windhover/core/result.hpp"

namespace windhover::study {

/// Holds an output folder for this process, by an advisory lock (flock) on OUT/.lock that ends with the
/// process, however it ends. The file names its holder: process, host and start.
class FolderLock {
 public:
  /// Makes the folder if it is missing. Errors: it can not be written to; another process holds it (the
  /// message names it); a .lock that is not ours.
  [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& path);

  FolderLock(FolderLock&&) noexcept = default;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

  /// The folder that is held.
  [[nodiscard]] const Folder& folder() const { return folder_; }

  /// Who holds the folder now; empty if nobody does. Changes nothing.
  [[nodiscard]] static std::string holder(const Folder& folder);

  /// False once the folder was removed or moved away: what is written under its name is no longer held.
  [[nodiscard]] bool still_held() const;

  /// Who held the folder before and ended without releasing it; empty if nobody did.
  [[nodiscard]] const std::string& dead_holder() const { return dead_holder_; }

 private:
  FolderLock(Folder folder, Descriptor lock, std::string dead_holder);

  Folder folder_;
  Descriptor lock_;
  std::string dead_holder_;
};

}  // namespace windhover::study
