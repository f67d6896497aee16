#include "windhover/report/report.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "windhover/analysis/linter.hpp"
#include "windhover/record/layout.hpp"
#include "windhover/report/formats.hpp"
#include "windhover/report/overview.hpp"
#include "windhover/report/page.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/scores_file.hpp"
#include "windhover/report/table_writers.hpp"

namespace windhover::report {
namespace {

/// `folder` is where in the output folder: empty, or with a slash at its end.
void add_document(const Page& page, const Results& results, const std::string& folder,
                  std::vector<record::NamedFile>& files) {
  files.push_back({folder + "report.html", html_page(page)});
  files.push_back({folder + "report.md", markdown_page(page)});
  for (const auto& table : tables_of(page)) {
    const auto name = fmt::format("{}{}/{}", folder, record::tables_folder, table.id);
    files.push_back({name + ".csv", csv_table(table)});
    files.push_back({name + ".tex", latex_table(table)});
  }
  if (!nothing_finished(results)) {
    files.push_back(
        {fmt::format("{}{}/{}", folder, record::tables_folder, record::scores_name), scores_file(results)});
  }
}

std::vector<record::NamedFile> files_of(const Results& results) {
  std::vector<record::NamedFile> files;
  if (!has_parts(results)) {
    add_document(make_page(results), results, "", files);
    return files;
  }
  const auto parts = make_part_reports(results);
  for (std::size_t i = 0; i < parts.size(); ++i)
    add_document(parts[i].page, results.environments[i].results, parts[i].folder + "/", files);
  add_document(make_overview(results), results, "", files);
  return files;
}

/// Pages and tables of an earlier report that this one no longer has; what is not listed is not ours.
Result<std::vector<std::string>> stale_files(const Folder& out, const std::vector<record::NamedFile>& files) {
  const auto listed = record::read_checksums(out);
  if (!listed) return Failure(listed.error());
  std::vector<std::string> stale;
  for (const auto& [name, sum] : listed->value_or(record::Checksums())) {
    if (record::is_report_file(name) &&
        std::ranges::find(files, name, &record::NamedFile::name) == files.end())
      stale.push_back(name);
  }
  return stale;
}

}  // namespace

Result<ReportFiles> make_report(const Results& results, const Folder& out) {
  const auto incoherent = [](const std::exception& error) {
    return failure(fmt::format("the results name a cell or arm that they do not have: {}", error.what()));
  };
  if (const auto checked = analysis::lint(analysis::to_json(results)); !checked)
    return in_context("the claim linter", checked.error());
  try {
    ReportFiles report{.written = files_of(results), .stale = {}};
    auto stale = stale_files(out, report.written);
    if (!stale) return Failure(stale.error());
    report.stale = *std::move(stale);
    return report;
  } catch (const std::out_of_range& error) {
    return incoherent(error);
  } catch (const std::bad_optional_access& error) {
    return incoherent(error);
  }
}

Result<void> replace_report(const ReportFiles& files, const Folder& out) {
  // Pages come from the records again at any time, so nothing waits for the disk.
  return record::replace_files(out, files.written, files.stale, Flush::later);
}

}  // namespace windhover::report
