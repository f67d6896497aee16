#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "windhover/ranks/transport.hpp"
#include "windhover/study/run_store.hpp"

namespace windhover::ranks {

/// The store of a rank other than 0: what rank 0 sent with a run is where that goes on from, and what is to
/// be kept is sent to rank 0. Of each run at most one state is on its way, so that a rank 0 that falls behind
/// gets the newest states and not all of them.
class RemoteStore final : public study::RunStore {
 public:
  explicit RemoteStore(Transport& transport) : transport_(transport) {}

  /// The state that the run goes on from, before it begins.
  void put(const record::RunId& id, study::SavedState state);
  /// Rank 0 has kept the state that was on its way.
  void state_kept(const record::RunId& id);
  /// The run was stopped: the newest state goes on its way, whatever is before it.
  void send_waiting_state(const record::RunId& id);
  /// The message with the record of a run that has ended; the run is forgotten.
  [[nodiscard]] std::string take_record(const record::RunId& id);

  [[nodiscard]] Result<std::optional<study::SavedState>> read_state(const record::RunId& id,
                                                                    const std::string& training) override;
  [[nodiscard]] Result<void> write_state(const record::RunId& id, const std::string& training,
                                         const study::SavedState& state, Flush flush) override;
  [[nodiscard]] Result<void> write_run(const record::Run& run, const std::vector<record::ModelFile>& models,
                                       const std::vector<std::string>& action_names) override;
  [[nodiscard]] Result<void> remove_state(const record::RunId& id) override;

 private:
  struct Kept {
    std::optional<study::SavedState> to_go_on_from = {};
    bool state_on_its_way = false;
    std::optional<std::string> waiting_state = {};
    std::string record = {};
  };

  Transport& transport_;
  std::mutex mutex_;
  std::map<record::RunId, Kept> runs_;
};

}  // namespace windhover::ranks
