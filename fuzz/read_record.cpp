#include "fuzz/read_record.hpp"

#include <fstream>
#include <string_view>

#include "fuzz/scratch_folder.hpp"

#include "windhover/analysis/analyse.hpp"
#include "windhover/analysis/compare.hpp"
#include "windhover/analysis/linter.hpp"
#include "windhover/analysis/power_plan.hpp"
#include "windhover/core/bytes.hpp"
#include "windhover/core/contract.hpp"
#include "windhover/core/json_text.hpp"
#include "windhover/record/names.hpp"
#include "windhover/record/record.hpp"
#include "windhover/report/comparison.hpp"
#include "windhover/report/document.hpp"
#include "windhover/report/formats.hpp"
#include "windhover/report/overview.hpp"
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

void write_part(const fs::path& folder, std::string_view name, std::string_view content) {
  const fs::path path(name);
  if (!is_inside(path)) return;
  std::error_code ignored;  // a name may be a file's and a folder's
  fs::create_directories((folder / path).parent_path(), ignored);
  std::ofstream(folder / path, std::ios::binary)
      .write(content.data(), static_cast<std::streamsize>(content.size()));
}

void unpack(std::string_view archive, const fs::path& folder) {
  constexpr std::string_view mark = "=== ";
  while (archive.starts_with(mark)) {
    const auto end_of_name = archive.find('\n');
    if (end_of_name == std::string_view::npos) return;
    const auto name = archive.substr(mark.size(), end_of_name - mark.size());
    archive.remove_prefix(end_of_name + 1);
    auto end = archive.starts_with(mark) ? 0 : archive.find("\n=== ");
    if (end == std::string_view::npos) end = archive.size();
    if (end != 0) end = std::min(end + 1, archive.size());
    write_part(folder, name, archive.substr(0, end));
    archive.remove_prefix(end);
  }
}

void render(const report::Document& document) {
  static_cast<void>(report::html_page(document));
  static_cast<void>(report::markdown_page(document));
  for (const auto& table : report::tables_of(document)) {
    WINDHOVER_CHECK(record::is_folder_name(table.id));
    static_cast<void>(report::csv_table(table));
    static_cast<void>(report::latex_table(table));
  }
}

void render_all(const Json& results) {
  static_cast<void>(results.dump(2));
  if (!report::has_parts(results)) return render(report::make_document(results));
  for (const auto& part : report::make_part_reports(results)) {
    WINDHOVER_CHECK(is_inside(part.folder));
    render(part.document);
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
  const auto results = parse_json(as_text(bytes));
  if (!results || !results->is_object()) return;
  static_cast<void>(report::comparison_page(*results));
  try {
    if (analysis::lint(*results)) render_all(*results);
  } catch (const Json::exception&) {
  }
}

}  // namespace windhover::fuzz
