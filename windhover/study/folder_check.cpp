#include "windhover/study/folder_check.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>

#include <fmt/format.h>

#include "windhover/nn/checkpoint.hpp"
#include "windhover/record/layout.hpp"
#include "windhover/record/record.hpp"
#include "windhover/study/folder_lock.hpp"
#include "windhover/study/run.hpp"
#include "windhover/study/saved_state.hpp"

namespace windhover::study {
namespace {

namespace fs = std::filesystem;

std::string run_place(const record::RunId& id) { return id.place().generic_string(); }

class Check {
 public:
  explicit Check(const Folder& out) : out_(out) {}

  Result<FolderCheck> perform();

 private:
  void read_header();
  Result<void> check_study_files();
  Result<void> check_runs();
  Result<void> check_run(const record::RunId& id);
  void check_digest(const record::RunId& id);
  Result<std::string> digest_of_models(const record::Run& run, const Folder& folder) const;
  Result<void> check_states();
  void check_state_file(const std::string& name);
  void check_manifest();
  void check_row(const Json& row, const record::RunId& id);
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
    return !header_ || std::ranges::find(asked_for_, id) != asked_for_.end();
  }

  const Folder& out_;
  FolderCheck result_;
  Result<record::Study> header_;
  std::vector<record::RunId> asked_for_;       ///< in canonical order
  std::map<record::RunId, record::Run> runs_;  ///< sound ones, without their rows
  std::vector<std::string> leftovers_;         ///< what a killed process left half-written
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
  WINDHOVER_RETURN_IF_ERROR(check_states());
  check_manifest();
  report_leftovers();
  return std::move(result_);
}

void Check::read_header() {
  header_ = record::read_study_header(out_);
  if (!header_) return;
  result_.study = header_->name;
  asked_for_ = record::run_ids(*header_);
  result_.all_runs = asked_for_.size();
}

/// All that is not a run's.
Result<void> Check::check_study_files() {
  const std::vector<std::string> elsewhere = {record::runs_folder, record::states_folder, record::lock_name};
  const auto there = files_below(out_, elsewhere);
  if (!there) return Failure(there.error());
  result_.files += there->size();
  if (out_.has(record::lock_name)) leftovers_.emplace_back(record::lock_name);
  const auto sums = record::read_checksums(out_);
  if (!sums) {
    add_fault(record::checksums_name, sums.error().message);
    return {};
  }
  if (!*sums) {
    add_fault(record::checksums_name, "missing");
    return {};
  }
  auto faults = record::check_files(out_, **sums, elsewhere);
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
  for (const auto& id : ids) WINDHOVER_RETURN_IF_ERROR(check_run(id));
  return {};
}

Result<void> Check::check_run(const record::RunId& id) {
  const auto place = run_place(id);
  if (!is_asked_for(id)) add_fault(place, "not a run of this study");
  ++result_.runs;
  const auto faults = record::check_run(out_, id);
  if (!faults) return Failure(faults.error());
  result_.faults.insert(result_.faults.end(), faults->begin(), faults->end());
  if (faults->empty()) check_digest(id);
  return {};
}

void Check::check_digest(const record::RunId& id) {
  const auto done = run_place(id) + "/done.json";
  auto run = record::read_run(out_, id, record::Rows::read);
  if (!run) return add_fault(done, run.error().message);
  const auto digest = digest_of_models(*run, out_.below(id.place()));
  if (!digest) return add_fault(run_place(id), digest.error().message);
  if (*digest != run->summary.digest) {
    return add_fault(done, fmt::format("its digest is {}, but models and evaluation.csv give {}",
                                       run->summary.digest, *digest));
  }
  run->training.clear();
  run->evaluation.clear();
  runs_.emplace(id, *std::move(run));
}

Result<std::string> Check::digest_of_models(const record::Run& run, const Folder& folder) const {
  std::vector<std::vector<std::byte>> parameters;
  for (int model = 0; model < run.summary.models; ++model) {
    const auto name = model_file_name(model, run.summary.models);
    const auto content = folder.read(name);
    if (!content) return Failure(content.error());
    const auto checkpoint = nn::read_safetensors(std::as_bytes(std::span(*content)));
    if (!checkpoint) return in_context(name, checkpoint.error());
    parameters.push_back(nn::canonical_bytes(nn::Layout(checkpoint->architecture), checkpoint->parameters));
  }
  return record::run_digest(parameters, run.evaluation);
}

Result<void> Check::check_states() {
  if (out_.kind(record::states_folder) == EntryKind::link) return add_link(record::states_folder);
  const auto files = files_below(out_.below(record::states_folder));
  if (!files) return Failure(files.error());
  result_.files += files->size();
  for (const auto& file : *files) check_state_file(fmt::format("{}/{}", record::states_folder, file));
  return {};
}

void Check::check_state_file(const std::string& name) {
  const auto plain = std::string(without_temporary_ending(name));
  const auto id = run_of_state(plain);
  if (!id || !is_asked_for(*id))
    return add_foreign(name, "not the state of a run of this study, so it is not ours");
  if (plain != name) return leftovers_.push_back(name);
  const auto sound = check_state(out_, *id);
  if (!sound) return add_fault(name, sound.error().message);
  if (record::run_exists(out_, *id)) return leftovers_.push_back(name);
  ++result_.states;
}

/// The manifest against the runs, once both can be read.
void Check::check_manifest() {
  const auto manifest = record::read_json(out_, "manifest.json");
  if (!header_ || !manifest || !manifest->is_object()) return;
  const auto rows = manifest->find("runs");
  if (rows == manifest->end() || !rows->is_array() || rows->size() != asked_for_.size()) {
    return add_fault("manifest.json",
                     fmt::format("it must have a row for each of the {} runs", asked_for_.size()));
  }
  for (std::size_t i = 0; i < asked_for_.size(); ++i) check_row((*rows)[i], asked_for_[i]);
  if (!manifest->contains("complete") || (*manifest)["complete"] != true) return;
  result_.complete = true;
  if (runs_.size() != asked_for_.size()) return;  // each of the others has its fault already
  std::vector<record::Run> runs;
  for (const auto& id : asked_for_) {
    if (runs_.contains(id)) runs.push_back(runs_.at(id));
  }
  result_.digest = record::study_digest(runs);
  if (manifest->value("digest", Json()) != Json(result_.digest)) {
    add_fault("manifest.json", fmt::format("its digest is {}, but the runs give {}",
                                           manifest->value("digest", Json()).dump(), result_.digest));
  }
}

/// A row may be behind the runs, as the manifest is written after them, but not against them.
void Check::check_row(const Json& row, const record::RunId& id) {
  const Json names = {{"cell", id.cell}, {"arm", id.arm}, {"seed", id.seed}};
  bool agrees = row.is_object();
  for (const auto& [key, value] : names.items()) agrees = agrees && row.contains(key) && row[key] == value;
  if (!agrees)
    return add_fault("manifest.json", fmt::format("the row of run {} is missing", id.folder().string()));
  if (row.value("status", Json()) == "missing") return;
  const auto run = runs_.find(id);
  if (run == runs_.end()) {
    if (!record::run_exists(out_, id)) add_fault(run_place(id), "missing, but manifest.json has it");
    return;
  }
  const auto& summary = run->second.summary;
  const Json expected = {{"status", summary.failed ? "failed" : "finished"},
                         {"models", summary.models},
                         {"parameters", summary.parameters},
                         {"steps", summary.steps},
                         {"digest", summary.digest}};
  for (const auto& [key, value] : expected.items()) {
    const Json found = row.value(key, Json());
    if (found == value) continue;
    add_fault("manifest.json", fmt::format("'{}' of run {} is {}, but its done.json says {}", key,
                                           id.folder().string(), found.dump(), value.dump()));
  }
}

void Check::report_leftovers() {
  for (auto& file : leftovers_) {
    if (result_.complete) {
      add_fault(std::move(file), "left behind by a process that was killed; the study's command removes it");
    } else {
      result_.notes.push_back(file + ": left behind by a process that was killed; going on removes it");
    }
  }
}

}  // namespace

Result<FolderCheck> check_folder(const Folder& out) { return Check(out).perform(); }

}  // namespace windhover::study
