#include "windhover/ranks/remote_store.hpp"

#include <utility>

#include <fmt/format.h>

#include "windhover/core/bytes.hpp"
#include "windhover/ranks/message.hpp"
#include "windhover/record/row_files.hpp"

namespace windhover::ranks {
namespace {

Result<std::string> within_bounds(std::string message, const record::RunId& id) {
  if (message.size() <= most_bytes) return message;
  return failure(fmt::format("run {}: {} bytes are to be sent to rank 0, and a message holds at most {}",
                             id.folder().string(), message.size(), most_bytes));
}

}  // namespace

void RemoteStore::put(const record::RunId& id, study::SavedState state) {
  const std::scoped_lock lock(mutex_);
  runs_[id].to_go_on_from = std::move(state);
}

Result<std::optional<study::SavedState>> RemoteStore::read_state(const record::RunId& id,
                                                                 const std::string& /*training*/) {
  const std::scoped_lock lock(mutex_);
  return std::exchange(runs_[id].to_go_on_from, std::nullopt);
}

Result<void> RemoteStore::write_state(const record::RunId& id, const std::string& training,
                                      const study::SavedState& state, Flush flush) {
  auto message = within_bounds(
      encode(StateMessage{.id = id, .flush = flush == Flush::now}, {study::state_content(training, state)}),
      id);
  if (!message) return Failure(message.error());
  const std::scoped_lock lock(mutex_);
  Kept& kept = runs_[id];
  if (kept.state_on_its_way) {
    kept.waiting_state = *std::move(message);
  } else {
    kept.state_on_its_way = true;
    transport_.send(0, *std::move(message));
  }
  return {};
}

void RemoteStore::state_kept(const record::RunId& id) {
  const std::scoped_lock lock(mutex_);
  const auto found = runs_.find(id);
  if (found == runs_.end()) return;  // it has ended since
  Kept& kept = found->second;
  kept.state_on_its_way = kept.waiting_state.has_value();
  if (kept.waiting_state) transport_.send(0, *std::exchange(kept.waiting_state, std::nullopt));
}

void RemoteStore::send_waiting_state(const record::RunId& id) {
  const std::scoped_lock lock(mutex_);
  const auto found = runs_.find(id);
  if (found == runs_.end()) return;
  if (found->second.waiting_state) transport_.send(0, *std::move(found->second.waiting_state));
  runs_.erase(found);
}

Result<void> RemoteStore::write_run(const record::Run& run, const std::vector<record::ModelFile>& models,
                                    const std::vector<std::string>& action_names) {
  const auto evaluation = record::evaluation_csv(run.evaluation, action_names);
  if (!evaluation) return in_context(run.id.folder().string(), evaluation.error());
  const auto training = record::training_csv(run.training);
  FinishedMessage content{.config = run.config, .summary = run.summary, .files = {}};
  std::vector<std::string_view> files = {training, *evaluation};
  for (const auto& model : models) {
    content.files.push_back(model.name);
    files.push_back(as_text(model.content));
  }
  auto message = within_bounds(encode(content, files), run.id);
  if (!message) return Failure(message.error());
  const std::scoped_lock lock(mutex_);
  runs_[run.id].record = *std::move(message);
  return {};
}

Result<void> RemoteStore::remove_state(const record::RunId& /*id*/) { return {}; }  // rank 0 does

std::string RemoteStore::take_record(const record::RunId& id) {
  const std::scoped_lock lock(mutex_);
  auto message = std::move(runs_[id].record);
  runs_.erase(id);
  return message;
}

}  // namespace windhover::ranks
