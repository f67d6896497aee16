#include "windhover/study/folder_check.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "windhover/core/value_text.hpp"
#include "windhover/record/agreement.hpp"
#include "windhover/record/identity.hpp"
#include "windhover/record/layout.hpp"
#include "windhover/record/record.hpp"
#include "windhover/study/checked_record.hpp"
#include "windhover/study/folder_lock.hpp"
#include "windhover/study/run_index.hpp"
#include "windhover/study/saved_state.hpp"

namespace windhover::study {
namespace {

namespace fs = std::filesystem;

class Check {
 public:
  Check(const Folder& out, const Watch& watch) : out_(out), watch_(watch) {}

  Result<FolderCheck> perform();

 private:
  void read_header();
  Result<void> check_study_files();
  Result<void> check_runs();
  Result<void> check_run(const record::RunId& id);
  void check_digest(const record::RunId& id);
  Result<void> check_earlier_runs();
  void check_earlier_run(const std::filesystem::path& place);
  Result<void> check_states();
  void check_state_file(const std::string& name);
  void check_copies();
  void check_manifest();
  void check_rows(const record::Manifest& manifest);
  void check_results();
  void report_leftovers();

  Result<void> add_link(const char* folder) {
    add_fault(folder, "a symbolic link, which is not followed");
    return {};
  }
  /// What lies where no file of ours can be. A link is named as what it is.
  void add_foreign(const std::string& name, const char* what) {
    const bool is_link = out_.kind(name) == EntryKind::link;
    result_.faults.push_back(
        {.file = name, .what = is_link ? "a symbolic link, which is not followed" : what, .foreign = true});
  }
  void add_fault(std::string file, std::string what) {
    result_.faults.push_back({.file = std::move(file), .what = std::move(what)});
  }
  [[nodiscard]] bool is_asked_for(const record::RunId& id) const {
    return !header_ || asked_for_set_.contains(id);
  }

  const Folder& out_;
  const Watch& watch_;
  FolderCheck result_;
  Result<record::Study> header_;
  std::vector<record::RunId> asked_for_;  ///< in canonical order
  std::set<record::RunId> asked_for_set_;
  std::map<record::RunId, record::RunSummary> runs_;  ///< sound ones
  std::string digest_;                                ///< of the study, if all its runs are there and sound
  bool has_ended_ = false;                            ///< the manifest says that every run is there
  std::vector<std::string> leftovers_;                ///< what a killed process left half-written
};

Result<FolderCheck> Check::perform() {
  if (const auto holder = FolderLock::holder(out_); !holder.empty()) {
    return failure(fmt::format("'{}' is in use by {}; it can be verified when that has ended",
                               out_.path().string(), holder));
  }
  read_header();
  WINDHOVER_RETURN_IF_ERROR(check_study_files());
  if (!header_ && result_.faults.empty()) add_fault("study.toml", header_.error().message);
  WINDHOVER_RETURN_IF_ERROR(check_runs());
  WINDHOVER_RETURN_IF_ERROR(check_earlier_runs());
  WINDHOVER_RETURN_IF_ERROR(check_states());
  check_copies();
  check_manifest();
  check_results();
  report_leftovers();
  return std::move(result_);
}

void Check::read_header() {
  header_ = record::read_study_header(out_);
  if (!header_) return;
  result_.study = header_->name;
  asked_for_ = record::run_ids(*header_);
  asked_for_set_.insert(asked_for_.begin(), asked_for_.end());
  result_.all_runs = asked_for_.size();
}

/// All that is not a run's.
Result<void> Check::check_study_files() {
  const auto there = files_below(out_, record::unlisted_names);
  if (!there) return Failure(there.error());
  result_.files += there->size();
  const auto lock = out_.kind(record::lock_name);
  if (lock != EntryKind::file && lock != EntryKind::missing) {
    add_foreign(record::lock_name, "not a file, so it is not ours");
  } else if (lock == EntryKind::file) {
    result_.notes.emplace_back(
        ".lock: left behind by a process that was killed, and held by nobody; who works here next removes "
        "it");
  }
  const auto sums = record::read_checksums(out_);
  if (!sums) {
    add_fault(record::checksums_name, sums.error().message);
    return {};
  }
  if (!*sums) {
    add_fault(record::checksums_name, "missing");
    return {};
  }
  auto faults = record::check_files(out_, **sums, record::unlisted_names);
  if (!faults) return Failure(faults.error());
  for (auto& fault : *faults) {
    const auto plain = without_temporary_ending(fault.file);
    if (fault.foreign && plain != fault.file &&
        (record::is_study_file(plain) || plain == record::checksums_name)) {
      leftovers_.push_back(fault.file);
    } else {
      result_.faults.push_back(std::move(fault));
    }
  }
  return {};
}

Result<void> Check::check_runs() {
  if (out_.kind(record::runs_folder) == EntryKind::link) return add_link(record::runs_folder);
  const auto files = files_below(out_.below(record::runs_folder));
  if (!files) return Failure(files.error());
  result_.files += files->size();
  std::set<record::RunId> ids;
  for (const auto& file : *files) {
    const auto folder = fs::path(file).parent_path();
    if (const auto id = record::run_of_folder(folder)) {
      ids.insert(*id);
    } else if (record::is_unfinished_run(folder.filename().string())) {
      leftovers_.push_back("runs/" + file);
    } else {
      add_foreign("runs/" + file, "not a file of a run, so it is not ours");
    }
  }
  std::size_t checked = 0;
  for (const auto& id : ids) {
    if (watch_.stop_requested()) return stopped();
    watch_.tell({.what = "check of runs", .done = checked++, .all = ids.size()});
    WINDHOVER_RETURN_IF_ERROR(check_run(id));
  }
  return {};
}

Result<void> Check::check_run(const record::RunId& id) {
  const auto place = id.place();
  if (!is_asked_for(id)) add_fault(place, "not a run of this study");
  ++result_.runs;
  const auto faults = record::check_run(out_, place);
  if (!faults) return Failure(faults.error());
  result_.faults.insert(result_.faults.end(), faults->begin(), faults->end());
  if (faults->empty()) check_digest(id);
  return {};
}

void Check::check_digest(const record::RunId& id) {
  const auto run = record::read_run(out_, id, record::Rows::read);
  if (!run) return add_fault(id.place(), run.error().message);
  if (auto fault = digest_fault(out_.below(id.place()), *run); !fault.empty())
    return add_fault(id.place() + "/done.json", std::move(fault));
  runs_.emplace(id, run->summary);
}

Result<void> Check::check_earlier_runs() {
  if (out_.kind(record::earlier_folder) == EntryKind::link) return add_link(record::earlier_folder);
  const auto files = files_below(out_.below(record::earlier_folder));
  if (!files) return Failure(files.error());
  result_.files += files->size();
  std::set<fs::path> folders;
  for (const auto& file : *files) {
    const auto place = fs::path(record::earlier_folder) / fs::path(file).parent_path();
    if (out_.has(place / record::checksums_name)) {
      folders.insert(place);
    } else {
      add_foreign(fmt::format("{}/{}", record::earlier_folder, file),
                  "not a file of a run, so it is not ours");
    }
  }
  for (const auto& place : folders) {
    if (watch_.stop_requested()) return stopped();
    check_earlier_run(place);
  }
  return {};
}

void Check::check_earlier_run(const fs::path& place) {
  ++result_.earlier;
  const auto folder = out_.below(place);
  const auto faults = record::check_run(out_, place.generic_string());
  if (!faults) return add_fault(place.generic_string(), faults.error().message);
  result_.faults.insert(result_.faults.end(), faults->begin(), faults->end());
  if (!faults->empty()) return;
  const auto run = record::read_run_folder(folder, record::Rows::read);
  if (!run) return add_fault(place.generic_string(), run.error().message);
  const auto identity = record::identity_of(run->config, record::Scope::whole, run->summary.semantics);
  if (place != earlier_place(identity))
    return add_fault(place.generic_string(), "its identity is that of " + earlier_place(identity));
  if (auto fault = digest_fault(folder, *run); !fault.empty())
    add_fault((place / "done.json").generic_string(), std::move(fault));
}

Result<void> Check::check_states() {
  if (out_.kind(record::states_folder) == EntryKind::link) return add_link(record::states_folder);
  const auto files = files_among_states(out_);
  if (!files) return Failure(files.error());
  result_.files += files->size();
  for (const auto& file : *files) check_state_file(file);
  return {};
}

void Check::check_state_file(const std::string& name) {
  const auto plain = std::string(without_temporary_ending(name));
  const auto id = run_of_state(plain);
  if (id && !is_asked_for(*id) && out_.kind(plain) == EntryKind::file && check_state(out_, *id)) {
    result_.notes.push_back(name + ": of a run that is no longer asked for; 'windhover prune' removes it");
    return;
  }
  if (!id || !is_asked_for(*id))
    return add_foreign(name, "not the state of a run of this study, so it is not ours");
  if (plain != name) return leftovers_.push_back(name);
  const auto sound = check_state(out_, *id);
  if (!sound) return add_fault(name, sound.error().message);
  if (record::run_exists(out_, *id)) return leftovers_.push_back(name);
  ++result_.states;
}

/// A digest over a run and its copy would stand for one run twice.
void Check::check_copies() {
  auto copies = record::copied_runs(runs_);
  if (header_ && copies.empty()) digest_ = record::study_digest(*header_, runs_).value;
  for (auto& fault : copies) result_.faults.push_back(std::move(fault));
}

/// The manifest against the runs, once both can be read.
void Check::check_manifest() {
  const auto document = record::read_json(out_, "manifest.json");
  if (!header_ || !document) return;  // what keeps them from being read is a fault already
  const auto manifest = described::from_json<record::Manifest>(*document);
  if (!manifest) return add_fault("manifest.json", manifest.error().message);
  check_rows(*manifest);
  has_ended_ = manifest->complete;
  result_.complete = has_ended_ && !digest_.empty();
  if (!result_.complete) return;  // each run that is missing has its fault already
  result_.digest = digest_;
  if (manifest->digest != result_.digest) {
    add_fault("manifest.json", fmt::format("its digest is {}, but the runs give {}",
                                           value_text(described::to_json(manifest->digest)), result_.digest));
  }
}

/// A row may be behind its run, but no run that a row has may be gone.
void Check::check_rows(const record::Manifest& manifest) {
  for (auto& fault : record::manifest_faults(manifest, asked_for_, runs_))
    result_.faults.push_back(std::move(fault));
  if (manifest.runs.size() != asked_for_.size()) return;
  for (std::size_t i = 0; i < asked_for_.size(); ++i) {
    const bool has_run = manifest.runs[i].status != record::RunStatus::missing;
    if (has_run && !runs_.contains(asked_for_[i]) && !record::run_exists(out_, asked_for_[i]))
      add_fault(asked_for_[i].place(), "missing, but manifest.json has it");
  }
}

/// A report that was made before runs went, or were made again, says the digest of others than are there.
void Check::check_results() {
  const auto results = record::read_json(out_, record::results_name);
  if (!results || !results->is_object()) return;
  const auto claimed = results->value("digest", Json());
  if (!claimed.is_string() || claimed == digest_) return;
  const auto text = fmt::format(
      "its digest {} is not that of the runs that are there; 'windhover report' makes "
      "the report again",
      claimed.dump());
  if (result_.complete) return add_fault("results.json", text);
  result_.notes.push_back("results.json: " + text);
}

void Check::report_leftovers() {
  for (auto& file : leftovers_) {
    if (has_ended_) {
      add_fault(std::move(file), "left behind by a process that was killed; the study's command removes it");
    } else {
      result_.notes.push_back(file + ": left behind by a process that was killed; going on removes it");
    }
  }
}

}  // namespace

Result<FolderCheck> check_folder(const Folder& out, const Watch& watch) {
  return Check(out, watch).perform();
}

}  // namespace windhover::study
