#include "windhover/study/engine.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "windhover/core/digest.hpp"
#include "windhover/core/first_few.hpp"
#include "windhover/core/folder.hpp"
#include "windhover/record/agreement.hpp"
#include "windhover/record/layout.hpp"
#include "windhover/study/audit.hpp"
#include "windhover/study/baselines.hpp"
#include "windhover/study/checked_record.hpp"
#include "windhover/study/folder_lock.hpp"
#include "windhover/study/growth.hpp"
#include "windhover/study/manifest.hpp"
#include "windhover/study/output_folder.hpp"
#include "windhover/study/ownership.hpp"
#include "windhover/study/pace.hpp"
#include "windhover/study/run.hpp"
#include "windhover/study/saved_state.hpp"
#include "windhover/study/scheduler.hpp"

namespace windhover::study {
namespace {

using Clock = std::chrono::steady_clock;

/// A message names so many runs and counts the others.
constexpr std::size_t named_runs = 4;

/// A study in its folder, from the moment the folder is ours.
class Engine {
 public:
  Engine(const Plan& plan, const StudyOptions& options, const FolderLock& lock, Observer& observer,
         const std::stop_token& stop)
      : plan_(plan),
        options_(options),
        lock_(lock),
        out_(lock.folder()),
        observer_(observer),
        watch_(watch_by(observer, stop)) {}

  Result<StudyOutcome> run();

 private:
  Result<void> bring_to_end();
  [[nodiscard]] std::size_t unread_runs() const;
  [[nodiscard]] std::size_t missing() const;
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
  [[nodiscard]] Result<void> check_builds() const;
  Result<void> sort_runs();
  Result<void> adopt_plan();
  Result<void> settle();
  [[nodiscard]] Result<record::Audit> pass_audit();
  [[nodiscard]] Result<std::optional<record::Run>> read_whole(const record::RunId& id) const;
  Result<void> add_ended(std::span<const EndedRun> ended);
  [[nodiscard]] Result<void> check_still_there() const;
  [[nodiscard]] Failure removed_meanwhile() const;
  Result<void> write_manifest();
  [[nodiscard]] StudyOutcome outcome() const;

  [[nodiscard]] double wall_seconds() const {
    return earlier_seconds_ + std::chrono::duration<double>(Clock::now() - start_).count();
  }

  const Plan& plan_;
  const StudyOptions& options_;
  const FolderLock& lock_;
  const Folder& out_;
  Observer& observer_;
  Watch watch_;
  Clock::time_point start_ = Clock::now();
  double earlier_seconds_ = 0;
  std::optional<record::Manifest> manifest_;  ///< as an earlier session left it, until the runs are sorted
  std::vector<KeptRun> kept_;                 ///< runs that are there, until they are settled
  Workload workload_;
  std::size_t runs_ = 0;                              ///< that the study asks for
  std::set<record::RunId> of_others_;                 ///< of these, not to be carried out here
  std::map<record::RunId, record::RunSummary> done_;  ///< finished or failed
  Pace manifest_pace_{std::chrono::seconds(2)};
};

Result<StudyOutcome> Engine::run() {
  const auto ended = bring_to_end();
  observer_.activity({});
  if (!ended && ended.error().kind != ErrorKind::stopped) return Failure(ended.error());
  auto result = outcome();
  if (ended) return result;
  result.stopped = true;
  result.digest.clear();
  result.finished += unread_runs();
  return result;
}

Result<void> Engine::bring_to_end() {
  const auto ids = record::run_ids(plan_.study);
  runs_ = ids.size();
  if (options_.shard.is_part()) {
    of_others_ = {ids.begin(), ids.end()};
    for (const auto& run : runs_of_shard(plan_, options_.shard)) of_others_.erase(run.id);
  }
  WINDHOVER_RETURN_IF_ERROR(prepare());
  WINDHOVER_RETURN_IF_ERROR(check_builds());
  WINDHOVER_RETURN_IF_ERROR(sort_runs());
  WINDHOVER_RETURN_IF_ERROR(record::check_agreement(out_, manifest_, ids, done_));
  const bool is_current = done_.size() == runs_ && manifest_ && manifest_->digest == outcome().digest;
  manifest_.reset();
  if (options_.only_reuse) {
    for (const auto& run : workload_.pending) of_others_.insert(run.id);
    workload_.pending.clear();
  }
  if (!is_current) WINDHOVER_RETURN_IF_ERROR(write_manifest());
  if (!workload_.pending.empty()) {
    const ScheduleOptions schedule{.out = out_,
                                   .jobs = options_.jobs,
                                   .save_interval = options_.save_interval,
                                   .provenance = options_.provenance,
                                   .others = options_.others};
    const auto on_runs_ended = [this](std::span<const EndedRun> ended) { return add_ended(ended); };
    WINDHOVER_RETURN_IF_ERROR(carry_out(plan_, workload_, schedule, observer_, on_runs_ended, watch_.stop()));
    WINDHOVER_RETURN_IF_ERROR(write_manifest());
  }
  if (done_.size() + missing() < runs_) return stopped();
  if (done_.size() < runs_) return {};
  return options_.when_complete ? options_.when_complete(watch_) : Result<void>();
}

/// Runs that are left to others and are not there.
std::size_t Engine::missing() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(of_others_, [&](const auto& id) { return !done_.contains(id); }));
}

/// Those that a stop left unread, by their folders alone.
std::size_t Engine::unread_runs() const {
  return static_cast<std::size_t>(std::ranges::count_if(record::run_ids(plan_.study), [&](const auto& id) {
    return !done_.contains(id) && record::run_exists(out_, id);
  }));
}

StudyOutcome Engine::outcome() const {
  const auto failed = static_cast<std::size_t>(
      std::ranges::count_if(done_, [](const auto& run) { return run.second.failed(); }));
  return {.stopped = done_.size() + missing() < runs_,
          .runs = runs_,
          .finished = done_.size() - failed,
          .failed = failed,
          .missing = missing(),
          .digest = record::study_digest(plan_.study, done_).value,
          .wall_seconds = wall_seconds()};
}

Result<void> Engine::prepare() {
  const auto declaration = record::study_files(plan_.study);
  if (!declaration) return Failure(declaration.error());
  WINDHOVER_RETURN_IF_ERROR(take_possession(*declaration));
  if (options_.fresh) WINDHOVER_RETURN_IF_ERROR(start_over());
  auto sums = record::read_checksums(out_);
  if (!sums) return Failure(sums.error());
  if (*sums) WINDHOVER_RETURN_IF_ERROR(mend_declaration(*declaration, **sums));
  WINDHOVER_RETURN_IF_ERROR(complete_declaration(*declaration));
  auto kept = kept_runs(out_, watch_);
  if (!kept) return Failure(kept.error());
  kept_ = *std::move(kept);
  WINDHOVER_RETURN_IF_ERROR(adopt_plan());
  sums = record::read_checksums(out_);
  if (!sums) return Failure(sums.error());
  if (*sums) WINDHOVER_RETURN_IF_ERROR(remove_damaged(**sums));
  recall_manifest();
  WINDHOVER_RETURN_IF_ERROR(store_audit());
  WINDHOVER_RETURN_IF_ERROR(settle());
  return options_.shard.is_part() ? Result<void>() : store_baselines();
}

/// Nothing in the folder is changed before it is known to be ours.
Result<void> Engine::take_possession(const std::vector<record::NamedFile>& declaration) {
  WINDHOVER_RETURN_IF_ERROR(require_ours(out_, declaration, record::run_ids(plan_.study)));
  WINDHOVER_RETURN_IF_ERROR(tidy_up(out_));
  const auto damage = mend_checksums(out_);
  if (!damage) return Failure(damage.error());
  if (!damage->empty()) observer_.note(*damage + "; making it again");
  return require_free_places(
      out_, declaration, options_.when_complete != nullptr ? Written::record_and_report : Written::record);
}

Result<void> Engine::start_over() {
  const auto removed = remove_study(out_, record::run_ids(plan_.study));
  if (!removed) return Failure(removed.error());
  for (const auto& name : removed->changed)
    observer_.note(fmt::format("{}: was changed since it was written; removed", out_.path_of(name).string()));
  for (const auto& name : removed->foreign)
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
    if (watch_.stop_requested()) return stopped();
    const auto fault = record::check_file(out_, name, sums);
    if (!fault) return Failure(fault.error());
    if (!*fault) continue;
    observer_.note(fmt::format("{}: {}; making it again", out_.path_of(name).string(), (*fault)->what));
    damaged.push_back(name);
  }
  return damaged.empty() ? Result<void>() : record::replace_files(out_, {}, damaged);
}

Result<record::Audit> Engine::pass_audit() {
  auto result = audit(plan_, watch_);
  if (!result) return result;
  WINDHOVER_RETURN_IF_ERROR(require_passed(*result));
  observer_.note(
      fmt::format("audit passed (cells: {}, seeds: {})", plan_.cells.size(), result->seeds.size()));
  return result;
}

/// The audit comes before study.toml: a study that is refused leaves nothing behind.
Result<void> Engine::store_audit() {
  if (out_.has("audit.json") && out_.has("study.toml")) return {};
  const auto result = pass_audit();
  if (!result) return Failure(result.error());
  WINDHOVER_RETURN_IF_ERROR(record::write_study(out_, plan_.study));
  return record::write_described(out_, "audit.json", *result);
}

Result<void> Engine::store_baselines() {
  if (out_.has("baselines.json")) return {};
  const auto scores = score_baselines(plan_, watch_);
  if (!scores) return Failure(scores.error());
  return record::write_described(out_, "baselines.json", *scores);
}

/// A manifest that is missing or damaged costs the time of the earlier sessions, nothing else.
void Engine::recall_manifest() {
  auto manifest = record::read_described<record::Manifest>(out_, "manifest.json");
  if (!manifest) return;
  earlier_seconds_ = manifest->wall_seconds;
  manifest_ = *std::move(manifest);
}

/// The folder holds an earlier plan of this study: the audit comes first, so that a plan that does not pass
/// leaves everything as it is.
Result<void> Engine::adopt_plan() {
  const auto changes = accepted_changes(out_, plan_, kept_);
  if (!changes) return Failure(changes.error());
  if (changes->empty()) return {};
  const auto audited = pass_audit();
  if (!audited) return Failure(audited.error());
  recall_manifest();
  manifest_.reset();
  WINDHOVER_RETURN_IF_ERROR(replace_plan(out_, plan_, *audited));
  observer_.note(fmt::format(
      "'{}' held an earlier plan of this study, which its history.json keeps. The difference:\n  {}",
      options_.out.string(), fmt::join(*changes, "\n  ")));
  return {};
}

/// The runs that are there, and what other folders have of those that are not.
Result<void> Engine::settle() {
  for (const auto& path : options_.reuse) {
    const Folder folder(path);
    WINDHOVER_RETURN_IF_ERROR(require_marker(folder));
    std::error_code ignored;
    if (std::filesystem::equivalent(path, options_.out, ignored))
      return usage_error(
          fmt::format("'{}' is the output folder itself, whose runs are reused anyway", path.string()));
    auto runs = kept_runs(folder, watch_);
    if (!runs) return Failure(runs.error());
    kept_.insert(kept_.end(), std::make_move_iterator(runs->begin()), std::make_move_iterator(runs->end()));
  }
  const auto settled = settle_runs(out_, plan_, std::exchange(kept_, {}));
  if (!settled) return Failure(settled.error());
  const auto tell = [&](const std::vector<std::string>& runs, const char* what) {
    if (!runs.empty()) observer_.note(fmt::format("{}: {}", what, first_few(runs, named_runs)));
  };
  tell(settled->set_aside, "no longer asked for, kept in earlier/");
  tell(settled->taken, "taken as they are");
  tell(settled->evaluated, "trained already, to be evaluated");
  tell(settled->gone_on_with, "going on from the end of a smaller budget");
  return {};
}

/// A run that another program began would be of neither.
Result<void> Engine::check_builds() const {
  if (options_.accept_build) return {};
  for (const RunPlan& run : runs_of(plan_)) {
    if (watch_.stop_requested()) return stopped();
    if (!out_.has(state_place(run.id)) || out_.has(run.id.place())) continue;
    const auto provenance = state_provenance(out_, run.id);
    if (!provenance) return Failure(provenance.error());
    if (!*provenance || record::is_same_program((*provenance)->build, options_.provenance.build)) continue;
    return usage_error(fmt::format(
        "'{}': run {} was begun by windhover {}, and this is windhover {}; go on with that one, or "
        "with this one by --accept-build, which the record of the run tells",
        options_.out.string(), run.id.folder().string(), record::build_text((*provenance)->build),
        record::build_text(options_.provenance.build)));
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
  const auto damage = record::run_fault(out_, id.place());
  if (!damage) return Failure(damage.error());
  if (*damage) return damaged(fmt::format("{}: {}", out_.path_of((*damage)->file).string(), (*damage)->what));
  auto run = record::read_run(out_, id, record::Rows::read);
  const auto folder = out_.below(id.place());
  if (!run && folder.has(record::checksums_name)) return Failure(run.error());
  if (!run) return damaged(run.error().message);
  if (const auto fault = digest_fault(folder, *run); !fault.empty())
    return damaged(fmt::format("{}: {}", folder.path_of("done.json").string(), fault));
  run->training.clear();
  run->evaluation.clear();
  return *std::move(run);
}

/// Finished runs are never done again; a damaged one is, and its files are removed.
Result<void> Engine::sort_runs() {
  const auto runs = runs_of(plan_);
  for (const RunPlan& run : runs) {
    if (watch_.stop_requested()) return stopped();
    watch_.tell({.what = "check of finished runs",
                 .done = static_cast<std::size_t>(&run - runs.data()),
                 .all = runs.size()});
    if (!out_.has(run.id.place())) {
      if (!of_others_.contains(run.id)) workload_.pending.push_back(run);
      continue;
    }
    auto stored = read_whole(run.id);
    if (!stored) return Failure(stored.error());
    if (!*stored) {
      WINDHOVER_RETURN_IF_ERROR(remove_run(out_, run.id));
      if (!of_others_.contains(run.id)) workload_.pending.push_back(run);
      continue;
    }
    ++workload_.done;
    if ((*stored)->summary.failed()) ++workload_.failed;
    workload_.done_cost += cost_of(run).total();
    done_.emplace(run.id, std::move((*stored)->summary));
    // A state left by a process that was killed before it could remove it.
    WINDHOVER_RETURN_IF_ERROR(out_.remove(state_place(run.id)));
  }
  return {};
}

/// Takes in runs that have ended. The manifest, whose size is that of the study, is written now and then
/// only: a row may be behind its run.
Result<void> Engine::add_ended(std::span<const EndedRun> ended) {
  for (const auto& [id, summary] : ended) {
    if (!lock_.still_held() || !record::run_exists(out_, id)) return removed_meanwhile();
    done_.emplace(id, summary);
  }
  return manifest_pace_.is_due(Clock::now()) ? write_manifest() : Result<void>();
}

/// What is written once the folder is gone would make a study of which nobody knows that runs are missing.
Result<void> Engine::check_still_there() const {
  const auto is_here = [&](const auto& run) { return record::run_exists(out_, run.first); };
  if (lock_.still_held() && std::ranges::all_of(done_, is_here)) return {};
  return removed_meanwhile();
}

Failure Engine::removed_meanwhile() const {
  return failure(
      fmt::format("the output folder '{}', or a run in it, was removed while the study ran; the same "
                  "command makes again what is missing",
                  options_.out.string()));
}

Result<void> Engine::write_manifest() {
  const auto begin = Clock::now();
  WINDHOVER_RETURN_IF_ERROR(check_still_there());
  const Session session{
      .provenance = options_.provenance, .jobs = options_.jobs, .wall_seconds = wall_seconds()};
  WINDHOVER_RETURN_IF_ERROR(
      record::write_described(out_, "manifest.json", make_manifest(plan_.study, done_, session)));
  manifest_pace_.was_done(begin, Clock::now());
  return {};
}

}  // namespace

Result<StudyOutcome> run_study(const Plan& plan, const StudyOptions& options, Observer& observer,
                               const std::stop_token& stop) {
  const auto lock = FolderLock::take(options.out);
  if (!lock) return Failure(lock.error());
  if (!lock->dead_holder().empty()) {
    observer.note(fmt::format("{} ended without finishing; going on in its place", lock->dead_holder()));
  }
  auto outcome = Engine(plan, options, *lock, observer, stop).run();
  if (outcome) remove_empty_folders(lock->folder(), record::states_folder);
  return outcome;
}

}  // namespace windhover::study
