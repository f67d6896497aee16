#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "windhover/core/result.hpp"
#include "windhover/record/record.hpp"

namespace windhover::study {

/// An interrupted training, as kept in OUT/.partial: the SHA-256 of all that follows, a line of
/// JSON, and the bytes of Training::save.
struct SavedState {
  double training_seconds = 0;                 ///< CPU time spent so far
  std::vector<record::Provenance> provenance;  ///< by what it was made, in order
  std::vector<std::byte> body;
};

/// Where it lies in OUT: .partial/CELL/ARM/seed-N.state
[[nodiscard]] std::filesystem::path state_place(const record::RunId& id);
/// The run whose state that is; nothing if no run's can be.
[[nodiscard]] std::optional<record::RunId> run_of_state(const std::filesystem::path& place);

/// All files among the states, be they states or not, as names in OUT, sorted. Errors: unreadable.
[[nodiscard]] Result<std::vector<std::string>> files_among_states(const Folder& out);

/// Replaces the file as a whole. `training` is the identity of the run's training (record::Scope::training).
[[nodiscard]] Result<void> write_state(const Folder& out, const record::RunId& id,
                                       const std::string& training, const SavedState& state,
                                       Flush flush = Flush::now);

/// Errors: unreadable, damaged (not the SHA-256 that the first line claims), or of another training.
[[nodiscard]] Result<SavedState> read_state(const Folder& out, const record::RunId& id,
                                            const std::string& training);

/// By what the state was made last; nothing of one that is damaged or of another version, with which nobody
/// goes on. Errors: unreadable.
[[nodiscard]] Result<std::optional<record::Provenance>> state_provenance(const Folder& out,
                                                                         const record::RunId& id);

/// Errors: unreadable, or damaged.
[[nodiscard]] Result<void> check_state(const Folder& out, const record::RunId& id);

}  // namespace windhover::study
