#include "windhover/study/prune.hpp"

#include <algorithm>
#include <set>

#include <fcntl.h>
#include <sys/stat.h>

#include "windhover/core/files.hpp"
#include "windhover/record/layout.hpp"
#include "windhover/study/run_index.hpp"
#include "windhover/study/saved_state.hpp"

namespace windhover::study {
namespace {

namespace fs = std::filesystem;

double bytes_of(const Folder& out, const fs::path& name) {
  const auto file = out.open(name, O_RDONLY);
  struct stat status {};
  return file && ::fstat(file->get(), &status) == 0 ? static_cast<double>(status.st_size) : 0;
}

Result<double> bytes_below(const Folder& out, const fs::path& folder) {
  const auto files = files_below(out.below(folder));
  if (!files) return Failure(files.error());
  double bytes = 0;
  for (const auto& file : *files) bytes += bytes_of(out, folder / file);
  return bytes;
}

/// A file in a run's folder goes together with its line in SHA256SUMS.
bool is_file_of_run(const LeftRun& left) {
  return fs::path(left.place).filename() == record::budget_state_name;
}

}  // namespace

Result<std::vector<LeftRun>> left_runs(const Folder& out) {
  const auto study = record::read_study_header(out);
  if (!study) return Failure(study.error());
  const auto ids = record::run_ids(*study);
  const std::set<record::RunId> asked_for(ids.begin(), ids.end());
  std::vector<LeftRun> left;
  const auto kept = kept_runs(out, {});
  if (!kept) return Failure(kept.error());
  for (const auto& run : *kept) {
    if (!run.place.starts_with(record::earlier_folder)) continue;
    const auto bytes = bytes_below(out, run.place);
    if (!bytes) return Failure(bytes.error());
    left.push_back({.place = run.place, .id = run.run.id, .bytes = *bytes});
  }
  const auto states = files_among_states(out);
  if (!states) return Failure(states.error());
  for (const auto& state : *states) {
    const auto id = run_of_state(state);
    if (id && !asked_for.contains(*id))
      left.push_back({.place = state, .id = *id, .bytes = bytes_of(out, state)});
  }
  return left;
}

Result<std::vector<LeftRun>> budget_states(const Folder& out) {
  const auto study = record::read_study_header(out);
  if (!study) return Failure(study.error());
  std::vector<LeftRun> states;
  for (const auto& id : record::run_ids(*study)) {
    const auto place = fs::path(id.place()) / record::budget_state_name;
    if (out.kind(place) == EntryKind::file)
      states.push_back({.place = place.generic_string(), .id = id, .bytes = bytes_of(out, place)});
  }
  return states;
}

Result<void> prune(const Folder& out, const LeftRun& left) {
  const fs::path place = left.place;
  if (is_file_of_run(left))
    return record::replace_files(out.below(place.parent_path()), {}, {record::budget_state_name});
  if (left.place.starts_with(record::earlier_folder)) {
    WINDHOVER_RETURN_IF_ERROR(record::remove_run_files(out, place));
    remove_empty_folders(out, record::earlier_folder);
    return {};
  }
  WINDHOVER_RETURN_IF_ERROR(out.remove(place));
  remove_empty_folders(out, record::states_folder);
  return {};
}

}  // namespace windhover::study
