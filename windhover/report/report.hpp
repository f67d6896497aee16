#pragma once

#include "windhover/core/fields.hpp"
#include "windhover/core/folder.hpp"
#include "windhover/core/result.hpp"

namespace windhover::report {

/// Writes report.html, report.md, tables/*.csv and tables/*.tex into `out`, and for each part of a study with
/// several environments the same into environments/NAME, from the results of
/// analysis::analyse; each file is replaced completely or not at all, together with its line in SHA256SUMS,
/// and pages and tables of an earlier report that this one does not have are removed. Equal results give
/// equal bytes. The report has every figure from the results, and reads no record. Errors: results that are
/// not of the schema in docs/results-schema.md, a claim that the linter refuses, somebody else's file under
/// one of the names, the disk.
[[nodiscard]] Result<void> write_report(const Json& results, const Folder& out);

}  // namespace windhover::report
