#include "fuzz/read_record.hpp"

#include <map>
#include <string_view>
#include <vector>

#include "fuzz/scratch_folder.hpp"

#include "windhover/analysis/analyse.hpp"
#include "windhover/analysis/compare.hpp"
#include "windhover/analysis/linter.hpp"
#include "windhover/analysis/power_plan.hpp"
#include "windhover/core/bytes.hpp"
#include "windhover/core/contract.hpp"
#include "windhover/core/json_text.hpp"
#include "windhover/record/checksums.hpp"
#include "windhover/record/names.hpp"
#include "windhover/record/record.hpp"
#include "windhover/report/comparison.hpp"
#include "windhover/report/formats.hpp"
#include "windhover/report/overview.hpp"
#include "windhover/report/page.hpp"
#include "windhover/report/table_writers.hpp"

namespace windhover::fuzz {
namespace {

namespace fs = std::filesystem;

/// Whether a path names a file inside a folder.
bool is_inside(const fs::path& path) {
  if (path.empty() || path.is_absolute() || path.string().size() > 200) return false;
  for (const auto& part : path) {
    if (!record::is_folder_name(part.string())) return false;
  }
  return true;
}

/// The folder of a run or of the study that a file's sum stands in.
fs::path folder_of_sums(const fs::path& file) { return *file.begin() == "runs" ? file.parent_path() : ""; }

using Parts = std::map<fs::path, std::vector<record::NamedFile>>;  ///< by the folder of their sums

void add_part(Parts& parts, std::string_view name, std::string_view content) {
  const fs::path path(name);
  if (!is_inside(path)) return;
  const auto place = folder_of_sums(path);
  parts[place].push_back({place.empty() ? path : path.lexically_relative(place), std::string(content)});
}

/// With sums that are right: what is behind them is to be reached.
void write_parts(const Parts& parts, const fs::path& folder) {
  for (const auto& [place, files] : parts) {
    std::error_code ignored;  // a name may be a file's and a folder's
    fs::create_directories(folder / place, ignored);
    static_cast<void>(record::replace_files(folder / place, files, {}, Flush::later));
  }
}

void unpack(std::string_view archive, const fs::path& folder) {
  Parts parts;
  constexpr std::string_view mark = "=== ";
  while (archive.starts_with(mark)) {
    const auto end_of_name = archive.find('\n');
    if (end_of_name == std::string_view::npos) break;
    const auto name = archive.substr(mark.size(), end_of_name - mark.size());
    archive.remove_prefix(end_of_name + 1);
    auto end = archive.starts_with(mark) ? 0 : archive.find("\n=== ");
    if (end == std::string_view::npos) end = archive.size();
    if (end != 0) end = std::min(end + 1, archive.size());
    add_part(parts, name, archive.substr(0, end));
    archive.remove_prefix(end);
  }
  write_parts(parts, folder);
}

void render(const report::Page& document) {
  static_cast<void>(report::html_page(document));
  static_cast<void>(report::markdown_page(document));
  for (const auto& table : report::tables_of(document)) {
    WINDHOVER_CHECK(record::is_folder_name(table.id));
    static_cast<void>(report::csv_table(table));
    static_cast<void>(report::latex_table(table));
  }
}

void render_all(const analysis::Results& results) {
  static_cast<void>(to_json(results).dump(2));
  if (!report::has_parts(results)) return render(report::make_page(results));
  for (const auto& part : report::make_part_reports(results)) {
    WINDHOVER_CHECK(is_inside(part.folder));
    render(part.page);
  }
  render(report::make_overview(results));
}

}  // namespace

void read_record(std::span<const std::byte> bytes) {
  const fs::path folder = scratch_folder() / "record";
  fs::remove_all(folder);
  fs::create_directories(folder);
  unpack(as_text(bytes), folder);
  const auto study = record::read_study(folder);
  if (!study) return;
  // The engine's rules of a record are the analysis' own; a record that breaks them may throw Json's
  // exceptions, which the program turns into an error.
  try {
    const auto results = analysis::analyse(*study);
    if (results) render_all(*results);
    static_cast<void>(analysis::compare(*study, *study));
    static_cast<void>(analysis::spreads_of(analysis::ScoreBook(*study)));
  } catch (const Json::exception&) {
  }
}

void read_results(std::span<const std::byte> bytes) {
  const auto json = parse_json(as_text(bytes));
  if (!json || !json->is_object()) return;
  const auto linted = analysis::lint(*json);
  const auto results = analysis::results_from_json(*json);
  if (!linted || !results) return;
  try {
    render_all(*results);
  } catch (const std::out_of_range&) {  // make_report turns these into an error
  } catch (const std::bad_optional_access&) {
  }
}

}  // namespace windhover::fuzz
