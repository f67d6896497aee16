#include "windhover/report/report.hpp"

#include <algorithm>
#include <system_error>

#include "windhover/analysis/analyse.hpp"
#include "windhover/analysis/linter.hpp"
#include "windhover/core/files.hpp"
#include "windhover/report/document.hpp"
#include "windhover/report/formats.hpp"
#include "windhover/report/overview.hpp"
#include "windhover/report/table_writers.hpp"

namespace windhover::report {
namespace {

/// Leaves a file alone that holds `content` already. Pages come from the records again at any time, so
/// nothing waits for the disk.
Result<void> bring_up_to_date(const std::filesystem::path& path, const std::string& content) {
  if (const auto there = read_file(path); there && *there == content) return {};
  return replace_file(path, content, Flush::later);
}

/// Tables of an earlier report that this one no longer has. Other files in the folder are not ours.
Result<void> remove_stale_tables(const std::filesystem::path& folder, const std::vector<Table>& tables) {
  std::error_code error;
  std::vector<std::filesystem::path> stale;
  for (std::filesystem::directory_iterator file(folder, error), end; !error && file != end;
       file.increment(error)) {
    const auto path = file->path();
    const auto name = path.stem().string();
    const bool ours = (name.starts_with("table-") || name.starts_with("data-")) &&
                      (path.extension() == ".csv" || path.extension() == ".tex");
    if (ours && std::ranges::find(tables, name, &Table::id) == tables.end()) stale.push_back(path);
  }
  for (const auto& path : stale) {
    if (!error) std::filesystem::remove(path, error);
  }
  if (error) return failure(fmt::format("{}: {}", folder.string(), error.message()));
  return {};
}

Result<void> write_document(const Document& document, const std::filesystem::path& out) {
  WINDHOVER_RETURN_IF_ERROR(bring_up_to_date(out / "report.html", html_page(document)));
  WINDHOVER_RETURN_IF_ERROR(bring_up_to_date(out / "report.md", markdown_page(document)));
  const auto tables = tables_of(document);
  for (const auto& table : tables) {
    const auto path = out / "tables" / table.id;
    WINDHOVER_RETURN_IF_ERROR(bring_up_to_date(path.string() + ".csv", csv_table(table)));
    WINDHOVER_RETURN_IF_ERROR(bring_up_to_date(path.string() + ".tex", latex_table(table)));
  }
  return remove_stale_tables(out / "tables", tables);
}

}  // namespace

Result<void> write_report(const Json& results, const std::filesystem::path& out) {
  if (!results.is_object() || !results.contains("schema") || results["schema"] != analysis::results_schema) {
    return failure(fmt::format("the results are not of the schema {}", analysis::results_schema));
  }
  if (const auto checked = analysis::lint(results); !checked)
    return in_context("the claim linter", checked.error());
  try {
    if (!has_parts(results)) return write_document(make_document(results), out);
    for (const auto& part : make_part_reports(results))
      WINDHOVER_RETURN_IF_ERROR(write_document(part.document, out / part.folder));
    return write_document(make_overview(results), out);
  } catch (const Json::exception& error) {
    return failure(
        fmt::format("the results are not of the schema {}: {}", analysis::results_schema, error.what()));
  }
}

}  // namespace windhover::report
