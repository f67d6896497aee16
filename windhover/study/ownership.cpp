#include "windhover/study/ownership.hpp"

#include <algorithm>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "windhover/core/digest.hpp"
#include "windhover/core/first_few.hpp"
#include "windhover/record/checksums.hpp"
#include "windhover/record/layout.hpp"
#include "windhover/study/saved_state.hpp"

namespace windhover::study {
namespace {

namespace fs = std::filesystem;

/// A message names so many files and counts the others.
constexpr std::size_t named_files = 3;

/// Tells what lies in a folder without a marker: what a start of a plan leaves there when it is killed before
/// the marker is written, or when most of the folder is removed while it works; or somebody else's.
class Survey {
 public:
  Survey(const Folder& out, std::vector<record::NamedFile> declaration, const std::vector<record::RunId>& ids)
      : out_(out), declaration_(std::move(declaration)), planned_(ids.begin(), ids.end()) {
    record::Checksums sums;
    for (const auto& file : declaration_) sums.emplace(file.name, sha256_of(file.content));
    declaration_.push_back({record::checksums_name, record::checksums_text(sums)});
  }

  /// What is not shown to be ours, `named_files` at least if there are so many.
  [[nodiscard]] Result<std::vector<std::string>> foreign() const {
    std::vector<std::string> foreign;
    const auto entries = out_.list();
    if (!entries) return Failure(entries.error());
    for (const auto& entry : *entries) {
      const bool is_folder = entry.kind == EntryKind::folder;
      const bool has_runs = entry.name == record::runs_folder || entry.name == record::states_folder;
      if (is_folder ? !has_runs : !is_leftover(entry.name)) foreign.push_back(entry.name);
    }
    if (foreign.size() >= named_files) return foreign;
    for (const char* folder : {record::runs_folder, record::states_folder}) {
      if (out_.kind(folder) != EntryKind::folder) continue;
      const auto files = files_below(out_.below(folder));
      if (!files) return Failure(files.error());
      for (const auto& file : *files) {
        const auto name = fmt::format("{}/{}", folder, file);
        if (folder == record::runs_folder ? !is_of_run(file) : !is_state(name)) foreign.push_back(name);
      }
    }
    return foreign;
  }

 private:
  [[nodiscard]] std::string content(const std::string& name) const { return out_.read(name).value_or(""); }

  /// What this plan's study.toml, cells.json and first SHA256SUMS say; nothing for other files.
  [[nodiscard]] std::optional<std::string> declared(std::string_view name) const {
    const auto file = std::ranges::find(declaration_, name, &record::NamedFile::name);
    return file == declaration_.end() ? std::nullopt : std::optional(file->content);
  }

  [[nodiscard]] bool is_leftover(const std::string& name) const {
    if (out_.kind(name) != EntryKind::file) return false;
    if (name == record::lock_name) return true;  // ours, as it is held
    const auto plain = without_temporary_ending(name);
    const auto text = declared(plain);
    if (plain != name) return text && text->starts_with(content(name));
    return (text && *text == content(name)) || record::has_our_form(name, content(name)) ||
           (name == record::checksums_name && lists_leftovers());
  }

  /// A SHA256SUMS that lists files of a study alone, each gone or shown to be ours.
  [[nodiscard]] bool lists_leftovers() const {
    const auto sums = record::read_checksums(out_);
    return sums && *sums && std::ranges::all_of(**sums, [this](const auto& line) {
             const auto& name = line.first;
             return record::is_study_file(name) && (!out_.has(name) || is_leftover(name));
           });
  }

  [[nodiscard]] bool is_planned(const fs::path& folder) const {
    const auto id = record::run_of_folder(folder);
    return id && planned_.contains(*id);
  }

  /// A run's folder appears whole, with its sums; before that it has another name.
  [[nodiscard]] bool is_of_run(const fs::path& file) const {
    const auto folder = file.parent_path();
    const auto name = file.filename().string();
    if (record::is_unfinished_run(folder.filename().string()))
      return record::is_run_file(without_temporary_ending(name));
    if (!is_planned(folder)) return false;
    const auto sums = record::read_checksums(out_.below(record::runs_folder / folder));
    return sums && *sums && (name == record::checksums_name || (*sums)->contains(name));
  }

  [[nodiscard]] bool is_state(const std::string& name) const {
    const auto plain = without_temporary_ending(name);
    const auto id = run_of_state(plain);
    if (!id || !planned_.contains(*id) || out_.kind(name) != EntryKind::file) return false;
    return plain != name || check_state(out_, *id).has_value();
  }

  const Folder& out_;
  std::vector<record::NamedFile> declaration_;
  std::set<record::RunId> planned_;
};

std::string list_text(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const auto& name : names) quoted.push_back(fmt::format("'{}'", name));
  return first_few(quoted, named_files);
}

/// Whether the study writes a file under this name, or a run's below it.
bool is_our_place(const fs::path& name) {
  const auto text = name.generic_string();
  const auto plain = without_temporary_ending(text);
  if (record::is_study_file(plain) || plain == record::checksums_name || plain == record::lock_name)
    return true;
  auto part = name.begin();
  return part != name.end() &&
         (*part == record::runs_folder || *part == record::states_folder || *part == record::earlier_folder);
}

bool lies_at_our_place(const fs::path& file, const fs::path& out) {
  const auto inner = file.lexically_relative(out);
  return !inner.empty() && inner.begin()->string() != ".." && is_our_place(inner);
}

/// Every name in the output folder that is known before the results are.
std::vector<std::string> known_names(Written written) {
  std::vector<std::string> names;
  if (written != Written::report) names.assign(record::record_names.begin(), record::record_names.end());
  if (written == Written::record) return names;
  names.emplace_back(record::results_name);
  names.insert(names.end(), record::page_names.begin(), record::page_names.end());
  return names;
}

}  // namespace

Result<bool> bears_marker(const Folder& out) {
  for (const char* name : {"cells.json", record::checksums_name})
    WINDHOVER_RETURN_IF_ERROR(out.expect_file_or_nothing(name));
  std::string cells_sum;
  if (out.has("cells.json")) {
    const auto cells = out.read("cells.json");
    if (!cells) return Failure(cells.error());
    if (record::has_our_form("cells.json", *cells)) return true;
    cells_sum = sha256_of(*cells);
  }
  if (!out.has(record::checksums_name)) return false;
  const auto sums = record::salvage_checksums(out, {});
  if (!sums) return Failure(sums.error());
  const bool lists_a_study =
      sums->contains("cells.json") && sums->contains("study.toml") &&
      std::ranges::all_of(*sums, record::is_study_file, &record::Checksums::value_type::first);
  // A cells.json that has its sum is not damaged: it is somebody else's.
  return lists_a_study && sums->at("cells.json") != cells_sum;
}

Result<void> require_marker(const Folder& out) {
  const auto marked = bears_marker(out);
  if (!marked) return Failure(marked.error());
  if (*marked) return {};
  return usage_error(
      fmt::format("'{}' is not the output folder of a study: neither its cells.json nor its {} is "
                  "ours",
                  out.path().string(), record::checksums_name));
}

Result<void> require_ours(const Folder& out, const std::vector<record::NamedFile>& declaration,
                          const std::vector<record::RunId>& runs) {
  const auto marked = bears_marker(out);
  if (!marked) return Failure(marked.error());
  if (*marked) return {};
  const auto foreign = Survey(out, declaration, runs).foreign();
  if (!foreign) return Failure(foreign.error());
  if (foreign->empty()) return {};
  return usage_error(
      fmt::format("the output folder '{}' is neither new nor empty nor a study's: there is {}; give "
                  "another --out, or move them away. Nothing was changed",
                  out.path().string(), list_text(*foreign)));
}

Result<void> require_free_places(const Folder& out, const std::vector<record::NamedFile>& declaration,
                                 Written written) {
  const auto sums = record::read_checksums(out);
  if (!sums) return Failure(sums.error());
  std::vector<std::string> foreign;
  for (const auto& name : known_names(written)) {
    WINDHOVER_RETURN_IF_ERROR(out.expect_file_or_nothing(name));
    if (!out.has(name) || (*sums && (*sums)->contains(name))) continue;
    const auto file = std::ranges::find(declaration, name, &record::NamedFile::name);
    if (file == declaration.end() || out.read(name) != file->content) foreign.push_back(name);
  }
  if (!foreign.empty()) return record::in_the_way(out, foreign);
  for (const char* folder : record::folder_names) {
    if (const auto listed = out.list(folder); !listed) return Failure(listed.error());
  }
  return {};
}

Result<void> require_study_file_elsewhere(const fs::path& study_file, const fs::path& out) {
  std::error_code ignored;
  const auto folder = fs::weakly_canonical(fs::absolute(out), ignored);
  const auto given = fs::absolute(study_file);
  const bool by_name =
      lies_at_our_place(fs::weakly_canonical(given, ignored), folder) ||
      lies_at_our_place(fs::weakly_canonical(given.parent_path(), ignored) / given.filename(), folder);
  const auto is_same = [&](const std::string& name) {
    return fs::equivalent(study_file, out / name, ignored);
  };
  if (!by_name && std::ranges::none_of(known_names(Written::record_and_report), is_same)) return {};
  return usage_error(fmt::format(
      "the study file '{}' lies where the study in '{}' writes its own files; copy it to another place "
      "first, or give another --out",
      study_file.string(), out.string()));
}

Result<void> require_outside_of_studies(const fs::path& path) {
  std::error_code ignored;
  auto whole = fs::weakly_canonical(fs::absolute(path), ignored);
  if (!whole.has_filename()) whole = whole.parent_path();  // behind a slash at its end
  for (auto folder = whole.parent_path(); folder.has_relative_path(); folder = folder.parent_path()) {
    const auto marked = bears_marker(folder);
    if (!marked || !*marked) continue;
    return usage_error(
        fmt::format("'{}' lies inside '{}', the output folder of a study; give a place outside of it",
                    path.string(), folder.string()));
  }
  return {};
}

}  // namespace windhover::study
