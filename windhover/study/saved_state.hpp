#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "windhover/core/result.hpp"
#include "windhover/record/record.hpp"

namespace windhover::study {

/// How far a run has come.
enum class RunProgress {
  training,  ///< the body is that of Training::save
  trained    ///< only the evaluation is left: the body is that of to_bytes(Trained)
};

/// An interrupted run, as kept in OUT/.partial: the SHA-256 of all that follows, a line of JSON, and bytes.
struct SavedState {
  RunProgress progress = RunProgress::training;
  double training_seconds = 0;                      ///< CPU time spent so far
  std::vector<record::Provenance> provenance = {};  ///< by what it was made, in order
  std::vector<std::byte> body = {};
  /// Training::take_state_for_larger_budget, once it is there.
  std::vector<std::byte> for_larger_budget = {};
};

/// What a training leaves to be evaluated and recorded.
struct Trained {
  std::vector<TrainingRow> rows = {};
  std::uint64_t steps = 0;
  std::vector<std::vector<float>> models = {};  ///< arenas of the run's layout
};
[[nodiscard]] std::vector<std::byte> to_bytes(const Trained& trained);
/// Error: damaged.
[[nodiscard]] Result<Trained> trained_from(std::span<const std::byte> bytes);

/// The file of a state. `training` is the identity of the run's training (record::Scope::training).
[[nodiscard]] std::string state_content(const std::string& training, const SavedState& state);
/// Errors: damaged (not the SHA-256 that the first line claims), or of another training, unless that is
/// empty.
[[nodiscard]] Result<SavedState> parse_state(std::string_view content, const std::string& training);

/// Where it lies in OUT: .partial/CELL/ARM/seed-N.state
[[nodiscard]] std::filesystem::path state_place(const record::RunId& id);
/// The run whose state that is; nothing if no run's can be.
[[nodiscard]] std::optional<record::RunId> run_of_state(const std::filesystem::path& place);

/// All files among the states, be they states or not, as names in OUT, sorted. Errors: unreadable.
[[nodiscard]] Result<std::vector<std::string>> files_among_states(const Folder& out);

/// Replaces the file as a whole.
[[nodiscard]] Result<void> write_state(const Folder& out, const record::RunId& id,
                                       const std::string& training, const SavedState& state,
                                       Flush flush = Flush::now);

/// Errors: unreadable, damaged (not the SHA-256 that the first line claims), or of another training.
[[nodiscard]] Result<SavedState> read_state(const Folder& out, const record::RunId& id,
                                            const std::string& training);

/// By what a training was brought so far; nothing of one that has ended, which any program of the same
/// semantics evaluates, nor of a state that is damaged or of another version. Errors: unreadable.
[[nodiscard]] Result<std::optional<record::Provenance>> state_provenance(const Folder& out,
                                                                         const record::RunId& id);

/// Errors: unreadable, or damaged.
[[nodiscard]] Result<void> check_state(const Folder& out, const record::RunId& id);

}  // namespace windhover::study

namespace windhover::described {

template <>
struct Names<study::RunProgress> {
  static constexpr std::array all = {std::pair{study::RunProgress::training, "training"},
                                     std::pair{study::RunProgress::trained, "trained"}};
};

}  // namespace windhover::described
