#include "windhover/report/report.hpp"

#include "windhover/analysis/analyse.hpp"
#include "windhover/analysis/linter.hpp"
#include "windhover/core/files.hpp"
#include "windhover/report/document.hpp"
#include "windhover/report/formats.hpp"
#include "windhover/report/table_writers.hpp"

namespace windhover::report {
namespace {

/// Pages come from the records again at any time, so nothing waits for the disk.
Result<void> write_page(const std::filesystem::path& path, const std::string& text) {
  return replace_file(path, text, Flush::later);
}

Result<void> write_document(const Document& document, const std::filesystem::path& out) {
  WINDHOVER_RETURN_IF_ERROR(write_page(out / "report.html", html_page(document)));
  WINDHOVER_RETURN_IF_ERROR(write_page(out / "report.md", markdown_page(document)));
  for (const auto& table : tables_of(document)) {
    const auto path = out / "tables" / table.id;
    WINDHOVER_RETURN_IF_ERROR(write_page(path.string() + ".csv", csv_table(table)));
    WINDHOVER_RETURN_IF_ERROR(write_page(path.string() + ".tex", latex_table(table)));
  }
  return {};
}

}  // namespace

Result<void> write_report(const Json& results, const std::filesystem::path& out) {
  if (!results.is_object() || !results.contains("schema") || results["schema"] != analysis::results_schema) {
    return failure(fmt::format("the results are not of the schema {}", analysis::results_schema));
  }
  if (const auto checked = analysis::lint(results); !checked)
    return in_context("the claim linter", checked.error());
  try {
    return write_document(make_document(results), out);
  } catch (const Json::exception& error) {
    return failure(
        fmt::format("the results are not of the schema {}: {}", analysis::results_schema, error.what()));
  }
}

}  // namespace windhover::report
