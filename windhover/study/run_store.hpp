#pragma once

#include <optional>
#include <string>
#include <vector>

#include "windhover/core/folder.hpp"
#include "windhover/core/result.hpp"
#include "windhover/record/record.hpp"
#include "windhover/study/saved_state.hpp"

namespace windhover::study {

/// Where a run goes on from and where it goes to: its saved states, and its record once it has ended. May be
/// used by several threads, each with a run of its own.
class RunStore {
 public:
  virtual ~RunStore() = default;

  /// The state to go on from; nothing if there is none. `training` is the identity of the run's
  /// training (record::Scope::training). Errors: as study::read_state.
  [[nodiscard]] virtual Result<std::optional<SavedState>> read_state(const record::RunId& id,
                                                                     const std::string& training) = 0;

  /// Replaces the run's state. Errors: as study::write_state.
  [[nodiscard]] virtual Result<void> write_state(const record::RunId& id, const std::string& training,
                                                 const SavedState& state, Flush flush) = 0;

  /// Keeps a run that has finished or failed. Errors: as record::write_run.
  [[nodiscard]] virtual Result<void> write_run(const record::Run& run,
                                               const std::vector<record::ModelFile>& models,
                                               const std::vector<std::string>& action_names) = 0;

  /// Removes the state of a run that is kept. Errors: the disk.
  [[nodiscard]] virtual Result<void> remove_state(const record::RunId& id) = 0;
};

/// A study's output folder.
class FolderStore final : public RunStore {
 public:
  explicit FolderStore(Folder out) : out_(std::move(out)) {}

  [[nodiscard]] Result<std::optional<SavedState>> read_state(const record::RunId& id,
                                                             const std::string& training) override;
  [[nodiscard]] Result<void> write_state(const record::RunId& id, const std::string& training,
                                         const SavedState& state, Flush flush) override;
  [[nodiscard]] Result<void> write_run(const record::Run& run, const std::vector<record::ModelFile>& models,
                                       const std::vector<std::string>& action_names) override;
  [[nodiscard]] Result<void> remove_state(const record::RunId& id) override;

 private:
  Folder out_;
};

}  // namespace windhover::study
