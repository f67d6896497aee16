#include "apps/windhover/bench/handling.hpp"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "windhover/core/temporary_folder.hpp"
#include "windhover/core/threads.hpp"
#include "windhover/ranks/memory_transport.hpp"
#include "windhover/record/layout.hpp"
#include "windhover/study/model_files.hpp"

namespace windhover::app {
namespace {

/// Keeps nothing.
class NoStore final : public study::RunStore {
 public:
  [[nodiscard]] Result<std::optional<study::SavedState>> read_state(const record::RunId& /*id*/,
                                                                    const std::string& /*hash*/) override {
    return std::nullopt;
  }
  [[nodiscard]] Result<void> write_state(const record::RunId& /*id*/, const std::string& /*hash*/,
                                         const study::SavedState& /*state*/, Flush /*flush*/) override {
    return {};
  }
  [[nodiscard]] Result<void> write_run(const record::Run& /*run*/,
                                       const std::vector<record::ModelFile>& /*models*/,
                                       const std::vector<std::string>& /*names*/) override {
    return {};
  }
  [[nodiscard]] Result<void> remove_state(const record::RunId& /*id*/) override { return {}; }
};

/// Waits until so many runs have ended.
class CountingDispatcher final : public study::Dispatcher {
 public:
  explicit CountingDispatcher(std::size_t runs) : missing_(runs) {}

  void joined(std::size_t /*worker*/, int /*threads*/) override {}
  void ended(study::Job& /*job*/, Result<study::RunEnd> end) override {
    if (!end) return fail(end.error());
    const std::scoped_lock lock(mutex_);
    --missing_;
    changed_.notify_all();
  }
  void lost(std::size_t /*worker*/, const std::string& /*why*/) override {}
  void note(const std::string& /*text*/) override {}
  void fail(Error error) override {
    const std::scoped_lock lock(mutex_);
    if (!error_) error_ = std::move(error);
    changed_.notify_all();
  }
  [[nodiscard]] std::stop_token stop() const override { return {}; }

  [[nodiscard]] Result<void> wait(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (missing_ > 0 && !error_) {
      if (stop.stop_requested()) return stopped();
      changed_.wait_for(lock, ranks::patience);
    }
    if (error_) return Failure(*error_);
    return {};
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t missing_;
  std::optional<Error> error_;
};

/// The messages by which a rank answers a run, made before the clock runs.
using Answers = std::map<record::RunId, std::vector<std::string>>;

Result<std::string> record_message(const Folder& folder, const study::RunPlan& run) {
  const auto stored = record::read_run(folder, run.id, record::Rows::skip);
  if (!stored) return Failure(stored.error());
  ranks::FinishedMessage content{.config = stored->config, .summary = stored->summary, .files = {}};
  for (int model = 0; model < stored->summary.models; ++model)
    content.files.push_back(study::model_file_name(model, stored->summary.models));
  const auto place = folder.below(run.id.place());
  if (place.has(record::budget_state_name)) content.files.emplace_back(record::budget_state_name);
  std::vector<std::string> names = {"training.csv", "evaluation.csv"};
  names.insert(names.end(), content.files.begin(), content.files.end());
  std::vector<std::string> files;
  for (const auto& name : names) {
    auto file = place.read(name);
    if (!file) return Failure(file.error());
    files.push_back(*std::move(file));
  }
  return encode(content, {files.begin(), files.end()});
}

Result<std::vector<std::string>> answers_to(const study::Plan& plan, const Folder& folder,
                                            const study::RunPlan& run) {
  const auto record = record_message(folder, run);
  if (!record) return Failure(record.error());
  const auto training = rl::Training::create(training_setup(run));
  if (!training) return Failure(training.error());
  const auto identity = training_identity(plan, run);
  const auto content = study::state_content(identity, {.body = (*training)->save()});
  const auto state = [&](bool flush) {
    return encode(ranks::StateMessage{.id = run.id, .flush = flush}, {content});
  };
  const auto progress = encode(
      ranks::ProgressMessage{.runs = {{.id = run.id, .stage = study::RunStage::training, .fraction = 0.5}}});
  return std::vector<std::string>{state(false), progress, progress, state(true), *record};
}

/// A rank that has all answers ready.
void answer(ranks::Transport& transport, const Answers& answers) {
  while (true) {
    const auto incoming = transport.receive(ranks::patience);
    if (!incoming || !incoming->message) continue;
    const auto message = ranks::decode(*incoming->message);
    if (!message || message->kind == ranks::Kind::end) break;
    if (message->kind == ranks::Kind::study) {
      const auto study = ranks::content_of<ranks::StudyMessage>(*message);
      if (study) transport.send(0, encode(ranks::HelloMessage{.threads = 1, .digest = study->digest}));
    }
    if (message->kind != ranks::Kind::begin) continue;
    const auto begin = ranks::content_of<ranks::BeginMessage>(*message);
    if (!begin) break;
    for (const auto& text : answers.at(begin->id)) transport.send(0, text);
  }
  transport.send(0, encode(ranks::FarewellMessage()));
}

Result<ranks::HandlingCosts> measure(const study::Plan& plan, const std::vector<study::RunPlan>& runs,
                                     const Answers& answers, study::RunStore& store, int keepers,
                                     const std::stop_token& stop) {
  ranks::MemoryNetwork network(keepers + 1);
  ranks::MemoryTransport here(network, 0);
  std::vector<std::jthread> others;
  for (int rank = 1; rank < network.size(); ++rank) {
    auto thread = start_thread([&network, &answers, rank] {
      ranks::MemoryTransport there(network, rank);
      answer(there, answers);
    });
    if (!thread) return Failure(thread.error());
    others.push_back(*std::move(thread));
  }
  CountingDispatcher dispatcher(runs.size());
  const study::RunContext context{.plan = plan, .store = store, .note = [](const std::string&) {}};
  std::vector<study::Job> jobs(runs.size());
  const auto carry_out = [&]() -> Result<std::map<ranks::Kind, ranks::Handled>> {
    const auto crew = ranks::RankCrew::gather(
        here, plan, {}, [](int) {}, stop);
    if (!crew) return Failure(crew.error());
    WINDHOVER_RETURN_IF_ERROR((*crew)->start(context, dispatcher));
    for (std::size_t i = 0; i < runs.size(); ++i) {
      jobs[i].run = runs[i];
      (*crew)->begin(1 + i % static_cast<std::size_t>(keepers), jobs[i]);
    }
    const auto waited = dispatcher.wait(stop);
    (*crew)->finish();
    if (!waited) return Failure(waited.error());
    return (*crew)->handled();
  };
  const auto handled = carry_out();
  static_cast<void>(ranks::end_ranks(here, std::chrono::seconds(10)));
  if (!handled) return Failure(handled.error());
  const auto each = [&](ranks::Kind kind) {
    const auto& counted = handled->at(kind);
    return counted.seconds / static_cast<double>(counted.messages);
  };
  return ranks::HandlingCosts{.begin = each(ranks::Kind::begin),
                              .state = each(ranks::Kind::state),
                              .progress = each(ranks::Kind::progress),
                              .finished = each(ranks::Kind::finished)};
}

}  // namespace

Result<ranks::HandlingCosts> measure_handling(const study::Plan& plan, const std::filesystem::path& folder,
                                              Disk disk, const std::stop_token& stop) {
  const auto runs = runs_of(plan);
  Answers answers;
  for (const auto& run : runs) {
    if (stop.stop_requested()) return stopped();
    auto made = answers_to(plan, folder, run);
    if (!made) return Failure(made.error());
    answers.emplace(run.id, *std::move(made));
  }
  if (disk == Disk::spared) {
    NoStore store;
    return measure(plan, runs, answers, store, keepers_of(disk), stop);
  }
  const TemporaryFolder written;
  study::FolderStore store(written.path());
  return measure(plan, runs, answers, store, keepers_of(disk), stop);
}

}  // namespace windhover::app
