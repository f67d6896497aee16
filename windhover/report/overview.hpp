#pragma once

#include <string>
#include <vector>

#include "windhover/report/document.hpp"

/// The report of a study with several environments, or profiles of one: a page over all of them, and an
/// ordinary report of each.
namespace windhover::report {

/// True if the results are of such a study.
[[nodiscard]] bool has_parts(const Json& results);

/// The page over all: declared claims, scores, verdicts by environment, and links to the reports of the
/// parts. Throws Json::exception if the results are not of their schema.
[[nodiscard]] Document make_overview(const Json& results);

struct PartReport {
  std::string folder;  ///< "environments/cartpole"
  Document document;   ///< with a link back
};
[[nodiscard]] std::vector<PartReport> make_part_reports(const Json& results);

}  // namespace windhover::report
