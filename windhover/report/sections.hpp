#pragma once

#include <vector>

#include "windhover/report/page.hpp"

namespace windhover::report {

/// What stands beside the summary: the scores, and the verdicts on effects.
[[nodiscard]] std::vector<Block> blocks_at_a_glance(const Results& results);

/// The sections that this study has something to show in, in the order of the page. All but the first are
/// folded at first: the summary is enough for a reader in a hurry.
[[nodiscard]] std::vector<Section> sections_of(const Results& results);

}  // namespace windhover::report
