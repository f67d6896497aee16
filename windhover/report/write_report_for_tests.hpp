#pragma once

#include "windhover/report/report.hpp"

namespace windhover::report {

/// Makes a report and puts it into its folder.
[[nodiscard]] inline Result<void> write_report(const Results& results, const Folder& out) {
  const auto files = make_report(results, out);
  if (!files) return Failure(files.error());
  return replace_report(*files, out);
}

}  // namespace windhover::report
