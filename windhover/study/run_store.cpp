#include "windhover/study/run_store.hpp"

namespace windhover::study {

Result<std::optional<SavedState>> FolderStore::read_state(const record::RunId& id,
                                                          const std::string& training) {
  if (!out_.has(state_place(id))) return std::nullopt;
  auto state = study::read_state(out_, id, training);
  if (!state) return Failure(state.error());
  return *std::move(state);
}

Result<void> FolderStore::write_state(const record::RunId& id, const std::string& training,
                                      const SavedState& state, Flush flush) {
  return study::write_state(out_, id, training, state, flush);
}

Result<void> FolderStore::write_run(const record::Run& run, const std::vector<record::ModelFile>& models,
                                    const std::vector<std::string>& action_names) {
  return record::write_run(out_, run, models, action_names);
}

Result<void> FolderStore::remove_state(const record::RunId& id) { return out_.remove(state_place(id)); }

}  // namespace windhover::study
