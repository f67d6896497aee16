#pragma once

#include "windhover/analysis/scores.hpp"
#include "windhover/core/fields.hpp"

namespace windhover::analysis {

/// The results in words, for the top of the report: {asked, alerts, quick, found, certainty, beats,
/// warnings}. `asked` is one sentence, `quick` one or null, the others lists of sentences. Takes the other
/// parts of the results.
[[nodiscard]] Json summary_json(const ScoreBook& book, const Json& results);

}  // namespace windhover::analysis
