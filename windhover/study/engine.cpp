#include "windhover/study/engine.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "windhover/core/digest.hpp"
#include "windhover/core/folder.hpp"
#include "windhover/record/layout.hpp"
#include "windhover/study/audit.hpp"
#include "windhover/study/baselines.hpp"
#include "windhover/study/folder_lock.hpp"
#include "windhover/study/manifest.hpp"
#include "windhover/study/output_folder.hpp"
#include "windhover/study/ownership.hpp"
#include "windhover/study/run.hpp"
#include "windhover/study/saved_state.hpp"
#include "windhover/study/scheduler.hpp"

namespace windhover::study {
namespace {

using Clock = std::chrono::steady_clock;

/// A study in its folder, from the moment the folder is ours.
class Engine {
 public:
  Engine(const Plan& plan, const StudyOptions& options, const FolderLock& lock, Observer& observer)
      : plan_(plan), options_(options), lock_(lock), out_(lock.folder()), observer_(observer) {}

  Result<StudyOutcome> run(const std::stop_token& stop);

 private:
  Result<void> prepare();
  Result<void> take_possession(const std::vector<record::NamedFile>& declaration);
  Result<void> start_over();
  Result<void> mend_declaration(const std::vector<record::NamedFile>& declaration,
                                const record::Checksums& sums);
  Result<void> complete_declaration(const std::vector<record::NamedFile>& declaration);
  Result<void> remove_damaged(const record::Checksums& sums);
  Result<void> store_audit();
  Result<void> store_baselines();
  void recall_manifest();
  Result<void> sort_runs();
  [[nodiscard]] Result<void> check_same_configurations() const;
  [[nodiscard]] Result<std::optional<record::Run>> read_whole(const record::RunId& id) const;
  [[nodiscard]] Result<void> check_still_there() const;
  Result<void> write_manifest();

  [[nodiscard]] double wall_seconds() const {
    return earlier_seconds_ + std::chrono::duration<double>(Clock::now() - start_).count();
  }

  const Plan& plan_;
  const StudyOptions& options_;
  const FolderLock& lock_;
  const Folder& out_;
  Observer& observer_;
  Clock::time_point start_ = Clock::now();
  double earlier_seconds_ = 0;
  bool manifest_complete_ = false;  ///< as an earlier session left it
  Workload workload_;
  std::map<record::RunId, record::Run> done_;  ///< without their rows
};

Result<StudyOutcome> Engine::run(const std::stop_token& stop) {
  WINDHOVER_RETURN_IF_ERROR(prepare());
  WINDHOVER_RETURN_IF_ERROR(sort_runs());
  if (!workload_.pending.empty() || !manifest_complete_) WINDHOVER_RETURN_IF_ERROR(write_manifest());
  if (!workload_.pending.empty()) {
    const ScheduleOptions schedule{
        .out = out_, .jobs = options_.jobs, .save_interval = options_.save_interval};
    WINDHOVER_RETURN_IF_ERROR(carry_out(
        plan_, workload_, schedule, observer_, [this] { return write_manifest(); }, stop));
    WINDHOVER_RETURN_IF_ERROR(write_manifest());
  }
  const auto manifest = record::read_json(out_, "manifest.json");
  if (!manifest) return Failure(manifest.error());
  StudyOutcome outcome{.stopped = !(*manifest)["complete"].get<bool>(), .wall_seconds = wall_seconds()};
  for (const Json& run : (*manifest)["runs"]) {
    ++outcome.runs;
    if (run["status"] == "finished") ++outcome.finished;
    if (run["status"] == "failed") ++outcome.failed;
  }
  if (outcome.stopped) return outcome;
  outcome.digest = (*manifest)["digest"].get<std::string>();
  if (options_.when_complete) WINDHOVER_RETURN_IF_ERROR(options_.when_complete());
  return outcome;
}

Result<void> Engine::prepare() {
  const auto declaration = record::study_files(plan_.study);
  if (!declaration) return Failure(declaration.error());
  WINDHOVER_RETURN_IF_ERROR(take_possession(*declaration));
  if (options_.fresh) WINDHOVER_RETURN_IF_ERROR(start_over());
  const auto sums = record::read_checksums(out_);
  if (!sums) return Failure(sums.error());
  if (*sums) WINDHOVER_RETURN_IF_ERROR(mend_declaration(*declaration, **sums));
  WINDHOVER_RETURN_IF_ERROR(complete_declaration(*declaration));
  WINDHOVER_RETURN_IF_ERROR(check_same_study(out_, plan_.study));
  WINDHOVER_RETURN_IF_ERROR(check_same_configurations());
  if (*sums) WINDHOVER_RETURN_IF_ERROR(remove_damaged(**sums));
  recall_manifest();
  WINDHOVER_RETURN_IF_ERROR(store_audit());
  return store_baselines();
}

/// Nothing in the folder is changed before it is known to be ours.
Result<void> Engine::take_possession(const std::vector<record::NamedFile>& declaration) {
  WINDHOVER_RETURN_IF_ERROR(require_ours(out_, declaration, record::run_ids(plan_.study)));
  WINDHOVER_RETURN_IF_ERROR(tidy_up(out_));
  const auto damage = mend_checksums(out_);
  if (!damage) return Failure(damage.error());
  if (!damage->empty()) observer_.note(*damage + "; making it again");
  return require_free_places(out_, declaration, options_.when_complete != nullptr);
}

Result<void> Engine::start_over() {
  const auto foreign = remove_study(out_, record::run_ids(plan_.study));
  if (!foreign) return Failure(foreign.error());
  for (const auto& name : *foreign)
    observer_.note(fmt::format("{}: not ours, left where it is", out_.path_of(name).string()));
  return {};
}

/// study.toml and cells.json can be written again only if they were written from this very plan: if they, or
/// their sums, are what the plan gives.
Result<void> Engine::mend_declaration(const std::vector<record::NamedFile>& declaration,
                                      const record::Checksums& sums) {
  std::vector<record::NamedFile> mended;
  for (const auto& file : declaration) {
    const auto path = out_.path_of(file.name);
    const auto fault = record::check_file(out_, file.name, sums);
    if (!fault) return Failure(fault.error());
    if (!*fault || (!out_.has(file.name) && !sums.contains(file.name))) continue;
    const auto listed = sums.find(file.name);
    const auto content = out_.read(file.name);
    const bool from_this_plan = (listed != sums.end() && listed->second == sha256_of(file.content)) ||
                                (content && *content == file.content);
    if (!from_this_plan) {
      return failure(
          fmt::format("{}: {}, and this study file is not the one that it was written from; go on with "
                      "that one, or give another --out",
                      path.string(), (*fault)->what));
    }
    observer_.note(
        fmt::format("{}: {}; writing it again from the study file", path.string(), (*fault)->what));
    mended.push_back(file);
  }
  return mended.empty() ? Result<void>() : record::replace_files(out_, mended);
}

/// study.toml without cells.json, as is left where the folder was removed while it was written, says enough
/// if it is this plan's.
Result<void> Engine::complete_declaration(const std::vector<record::NamedFile>& declaration) {
  if (out_.has("cells.json")) return {};
  const auto declared = std::ranges::find(declaration, "study.toml", &record::NamedFile::name);
  const auto stored = out_.read(declared->name);
  if (!stored || *stored != declared->content) return {};
  return record::replace_files(out_, declaration);
}

/// Everything else can be made again; pages of a report that are not by this engine are made by its caller.
Result<void> Engine::remove_damaged(const record::Checksums& sums) {
  std::vector<std::string> damaged;
  for (const auto& [name, sum] : sums) {
    if (name == "study.toml" || name == "cells.json") continue;
    const auto fault = record::check_file(out_, name, sums);
    if (!fault) return Failure(fault.error());
    if (!*fault) continue;
    observer_.note(fmt::format("{}: {}; making it again", out_.path_of(name).string(), (*fault)->what));
    damaged.push_back(name);
  }
  return damaged.empty() ? Result<void>() : record::replace_files(out_, {}, damaged);
}

/// The audit comes before study.toml: a study that is refused leaves nothing behind.
Result<void> Engine::store_audit() {
  if (out_.has("audit.json") && out_.has("study.toml")) return {};
  const auto result = audit(plan_);
  if (!result) return Failure(result.error());
  WINDHOVER_RETURN_IF_ERROR(require_passed(*result));
  observer_.note(
      fmt::format("audit passed (cells: {}, seeds: {})", plan_.cells.size(), (*result)["seeds"].size()));
  WINDHOVER_RETURN_IF_ERROR(record::write_study(out_, plan_.study));
  return record::write_json(out_, "audit.json", *result);
}

Result<void> Engine::store_baselines() {
  if (out_.has("baselines.json")) return {};
  const auto scores = score_baselines(plan_);
  if (!scores) return Failure(scores.error());
  return record::write_json(out_, "baselines.json", *scores);
}

/// A manifest that is missing or damaged costs the time of the earlier sessions, nothing else.
void Engine::recall_manifest() {
  const auto manifest = record::read_json(out_, "manifest.json");
  if (!manifest || !manifest->is_object()) return;
  const auto seconds = manifest->find("wall_seconds");
  if (seconds == manifest->end() || !seconds->is_number()) return;
  earlier_seconds_ = seconds->get<double>();
  manifest_complete_ = manifest->contains("complete") && (*manifest)["complete"] == true;
}

/// A folder whose study.toml was lost must not lend its runs to another study.
Result<void> Engine::check_same_configurations() const {
  for (const RunPlan& run : runs_of(plan_)) {
    if (!record::run_exists(out_, run.id)) continue;
    const auto stored = record::read_run(out_, run.id, record::Rows::skip);
    if (!stored || stored->config == run_configuration(plan_, run)) continue;  // a damaged run is done again
    return failure(fmt::format("'{}' holds run {} of another configuration; give another --out",
                               options_.out.string(), run.id.folder().string()));
  }
  return {};
}

/// The run without its rows, if every file of it is there and sound. A disk that does not answer is an error:
/// it is no reason to do a run again.
Result<std::optional<record::Run>> Engine::read_whole(const record::RunId& id) const {
  const auto damaged = [&](const std::string& what) {
    observer_.note(fmt::format("{}; doing run {} again", what, id.folder().string()));
    return std::nullopt;
  };
  auto faults = record::check_run(out_, id);
  if (!faults) return Failure(faults.error());
  std::erase_if(*faults, [](const record::Fault& fault) { return fault.foreign; });
  if (!faults->empty()) {
    return damaged(fmt::format("{}: {}", out_.path_of(faults->front().file).string(), faults->front().what));
  }
  auto run = record::read_run(out_, id, record::Rows::read);
  const auto folder = out_.below(id.place());
  if (!run && folder.has(record::checksums_name)) return Failure(run.error());
  if (!run) return damaged(run.error().message);
  run->training.clear();
  run->evaluation.clear();
  const int models = run->summary.failed ? 0 : run->summary.models;
  for (int model = 0; model < models; ++model) {
    const auto name = model_file_name(model, models);
    if (!folder.has(name)) return damaged(fmt::format("{}: missing", folder.path_of(name).string()));
  }
  return *std::move(run);
}

/// Finished runs are never done again; a damaged one is, and its files are removed.
Result<void> Engine::sort_runs() {
  for (const RunPlan& run : runs_of(plan_)) {
    if (!out_.has(run.id.place())) {
      workload_.pending.push_back(run);
      continue;
    }
    auto stored = read_whole(run.id);
    if (!stored) return Failure(stored.error());
    if (!*stored) {
      WINDHOVER_RETURN_IF_ERROR(remove_run(out_, run.id));
      workload_.pending.push_back(run);
      continue;
    }
    ++workload_.done;
    if ((*stored)->summary.failed) ++workload_.failed;
    workload_.done_cost += cost_of(run).total();
    done_.emplace(run.id, **std::move(stored));
    // A state left by a process that was killed before it could remove it.
    WINDHOVER_RETURN_IF_ERROR(out_.remove(state_place(run.id)));
  }
  return {};
}

/// What is written once the folder is gone would make a study of which nobody knows that runs are missing.
Result<void> Engine::check_still_there() const {
  bool there = lock_.still_held();
  for (const auto& [id, run] : done_) there = there && record::run_exists(out_, id);
  if (there) return {};
  return failure(
      fmt::format("the output folder '{}', or a run in it, was removed while the study ran; the same "
                  "command makes again what is missing",
                  options_.out.string()));
}

Result<void> Engine::write_manifest() {
  WINDHOVER_RETURN_IF_ERROR(check_still_there());
  std::vector<record::Run> done;
  for (const RunPlan& run : runs_of(plan_)) {
    auto known = done_.find(run.id);
    if (known == done_.end() && record::run_exists(out_, run.id)) {
      auto stored = record::read_run(out_, run.id, record::Rows::skip);
      if (!stored) return Failure(stored.error());
      known = done_.emplace(run.id, *std::move(stored)).first;
    }
    if (known != done_.end()) done.push_back(known->second);
  }
  const Session session{.build = options_.build,
                        .machine = options_.machine,
                        .jobs = options_.jobs,
                        .wall_seconds = wall_seconds()};
  return record::write_json(out_, "manifest.json", make_manifest(plan_, done, session));
}

}  // namespace

Result<StudyOutcome> run_study(const Plan& plan, const StudyOptions& options, Observer& observer,
                               const std::stop_token& stop) {
  const auto lock = FolderLock::take(options.out);
  if (!lock) return Failure(lock.error());
  if (!lock->dead_holder().empty()) {
    observer.note(fmt::format("{} ended without finishing; going on in its place", lock->dead_holder()));
  }
  auto outcome = Engine(plan, options, *lock, observer).run(stop);
  if (outcome) remove_empty_folders(lock->folder(), record::states_folder);
  return outcome;
}

}  // namespace windhover::study
