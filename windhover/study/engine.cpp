#include "windhover/study/engine.hpp"

#include <chrono>
#include <map>
#include <system_error>

#include <fmt/format.h>

#include "windhover/study/audit.hpp"
#include "windhover/study/baselines.hpp"
#include "windhover/study/folder_lock.hpp"
#include "windhover/study/manifest.hpp"
#include "windhover/study/output_folder.hpp"
#include "windhover/study/saved_state.hpp"
#include "windhover/study/scheduler.hpp"

namespace windhover::study {
namespace {

using Clock = std::chrono::steady_clock;

/// A study in its folder, from the moment the folder is ours.
class Engine {
 public:
  Engine(const Plan& plan, const StudyOptions& options, Observer& observer)
      : plan_(plan), options_(options), observer_(observer) {}

  Result<StudyOutcome> run(const std::stop_token& stop);

 private:
  Result<void> prepare();
  Result<void> store_audit();
  Result<void> store_baselines();
  void recall_manifest();
  Result<void> sort_runs();
  [[nodiscard]] Result<void> check_same_configurations() const;
  [[nodiscard]] Result<record::Run> read_whole(const record::RunId& id) const;
  Result<void> write_manifest();

  [[nodiscard]] double wall_seconds() const {
    return earlier_seconds_ + std::chrono::duration<double>(Clock::now() - start_).count();
  }

  const Plan& plan_;
  const StudyOptions& options_;
  Observer& observer_;
  Clock::time_point start_ = Clock::now();
  double earlier_seconds_ = 0;
  bool manifest_complete_ = false;  ///< as an earlier session left it
  Workload workload_;
  std::map<record::RunId, record::Run> done_;  ///< without their rows
};

bool is_there(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Result<StudyOutcome> Engine::run(const std::stop_token& stop) {
  WINDHOVER_RETURN_IF_ERROR(prepare());
  WINDHOVER_RETURN_IF_ERROR(sort_runs());
  if (!workload_.pending.empty() || !manifest_complete_) WINDHOVER_RETURN_IF_ERROR(write_manifest());
  if (!workload_.pending.empty()) {
    const ScheduleOptions schedule{
        .out = options_.out, .jobs = options_.jobs, .save_interval = options_.save_interval};
    WINDHOVER_RETURN_IF_ERROR(carry_out(
        plan_, workload_, schedule, observer_, [this] { return write_manifest(); }, stop));
    WINDHOVER_RETURN_IF_ERROR(write_manifest());
  }
  const auto manifest = record::read_json(options_.out / "manifest.json");
  if (!manifest) return Failure(manifest.error());
  StudyOutcome outcome{.stopped = !(*manifest)["complete"].get<bool>(), .wall_seconds = wall_seconds()};
  for (const Json& run : (*manifest)["runs"]) {
    ++outcome.runs;
    if (run["status"] == "finished") ++outcome.finished;
    if (run["status"] == "failed") ++outcome.failed;
  }
  if (!outcome.stopped) outcome.digest = (*manifest)["digest"].get<std::string>();
  return outcome;
}

Result<void> Engine::prepare() {
  if (options_.fresh) WINDHOVER_RETURN_IF_ERROR(remove_study(options_.out));
  WINDHOVER_RETURN_IF_ERROR(check_same_study(options_.out, plan_.study));
  WINDHOVER_RETURN_IF_ERROR(check_same_configurations());
  recall_manifest();
  WINDHOVER_RETURN_IF_ERROR(store_audit());
  return store_baselines();
}

/// The audit comes before study.toml: a study that is refused leaves nothing behind.
Result<void> Engine::store_audit() {
  const auto path = options_.out / "audit.json";
  if (is_there(path) && is_there(options_.out / "study.toml")) return {};
  const auto result = audit(plan_);
  if (!result) return Failure(result.error());
  WINDHOVER_RETURN_IF_ERROR(require_passed(*result));
  observer_.note(
      fmt::format("audit passed (cells: {}, seeds: {})", plan_.cells.size(), (*result)["seeds"].size()));
  WINDHOVER_RETURN_IF_ERROR(record::write_study(options_.out, plan_.study));
  return record::write_json(path, *result);
}

Result<void> Engine::store_baselines() {
  const auto path = options_.out / "baselines.json";
  if (is_there(path)) return {};
  const auto scores = score_baselines(plan_);
  if (!scores) return Failure(scores.error());
  return record::write_json(path, *scores);
}

/// A manifest that is missing or damaged costs the time of the earlier sessions, nothing else.
void Engine::recall_manifest() {
  const auto manifest = record::read_json(options_.out / "manifest.json");
  if (!manifest || !manifest->is_object()) return;
  const auto seconds = manifest->find("wall_seconds");
  if (seconds == manifest->end() || !seconds->is_number()) return;
  earlier_seconds_ = seconds->get<double>();
  manifest_complete_ = manifest->contains("complete") && (*manifest)["complete"] == true;
}

/// A folder whose study.toml was lost must not lend its runs to another study.
Result<void> Engine::check_same_configurations() const {
  for (const RunPlan& run : runs_of(plan_)) {
    if (!record::run_exists(options_.out, run.id)) continue;
    const auto stored = record::read_run(options_.out, run.id, record::Rows::skip);
    if (!stored || stored->config == run_configuration(plan_, run)) continue;  // a damaged run is done again
    return failure(fmt::format("'{}' holds run {} of another configuration; give another --out",
                               options_.out.string(), run.id.folder().string()));
  }
  return {};
}

/// The run without its rows, once every row and model file was seen to be there.
Result<record::Run> Engine::read_whole(const record::RunId& id) const {
  auto run = record::read_run(options_.out, id, record::Rows::read);
  if (!run) return run;
  run->training.clear();
  run->evaluation.clear();
  const auto folder = options_.out / "runs" / id.folder();
  int models = 0;
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator(folder, unreadable)) {
    if (entry.path().extension() == ".safetensors") ++models;
  }
  if (!run->summary.failed && models != run->summary.models) {
    return failure(fmt::format("'{}' has {} of {} models", folder.string(), models, run->summary.models));
  }
  return run;
}

/// Finished runs are never done again; a damaged one is, and its files are removed.
Result<void> Engine::sort_runs() {
  for (const RunPlan& run : runs_of(plan_)) {
    if (!is_there(options_.out / "runs" / run.id.folder())) {
      workload_.pending.push_back(run);
      continue;
    }
    auto stored = read_whole(run.id);
    if (!stored) {
      observer_.note(fmt::format("{}; doing run {} again", stored.error().message, run.id.folder().string()));
      WINDHOVER_RETURN_IF_ERROR(remove_run(options_.out, run.id));
      workload_.pending.push_back(run);
      continue;
    }
    ++workload_.done;
    if (stored->summary.failed) ++workload_.failed;
    workload_.done_cost += cost_of(run).total();
    done_.emplace(run.id, *std::move(stored));
    std::error_code ignored;  // a state left by a process that was killed before it could remove it
    std::filesystem::remove(state_path(options_.out, run.id), ignored);
  }
  return {};
}

Result<void> Engine::write_manifest() {
  std::vector<record::Run> done;
  for (const RunPlan& run : runs_of(plan_)) {
    auto known = done_.find(run.id);
    if (known == done_.end() && record::run_exists(options_.out, run.id)) {
      auto stored = record::read_run(options_.out, run.id, record::Rows::skip);
      if (!stored) return Failure(stored.error());
      known = done_.emplace(run.id, *std::move(stored)).first;
    }
    if (known != done_.end()) done.push_back(known->second);
  }
  const Session session{.build = options_.build,
                        .machine = options_.machine,
                        .jobs = options_.jobs,
                        .wall_seconds = wall_seconds()};
  return record::write_json(options_.out / "manifest.json", make_manifest(plan_, done, session));
}

/// Folders of states that no run needs any more.
void remove_empty_folders(const std::filesystem::path& folder) {
  std::error_code ignored;
  std::vector<std::filesystem::path> inner;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.is_directory(ignored)) inner.push_back(entry.path());
  }
  for (const auto& path : inner) remove_empty_folders(path);
  std::filesystem::remove(folder, ignored);
}

}  // namespace

Result<StudyOutcome> run_study(const Plan& plan, const StudyOptions& options, Observer& observer,
                               const std::stop_token& stop) {
  const auto lock = FolderLock::take(options.out);
  if (!lock) return Failure(lock.error());
  if (!lock->dead_holder().empty()) {
    observer.note(fmt::format("{} ended without finishing; going on in its place", lock->dead_holder()));
  }
  auto outcome = Engine(plan, options, observer).run(stop);
  remove_empty_folders(options.out / ".partial");
  return outcome;
}

}  // namespace windhover::study
