#include "windhover/report/report.hpp"

#include <algorithm>
#include <system_error>

#include "windhover/analysis/analyse.hpp"
#include "windhover/analysis/linter.hpp"
#include "windhover/report/document.hpp"
#include "windhover/report/formats.hpp"
#include "windhover/report/overview.hpp"
#include "windhover/report/table_writers.hpp"

namespace windhover::report {
namespace {

/// Tables of an earlier report that this one no longer has. Other files in the folder are not ours.
Result<void> add_stale_tables(const std::filesystem::path& out, const std::string& folder,
                              const std::vector<Table>& tables, ReportFiles& files) {
  std::error_code error;
  if (!std::filesystem::exists(out / folder, error)) return {};
  for (std::filesystem::directory_iterator file(out / folder, error), end; !error && file != end;
       file.increment(error)) {
    const auto path = file->path();
    const auto name = path.stem().string();
    const bool ours = (name.starts_with("table-") || name.starts_with("data-")) &&
                      (path.extension() == ".csv" || path.extension() == ".tex");
    if (ours && std::ranges::find(tables, name, &Table::id) == tables.end()) {
      files.stale.push_back(folder + path.filename().string());
    }
  }
  if (error) return failure(fmt::format("{}: {}", (out / folder).string(), error.message()));
  return {};
}

/// `folder` is where in `out`: empty, or with a slash at its end.
Result<void> add_document(const Document& document, const std::filesystem::path& out,
                          const std::string& folder, ReportFiles& files) {
  files.written.push_back({folder + "report.html", html_page(document)});
  files.written.push_back({folder + "report.md", markdown_page(document)});
  const auto tables = tables_of(document);
  for (const auto& table : tables) {
    files.written.push_back({folder + "tables/" + table.id + ".csv", csv_table(table)});
    files.written.push_back({folder + "tables/" + table.id + ".tex", latex_table(table)});
  }
  return add_stale_tables(out, folder + "tables/", tables, files);
}

Result<ReportFiles> files_of(const Json& results, const std::filesystem::path& out) {
  ReportFiles files;
  if (!has_parts(results)) {
    WINDHOVER_RETURN_IF_ERROR(add_document(make_document(results), out, "", files));
    return files;
  }
  for (const auto& part : make_part_reports(results))
    WINDHOVER_RETURN_IF_ERROR(add_document(part.document, out, part.folder + "/", files));
  WINDHOVER_RETURN_IF_ERROR(add_document(make_overview(results), out, "", files));
  return files;
}

}  // namespace

Result<ReportFiles> make_report(const Json& results, const std::filesystem::path& out) {
  if (!results.is_object() || !results.contains("schema") || results["schema"] != analysis::results_schema) {
    return failure(fmt::format("the results are not of the schema {}", analysis::results_schema));
  }
  if (const auto checked = analysis::lint(results); !checked)
    return in_context("the claim linter", checked.error());
  try {
    return files_of(results, out);
  } catch (const Json::exception& error) {
    return failure(
        fmt::format("the results are not of the schema {}: {}", analysis::results_schema, error.what()));
  }
}

Result<void> replace_report(const ReportFiles& files, const std::filesystem::path& out) {
  // Pages come from the records again at any time, so nothing waits for the disk.
  return record::replace_files(out, files.written, files.stale, Flush::later);
}

Result<void> write_report(const Json& results, const std::filesystem::path& out) {
  const auto files = make_report(results, out);
  if (!files) return Failure(files.error());
  return replace_report(*files, out);
}

}  // namespace windhover::report
