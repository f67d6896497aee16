#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "windhover/core/files.hpp"
#include "windhover/core/result.hpp"
#include "windhover/record/record.hpp"

namespace windhover::study {

/// An interrupted training, as kept in OUT/.partial: the SHA-256 of all that follows, a line of
/// JSON, and the bytes of Training::save.
struct SavedState {
  double training_seconds = 0;  ///< CPU time spent so far
  std::vector<std::byte> body;
};

/// OUT/.partial/CELL/ARM/seed-N.state
[[nodiscard]] std::filesystem::path state_path(const std::filesystem::path& out, const record::RunId& id);

/// Replaces the file as a whole. `configuration` is the hash of the run's effective configuration.
[[nodiscard]] Result<void> write_state(const std::filesystem::path& path, const std::string& configuration,
                                       const SavedState& state, Flush flush = Flush::now);

/// Errors: unreadable, damaged (not the SHA-256 that the first line claims), or of another configuration.
[[nodiscard]] Result<SavedState> read_state(const std::filesystem::path& path,
                                            const std::string& configuration);

/// Errors: unreadable, or damaged.
[[nodiscard]] Result<void> check_state(const std::filesystem::path& path);

}  // namespace windhover::study
