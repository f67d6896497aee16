#pragma once

#include <string>
#include <vector>

#include "windhover/analysis/results/results.hpp"
#include "windhover/core/folder.hpp"
#include "windhover/core/result.hpp"
#include "windhover/record/checksums.hpp"

namespace windhover::report {

using analysis::Results;

/// A report's files, by their places in the study's folder.
struct ReportFiles {
  std::vector<record::NamedFile> written;
  std::vector<std::string> stale;  ///< of an earlier report, to be removed
};

/// report.html, report.md, tables/*.csv and tables/*.tex, and for each part of a study with several
/// environments the same in environments/NAME, from the results of analysis::analyse; pages and tables of an
/// earlier report in `out`, by its SHA256SUMS, that this one does not have are stale. Changes nothing. Equal
/// results give equal bytes. The report has every figure from the results, and reads no record. Errors:
/// results that name a cell or arm that they do not have, a claim that the linter refuses, a folder that
/// cannot be read.
[[nodiscard]] Result<ReportFiles> make_report(const Results& results, const Folder& out);

/// Puts them into their folder: each file is replaced completely or not at all, together with its line in
/// SHA256SUMS, and the stale ones are removed. Errors: somebody else's file under one of the names, the disk.
[[nodiscard]] Result<void> replace_report(const ReportFiles& files, const Folder& out);

}  // namespace windhover::report
