#include "windhover/record/checksums.hpp"

#include <algorithm>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "windhover/core/digest.hpp"

namespace windhover::record {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view separator = "  ";

std::string checksums_text(const Checksums& sums) {
  std::string text;
  for (const auto& [name, sum] : sums) text += fmt::format("{}{}{}\n", sum, separator, name);
  return text;
}

bool is_sum(std::string_view text) {
  return text.size() == sha256_digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Lines that cannot be taken apart are left out, so that the text of what is returned differs.
Checksums parse_checksums(std::string_view text) {
  Checksums sums;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.size() <= sha256_digits + separator.size() || !is_sum(line.substr(0, sha256_digits))) continue;
    sums.emplace(line.substr(sha256_digits + separator.size()), line.substr(0, sha256_digits));
  }
  return sums;
}

bool has_sum(const std::string& content, const Checksums& sums, const std::string& name) {
  const auto listed = sums.find(name);
  return listed != sums.end() && sha256_of(content) == listed->second;
}

bool holds(const fs::path& path, const std::string& content) {
  const auto there = read_file(path);
  return there && *there == content;
}

/// The new content of a file, still beside its place because its writer was killed.
bool waits_beside(const fs::path& path, const Checksums& sums, const std::string& name) {
  if (!is_there(beside(path))) return false;
  const auto content = read_file(beside(path));
  return content && has_sum(*content, sums, name);
}

/// Removes what was written beside, unless SHA256SUMS lists it: then it is yet to be put in place.
Failure give_up(const fs::path& folder, const std::vector<std::string>& names, const Error& error) {
  const auto sums = read_checksums(folder);
  for (const auto& name : names) {
    std::error_code ignored;
    const bool listed = sums && *sums && waits_beside(folder / name, **sums, name);
    if (!listed) fs::remove(beside(folder / name), ignored);
  }
  return Failure(error);
}

Result<void> put_all_in_place(const fs::path& folder, const std::vector<std::string>& names, Flush flush) {
  std::set<fs::path> folders;
  for (const auto& name : names) {
    WINDHOVER_RETURN_IF_ERROR(put_in_place(folder / name));
    folders.insert((folder / name).parent_path());
  }
  if (flush == Flush::later) return {};
  for (const auto& changed : folders) WINDHOVER_RETURN_IF_ERROR(flush_folder(changed));
  return {};
}

Result<void> remove_all(const fs::path& folder, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    std::error_code error;
    fs::remove(folder / name, error);
    if (error)
      return failure(fmt::format("cannot remove '{}': {}", (folder / name).string(), error.message()));
  }
  return {};
}

}  // namespace

Result<std::optional<Checksums>> read_checksums(const fs::path& folder) {
  const auto path = folder / checksums_name;
  if (!is_there(path)) return std::nullopt;
  const auto text = read_file(path);
  if (!text) return Failure(text.error());
  auto sums = parse_checksums(*text);
  if (checksums_text(sums) != *text) {
    return failure(
        fmt::format("{}: damaged: its lines must be 64 hexadecimal digits, two spaces and a name, "
                    "each name once and in order",
                    path.string()));
  }
  return sums;
}

Result<std::optional<Fault>> check_file(const fs::path& folder, const std::string& name,
                                        const Checksums& sums) {
  const auto path = folder / name;
  if (waits_beside(path, sums, name)) return std::nullopt;
  if (!is_there(path)) return Fault{name, fmt::format("missing, but listed in {}", checksums_name)};
  if (!sums.contains(name)) return Fault{name, fmt::format("not listed in {}", checksums_name), true};
  const auto content = read_file(path);
  if (!content) return Failure(content.error());
  if (has_sum(*content, sums, name)) return std::nullopt;
  return Fault{name, fmt::format("damaged: its SHA-256 is not the one in {}", checksums_name)};
}

Result<std::vector<Fault>> check_files(const fs::path& folder, const Checksums& sums,
                                       const std::vector<std::string>& left_out) {
  const auto there = files_below(folder, left_out);
  if (!there) return Failure(there.error());
  std::set<std::string> names(there->begin(), there->end());
  for (const auto& [name, sum] : sums) names.insert(name);
  names.erase(checksums_name);
  std::vector<Fault> faults;
  for (const auto& name : names) {
    auto fault = check_file(folder, name, sums);
    if (!fault) return Failure(fault.error());
    if (*fault) faults.push_back(**std::move(fault));
  }
  return faults;
}

Result<std::string> read_checked(const fs::path& folder, const std::string& name, std::uint64_t limit) {
  const auto path = folder / name;
  auto content = read_file(path, limit);
  const auto sums = read_checksums(folder);
  if (!sums) return Failure(sums.error());
  if (*sums && content && has_sum(*content, **sums, name)) return content;
  if (*sums && waits_beside(path, **sums, name)) return read_file(beside(path), limit);
  if (!content) return content;
  if (!*sums) {
    return failure(fmt::format("{}: there is no {} beside it, by which a study's files are known",
                               path.string(), checksums_name));
  }
  return failure(fmt::format(
      "{}: {} {}; 'windhover verify' lists the faults of a study's folder, 'windhover "
      "study' makes what is damaged again",
      path.string(), (*sums)->contains(name) ? "damaged: its SHA-256 is not the one in" : "not listed in",
      checksums_name));
}

Result<void> finish_replacing(const fs::path& folder) {
  const auto sums = read_checksums(folder);
  if (!sums || !*sums) return {};  // a damaged one is for the caller to find
  for (const auto& [name, sum] : **sums) {
    if (waits_beside(folder / name, **sums, name)) WINDHOVER_RETURN_IF_ERROR(put_in_place(folder / name));
  }
  return {};
}

Result<void> replace_files(const fs::path& folder, const std::vector<NamedFile>& files,
                           const std::vector<std::string>& removed, Flush flush) {
  WINDHOVER_RETURN_IF_ERROR(finish_replacing(folder));  // what failed before must not be written over
  const auto listed = read_checksums(folder);
  if (!listed) return Failure(listed.error());
  const Checksums before = listed->value_or(Checksums());
  Checksums sums = before;

  std::vector<std::string> changed;
  for (const auto& file : files) {
    const auto path = folder / file.name;
    sums[file.name] = sha256_of(file.content);
    if (holds(path, file.content)) continue;
    if (const auto written = write_beside(path, file.content, flush); !written)
      return give_up(folder, changed, written.error());
    changed.push_back(file.name);
  }
  for (const auto& name : removed) sums.erase(name);
  if (sums != before || !*listed) {
    const auto written = replace_file(folder / checksums_name, checksums_text(sums));
    if (!written) return give_up(folder, changed, written.error());
  }
  WINDHOVER_RETURN_IF_ERROR(put_all_in_place(folder, changed, flush));
  return remove_all(folder, removed);
}

Result<std::vector<std::string>> files_below(const fs::path& folder,
                                             const std::vector<std::string>& left_out) {
  std::vector<std::string> names;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  for (const fs::recursive_directory_iterator end; !error && entry != end; entry.increment(error)) {
    const auto& path = entry->path();
    std::error_code ignored;
    const bool is_folder = fs::is_directory(entry->symlink_status(ignored));
    if (entry.depth() == 0 && std::ranges::find(left_out, path.filename().string()) != left_out.end()) {
      entry.disable_recursion_pending();
    } else if (!is_folder) {
      names.push_back(path.lexically_relative(folder).generic_string());
    }
  }
  if (error) return failure(fmt::format("cannot read the folder '{}': {}", folder.string(), error.message()));
  std::ranges::sort(names);
  return names;
}

}  // namespace windhover::record
