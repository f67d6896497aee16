#include "windhover/study/output_folder.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "windhover/study/plan.hpp"

namespace windhover::study {
namespace {

namespace fs = std::filesystem;

bool ends_with_any(std::string_view name, std::initializer_list<std::string_view> endings) {
  return std::ranges::any_of(endings, [&](std::string_view ending) { return name.ends_with(ending); });
}

/// What a writer that was killed may leave beside a file.
std::string_view without_temporary_ending(std::string_view name) {
  constexpr std::string_view ending = ".tmp";
  return name.ends_with(ending) ? name.substr(0, name.size() - ending.size()) : name;
}

bool is_study_file(std::string_view name) {
  static constexpr std::array names = {"study.toml",  "cells.json",     "manifest.json",
                                       "audit.json",  "baselines.json", "results.json",
                                       "report.html", "report.md",      record::checksums_name};
  return std::ranges::find(names, without_temporary_ending(name)) != names.end();
}

bool is_run_file(std::string_view name) {
  const auto plain = without_temporary_ending(name);
  static constexpr std::array names = {"config.json", "training.csv", "evaluation.csv", "done.json",
                                       record::checksums_name};
  return std::ranges::find(names, plain) != names.end() ||
         (plain.starts_with("model") && plain.ends_with(".safetensors"));
}

bool is_table_file(std::string_view name) {
  return ends_with_any(without_temporary_ending(name), {".csv", ".tex"});
}

bool is_report_file(std::string_view name) {
  const auto plain = without_temporary_ending(name);
  return plain == "report.html" || plain == "report.md" || is_table_file(name);
}

bool is_state_file(std::string_view name) { return without_temporary_ending(name).ends_with(".state"); }

/// Some file of a study or its report that a writer was killed over.
bool is_half_written(std::string_view name) {
  return name.ends_with(".tmp") && (is_study_file(name) || is_report_file(name) || is_state_file(name));
}

/// Removes the files below `folder` that `is_ours` knows by name, and the folders left empty. Links are not
/// followed.
void remove_below(const fs::path& folder, bool (*is_ours)(std::string_view), std::error_code& error) {
  std::error_code listing;
  if (!fs::is_directory(fs::symlink_status(folder, listing))) return;
  std::vector<fs::directory_entry> entries;
  for (const auto& entry : fs::directory_iterator(folder, listing)) entries.push_back(entry);
  if (listing) error = listing;
  for (const auto& entry : entries) {
    std::error_code here;
    if (fs::is_directory(entry.symlink_status(here))) {
      remove_below(entry.path(), is_ours, error);
    } else if (is_ours(entry.path().filename().string()) && !fs::remove(entry.path(), here) && here) {
      error = here;
    }
  }
  std::error_code not_empty;
  fs::remove(folder, not_empty);  // leaves a folder with other people's files
}

Result<void> check_removed(const fs::path& folder, const std::error_code& error) {
  if (!error) return {};
  return failure(
      fmt::format("cannot remove the study's files from '{}': {}", folder.string(), error.message()));
}

}  // namespace

Result<void> check_same_study(const fs::path& out, const record::Study& study) {
  std::error_code ignored;
  if (!fs::exists(out / "study.toml", ignored)) return {};
  const auto stored = record::read_study_header(out);
  if (!stored) return Failure(stored.error());
  auto lines = differences(stored->config, study.config);
  if (stored->quick != study.quick) {
    lines.push_back(fmt::format("--quick: {} in the folder, {} now", stored->quick, study.quick));
  }
  if (lines.empty()) return {};
  return failure(
      fmt::format("'{}' holds another study; give another --out, or --fresh to start over there. "
                  "The difference:\n  {}",
                  out.string(), fmt::join(lines, "\n  ")));
}

Result<void> remove_study(const fs::path& out) {
  std::error_code error;
  if (!fs::is_regular_file(out / "study.toml", error)) return {};
  error.clear();
  remove_below(out / "runs", is_run_file, error);
  remove_below(out / ".partial", is_state_file, error);
  remove_below(out / "tables", is_table_file, error);
  remove_below(out / "environments", is_report_file, error);
  std::vector<fs::path> files;
  std::error_code listing;
  for (const auto& entry : fs::directory_iterator(out, listing)) {
    if (is_study_file(entry.path().filename().string())) files.push_back(entry.path());
  }
  // study.toml, by which the folder is known to be a study's, goes last.
  std::stable_partition(files.begin(), files.end(),
                        [](const fs::path& path) { return path.filename() != "study.toml"; });
  for (const auto& file : files) {
    std::error_code here;
    if (!fs::remove(file, here) && here) error = here;
  }
  return check_removed(out, error);
}

Result<void> tidy_up(const fs::path& out) {
  WINDHOVER_RETURN_IF_ERROR(record::finish_replacing(out));
  std::error_code error;
  for (const char* folder : {".partial", "tables", "environments"}) {
    remove_below(out / folder, is_half_written, error);
  }
  std::vector<fs::path> half_written;
  std::vector<fs::path> unfinished_runs;
  std::error_code listing;
  for (const auto& entry : fs::directory_iterator(out, listing)) {
    if (is_half_written(entry.path().filename().string())) half_written.push_back(entry.path());
  }
  for (const auto& entry : fs::recursive_directory_iterator(out / "runs", listing)) {
    if (record::is_unfinished_run(entry.path().filename().string())) unfinished_runs.push_back(entry.path());
  }
  for (const auto& file : half_written) fs::remove(file, error);
  for (const auto& folder : unfinished_runs) remove_below(folder, is_run_file, error);
  return check_removed(out, error);
}

Result<void> remove_run(const fs::path& out, const record::RunId& id) {
  std::error_code error;
  const auto folder = out / "runs" / id.folder();
  remove_below(folder, is_run_file, error);
  WINDHOVER_RETURN_IF_ERROR(check_removed(folder, error));
  if (!fs::exists(folder, error)) return {};
  return failure(
      fmt::format("'{}' holds files that are not ours; move them away, so that the run can be done again",
                  folder.string()));
}

}  // namespace windhover::study
