#include "windhover/record/checksums.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "windhover/core/digest.hpp"
#include "windhover/core/first_few.hpp"

namespace windhover::record {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view separator = "  ";

bool is_sum(std::string_view text) {
  return text.size() == sha256_digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// What stands in a line for the sum, be it one or not, and the name.
struct Line {
  std::string_view sum;
  std::string_view name;
};

/// The lines that are long enough.
std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.size() <= sha256_digits + separator.size()) continue;
    lines.push_back({line.substr(0, sha256_digits), line.substr(sha256_digits + separator.size())});
  }
  return lines;
}

/// Lines without a sum are left out, so that the text of what is returned differs.
Checksums parse_checksums(std::string_view text) {
  Checksums sums;
  for (const auto& line : lines_of(text)) {
    if (is_sum(line.sum)) sums.emplace(line.name, line.sum);
  }
  return sums;
}

bool has_sum(const std::string& content, const Checksums& sums, const std::string& name) {
  const auto listed = sums.find(name);
  return listed != sums.end() && sha256_of(content) == listed->second;
}

bool holds(const Folder& folder, const std::string& name, const std::string& content) {
  const auto there = folder.read(name);
  return there && *there == content;
}

/// The new content of a file, still beside its place because its writer was killed.
bool waits_beside(const Folder& folder, const std::string& name, const Checksums& sums) {
  if (folder.kind(beside(name)) != EntryKind::file) return false;
  const auto content = folder.read(beside(name));
  return content && has_sum(*content, sums, name);
}

/// Removes what was written beside, unless SHA256SUMS lists it: then it is yet to be put in place.
Failure give_up(const Folder& folder, const std::vector<std::string>& names, const Error& error) {
  const auto sums = read_checksums(folder);
  for (const auto& name : names) {
    const bool listed = sums && *sums && waits_beside(folder, name, **sums);
    if (!listed) static_cast<void>(folder.remove(beside(name)));
  }
  return Failure(error);
}

Result<void> put_all_in_place(const Folder& folder, const std::vector<std::string>& names, Flush flush) {
  std::set<fs::path> folders;
  for (const auto& name : names) {
    WINDHOVER_RETURN_IF_ERROR(folder.put_in_place(name));
    folders.insert(fs::path(name).parent_path());
  }
  if (flush == Flush::later) return {};
  for (const auto& changed : folders) WINDHOVER_RETURN_IF_ERROR(folder.flush(changed));
  return {};
}

/// On the disk before they are no longer listed, so that none that comes back after a crash is taken for
/// somebody else's.
Result<void> remove_all(const Folder& folder, const std::vector<std::string>& names) {
  std::set<fs::path> folders;
  for (const auto& name : names) {
    if (!folder.has(name)) continue;
    WINDHOVER_RETURN_IF_ERROR(folder.remove(name));
    folders.insert(fs::path(name).parent_path());
  }
  for (const auto& changed : folders) WINDHOVER_RETURN_IF_ERROR(folder.flush(changed));
  return {};
}

std::string damage_text(const Folder& folder) {
  return fmt::format(
      "{}: damaged: its lines must be 64 hexadecimal digits, two spaces and a name, each name "
      "once and in order",
      folder.path_of(checksums_name).string());
}

}  // namespace

std::string checksums_text(const Checksums& sums) {
  std::string text;
  for (const auto& [name, sum] : sums) text += fmt::format("{}{}{}\n", sum, separator, name);
  return text;
}

Failure in_the_way(const Folder& folder, const std::vector<std::string>& names) {
  constexpr std::size_t most_named = 3;
  std::vector<std::string> quoted;
  for (const auto& name : names) quoted.push_back(fmt::format("'{}'", folder.path_of(name).string()));
  return usage_error(fmt::format(
      "{} {} in the way: not listed in {}, so not ours, and not written over; move {} away, then the "
      "same command goes on",
      first_few(quoted, most_named), names.size() == 1 ? "is" : "are", checksums_name,
      names.size() == 1 ? "it" : "them"));
}

Result<std::optional<Checksums>> read_checksums(const Folder& folder) {
  if (!folder.has(checksums_name)) return std::nullopt;
  const auto text = folder.read(checksums_name);
  if (!text) return Failure(text.error());
  auto sums = parse_checksums(*text);
  if (checksums_text(sums) != *text) return failure(damage_text(folder));
  return sums;
}

Result<std::optional<std::string>> checksums_damage(const Folder& folder) {
  if (!folder.has(checksums_name)) return std::nullopt;
  const auto text = folder.read(checksums_name);
  if (!text && folder.kind(checksums_name) != EntryKind::file) return text.error().message;
  if (!text) return Failure(text.error());
  if (checksums_text(parse_checksums(*text)) == *text) return std::nullopt;
  return damage_text(folder);
}

Result<Checksums> salvage_checksums(const Folder& folder, const std::vector<std::string>& names) {
  const auto text = folder.read(checksums_name);
  if (!text) return Failure(text.error());
  auto sums = parse_checksums(*text);
  for (const auto& line : lines_of(*text)) {
    const bool is_there = std::ranges::find(names, line.name) != names.end();
    if (is_there && !is_sum(line.sum)) sums.emplace(line.name, std::string(sha256_digits, '0'));
  }
  for (const auto& name : names) {
    if (sums.contains(name) || folder.kind(name) != EntryKind::file) continue;
    const auto content = folder.read(name);
    if (!content) return Failure(content.error());
    auto sum = sha256_of(*content);
    if (text->find(sum) != std::string::npos) sums.emplace(name, std::move(sum));
  }
  return sums;
}

Result<void> write_checksums(const Folder& folder, const Checksums& sums) {
  return folder.replace(checksums_name, checksums_text(sums));
}

Result<std::optional<Fault>> check_file(const Folder& folder, const std::string& name,
                                        const Checksums& sums) {
  if (waits_beside(folder, name, sums)) return std::nullopt;
  const auto kind = folder.kind(name);
  if (kind == EntryKind::missing)
    return Fault{name, fmt::format("missing, but listed in {}", checksums_name)};
  if (!sums.contains(name)) {
    return Fault{name, fmt::format("not listed in {}, so it is not ours", checksums_name), true};
  }
  const auto content = folder.read(name);
  if (!content && kind == EntryKind::file) return Failure(content.error());
  if (!content) return Fault{name, content.error().message};
  if (has_sum(*content, sums, name)) return std::nullopt;
  return Fault{name, fmt::format("damaged: its SHA-256 is not the one in {}", checksums_name)};
}

Result<std::vector<Fault>> check_files(const Folder& folder, const Checksums& sums,
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

Result<std::vector<Fault>> changed_files(const Folder& folder, const Checksums& sums) {
  std::vector<Fault> changed;
  for (const auto& [name, sum] : sums) {
    if (!folder.has(name)) continue;
    auto fault = check_file(folder, name, sums);
    if (!fault) return Failure(fault.error());
    if (*fault) changed.push_back(**std::move(fault));
  }
  return changed;
}

Result<std::string> read_checked(const Folder& folder, const std::string& name, std::uint64_t limit) {
  auto content = folder.read(name, limit);
  const auto sums = read_checksums(folder);
  if (!sums) return Failure(sums.error());
  if (*sums && content && has_sum(*content, **sums, name)) return content;
  if (*sums && waits_beside(folder, name, **sums)) return folder.read(beside(name), limit);
  if (!content) return content;
  if (!*sums) {
    return failure(fmt::format("{}: there is no {} beside it, by which a study's files are known",
                               folder.path_of(name).string(), checksums_name));
  }
  return failure(fmt::format(
      "{}: {} {}; 'windhover verify' lists the faults of a study's folder, 'windhover "
      "study' makes what is damaged again",
      folder.path_of(name).string(),
      (*sums)->contains(name) ? "damaged: its SHA-256 is not the one in" : "not listed in", checksums_name));
}

Result<void> finish_replacing(const Folder& folder) {
  const auto sums = read_checksums(folder);
  if (!sums || !*sums) return {};  // a damaged one is for the caller to find
  for (const auto& [name, sum] : **sums) {
    if (waits_beside(folder, name, **sums)) WINDHOVER_RETURN_IF_ERROR(folder.put_in_place(name));
  }
  return {};
}

Result<void> replace_files(const Folder& folder, const std::vector<NamedFile>& files,
                           const std::vector<std::string>& removed, Flush flush) {
  WINDHOVER_RETURN_IF_ERROR(finish_replacing(folder));  // what failed before must not be written over
  const auto listed = read_checksums(folder);
  if (!listed) return Failure(listed.error());
  const Checksums before = listed->value_or(Checksums());
  Checksums sums = before;

  std::vector<const NamedFile*> changed;
  std::vector<std::string> foreign;
  for (const auto& file : files) {
    sums[file.name] = sha256_of(file.content);
    if (holds(folder, file.name, file.content)) continue;
    WINDHOVER_RETURN_IF_ERROR(folder.expect_file_or_nothing(file.name));
    if (!before.contains(file.name) && folder.has(file.name)) foreign.push_back(file.name);
    changed.push_back(&file);
  }
  if (!foreign.empty()) return in_the_way(folder, foreign);
  std::vector<std::string> beside_their_places;
  for (const NamedFile* file : changed) {
    if (const auto written = folder.write_beside(file->name, file->content, flush); !written)
      return give_up(folder, beside_their_places, written.error());
    beside_their_places.push_back(file->name);
  }
  if (const auto gone = remove_all(folder, removed); !gone)
    return give_up(folder, beside_their_places, gone.error());
  for (const auto& name : removed) sums.erase(name);
  if (sums != before || !*listed) {
    const auto written = write_checksums(folder, sums);
    if (!written) return give_up(folder, beside_their_places, written.error());
  }
  return put_all_in_place(folder, beside_their_places, flush);
}

}  // namespace windhover::record
