#pragma once

#include <string>
#include <vector>

#include "windhover/analysis/results/results.hpp"
#include "windhover/report/page.hpp"

/// The report of a study with several environments, or profiles of one: a page over all of them, and an
/// ordinary report of each.
namespace windhover::report {

using analysis::Results;

/// True if the results are of such a study.
[[nodiscard]] bool has_parts(const Results& results);

/// The page over all: declared claims, scores, verdicts by environment, and links to the reports of the
/// parts. Throws std::exception if the results name a cell or arm that they do not have.
[[nodiscard]] Page make_overview(const Results& results);

struct PartReport {
  std::string folder;  ///< "environments/cartpole"
  Page page;           ///< with a link back
};
[[nodiscard]] std::vector<PartReport> make_part_reports(const Results& results);

}  // namespace windhover::report
