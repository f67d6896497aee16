#include "windhover/study/output_folder.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "windhover/core/digest.hpp"
#include "windhover/record/layout.hpp"
#include "windhover/study/run_index.hpp"
#include "windhover/study/saved_state.hpp"

namespace windhover::study {
namespace {

namespace fs = std::filesystem;

/// Whether a folder below runs/ or earlier/ is that of a run: one that the study asks for, or one whose sums
/// say so.
bool is_run(const Folder& out, const fs::path& folder, const std::set<record::RunId>& asked_for) {
  if (record::is_unfinished_run(folder.filename().string())) return true;
  const bool is_aside = folder.begin()->string() == record::earlier_folder;
  const auto id = record::run_of_folder(folder.lexically_relative(record::runs_folder));
  if (!id && !is_aside) return false;
  if (id && asked_for.contains(*id)) return true;
  const auto sums = record::read_checksums(out.below(folder));
  return sums && *sums && (*sums)->contains("done.json") && (*sums)->contains("config.json");
}

/// Some file of a study or its report that a writer was killed over.
bool is_half_written(const std::string& name) {
  const auto plain = without_temporary_ending(name);
  return plain != name && (record::is_study_file(plain) || plain == record::checksums_name);
}

/// What remove_study is to remove, as names in `out`, in order.
class Removal {
 public:
  Removal(const Folder& out, const std::vector<record::RunId>& next) : out_(out), next_(next) {}

  Result<std::vector<fs::path>> files() {
    if (const auto header = record::read_study_header(out_)) {
      const auto ids = record::run_ids(*header);
      asked_for_ = {ids.begin(), ids.end()};
    }
    WINDHOVER_RETURN_IF_ERROR(add_runs());
    WINDHOVER_RETURN_IF_ERROR(add_states());
    WINDHOVER_RETURN_IF_ERROR(add_study_files());
    return std::move(files_);
  }

  /// Those of the files that are not as they were written, and not gone either.
  [[nodiscard]] const std::vector<std::string>& changed() const { return changed_; }

 private:
  Result<void> add_changed(const fs::path& folder, const record::Checksums& sums) {
    const auto faults = record::changed_files(out_.below(folder), sums);
    if (!faults) return Failure(faults.error());
    for (const auto& fault : *faults) changed_.push_back((folder / fault.file).string());
    return {};
  }

  Result<void> add_runs() {
    auto folders = folders_of_runs(out_);
    if (!folders) return Failure(folders.error());
    const auto aside = folders_set_aside(out_);
    if (!aside) return Failure(aside.error());
    folders->insert(folders->end(), aside->begin(), aside->end());
    for (const auto& folder : *folders) {
      if (!is_run(out_, folder, asked_for_)) continue;
      const auto files = record::run_files(out_.below(folder));
      if (!files) return Failure(files.error());
      for (const auto& name : files->ours) files_.push_back(folder / name);
      const auto sums = record::read_checksums(out_.below(folder));
      if (sums && *sums) WINDHOVER_RETURN_IF_ERROR(add_changed(folder, **sums));
    }
    for (const auto& id : next_) WINDHOVER_RETURN_IF_ERROR(require_no_others(id));
    return {};
  }

  /// The run is to be done again there.
  Result<void> require_no_others(const record::RunId& id) const {
    const auto folder = out_.below(id.place());
    const auto files = record::run_files(folder);
    if (!files) return Failure(files.error());
    return files->foreign.empty() ? Result<void>() : record::refuse_foreign(folder, files->foreign);
  }

  Result<void> add_states() {
    const auto names = files_among_states(out_);
    if (!names) return Failure(names.error());
    for (const auto& name : *names) {
      const auto id = run_of_state(name);
      const bool ours = id && (asked_for_.contains(*id) || check_state(out_, *id));
      if (ours && out_.kind(name) == EntryKind::file) files_.emplace_back(name);
    }
    return {};
  }

  /// What the folder is known by goes last, so that a removal that was killed can be gone on with.
  Result<void> add_study_files() {
    static constexpr std::array last = {record::checksums_name, "study.toml", "cells.json"};
    const auto listed = record::read_checksums(out_);
    if (!listed) return Failure(listed.error());
    const auto sums = listed->value_or(record::Checksums());
    for (const auto& [name, sum] : sums) {
      if (!record::is_study_file(name)) continue;
      WINDHOVER_RETURN_IF_ERROR(out_.expect_file_or_nothing(name));
      if (std::ranges::find(last, name) == last.end()) files_.emplace_back(name);
    }
    WINDHOVER_RETURN_IF_ERROR(add_changed({}, sums));
    files_.insert(files_.end(), last.begin(), last.end());
    return {};
  }

  const Folder& out_;
  const std::vector<record::RunId>& next_;
  std::set<record::RunId> asked_for_;  ///< by the study that is removed
  std::vector<fs::path> files_;
  std::vector<std::string> changed_;
};

/// Lists the files of a record that show by themselves that they are ours, with sums that trust none of them.
Result<std::string> make_lost_checksums(const Folder& out) {
  const std::string no_sum(sha256_digits, '0');
  record::Checksums sums;
  std::vector<std::string> names(record::record_names.begin(), record::record_names.end());
  names.emplace_back(record::results_name);
  for (const auto& name : names) {
    if (out.kind(name) != EntryKind::file) continue;
    const auto content = out.read(name);
    if (!content) return Failure(content.error());
    if (record::has_our_form(name, *content)) sums.emplace(name, no_sum);
  }
  if (sums.empty()) return std::string();
  if (sums.contains("cells.json") && out.has("study.toml")) sums.emplace("study.toml", no_sum);
  WINDHOVER_RETURN_IF_ERROR(record::write_checksums(out, sums));
  return fmt::format("{}: missing", out.path_of(record::checksums_name).string());
}

}  // namespace

Result<Removed> remove_study(const Folder& out, const std::vector<record::RunId>& next) {
  if (!out.has("study.toml") && out.has(record::runs_folder)) return Removed();
  Removal removal(out, next);
  const auto files = removal.files();
  if (!files) return Failure(files.error());
  for (const auto& file : *files) WINDHOVER_RETURN_IF_ERROR(out.remove(file));
  for (const char* folder : record::folder_names) remove_empty_folders(out, folder);
  auto foreign = files_below(out, {record::lock_name});
  if (!foreign) return Failure(foreign.error());
  return Removed{.foreign = *std::move(foreign), .changed = removal.changed()};
}

Result<void> tidy_up(const Folder& out) {
  WINDHOVER_RETURN_IF_ERROR(record::finish_replacing(out));
  const auto files = files_below(out, record::unlisted_names);
  if (!files) return Failure(files.error());
  for (const auto& name : *files) {
    if (is_half_written(name)) WINDHOVER_RETURN_IF_ERROR(out.remove(name));
  }
  const auto states = files_among_states(out);
  if (!states) return Failure(states.error());
  for (const auto& name : *states) {
    const auto plain = std::string(without_temporary_ending(name));
    if (plain != name && run_of_state(plain)) WINDHOVER_RETURN_IF_ERROR(out.remove(name));
  }
  const auto folders = folders_of_runs(out);
  if (!folders) return Failure(folders.error());
  for (const auto& folder : *folders) {
    if (record::is_unfinished_run(folder.filename().string()))
      WINDHOVER_RETURN_IF_ERROR(record::remove_run_files(out, folder));
  }
  return {};
}

Result<std::string> mend_checksums(const Folder& out) {
  if (!out.has(record::checksums_name)) return make_lost_checksums(out);
  const auto damage = record::checksums_damage(out);
  if (!damage) return Failure(damage.error());
  if (!*damage) return std::string();
  const auto files = files_below(out, record::unlisted_names);
  if (!files) return Failure(files.error());
  auto sums = record::salvage_checksums(out, *files);
  if (!sums) return Failure(sums.error());
  WINDHOVER_RETURN_IF_ERROR(record::write_checksums(out, *sums));
  return **damage;
}

Result<void> remove_run(const Folder& out, const record::RunId& id) {
  WINDHOVER_RETURN_IF_ERROR(record::remove_run_files(out, id.place()));
  remove_empty_folders(out, id.place());
  return {};
}

}  // namespace windhover::study
