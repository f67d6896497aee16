#pragma once

#include <filesystem>
#include <string>

#include "windhover/core/result.hpp"

namespace windhover::study {

/// Holds an output folder for this process, by an advisory lock (flock) on OUT/.lock that ends with the
/// process, however it ends. The file names its holder: process, host and start.
class FolderLock {
 public:
  /// Errors: the folder can not be written to; another process holds it (the message names it).
  [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& folder);

  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

  /// Who holds the folder now; empty if nobody does. Changes nothing.
  [[nodiscard]] static std::string holder(const std::filesystem::path& folder);

  /// False once the folder was removed or moved away: what is written under its name is no longer held.
  [[nodiscard]] bool still_held() const;

  /// Who held the folder before and ended without releasing it; empty if nobody did.
  [[nodiscard]] const std::string& dead_holder() const { return dead_holder_; }

 private:
  FolderLock(std::filesystem::path path, int descriptor, std::string dead_holder);

  std::filesystem::path path_;
  int descriptor_;
  std::string dead_holder_;
};

}  // namespace windhover::study
