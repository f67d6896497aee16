#pragma once

#include "windhover/analysis/results/results.hpp"
#include "windhover/report/page.hpp"

namespace windhover::report {

using analysis::Results;

/// Writes into every cell of the document the JSON pointers of the nodes of `results` that it comes from. A
/// node that is no part of `results` gets none.
void cite_sources(Page& page, const Results& results);

}  // namespace windhover::report
