#pragma once

#include <span>
#include <string>

namespace windhover::analysis {

/// The figures of the published study (results dated 2025-11-03), greedy evaluation, pooled rows.
struct PublishedCell {
  const char* cell;
  bool recurrent;
  bool layer_norm;
  double a3c_mean, a3c_std;
  double individual_mean, individual_std;
  double gap, gap_percent;
  double a3c_cv, individual_cv;
  double a3c_worst, individual_worst;
};
[[nodiscard]] std::span<const PublishedCell> published_cells();

/// A cell of the published design in the formulas of its claims.
enum class ClaimCell { both, rnn_only, ln_only, neither };

/// What a claim is about.
enum class ClaimMeasure { a3c_mean, individual_mean, gap, a3c_cv, individual_cv, a3c_collapse };

/// How a claim can be tested: `left` compared with each of `right` (with 0 if there is none).
enum class ClaimSign {
  larger,    ///< left is larger than every right
  smaller,   ///< left is smaller than every right
  equal,     ///< no difference: can be contradicted, never confirmed
  untested,  ///< no paired t exists for it; the reason says why
};

struct PublishedClaim {
  const char* id;
  const char* text;       ///< as claimed
  const char* published;  ///< the figure
  const char* tested;     ///< what is tested in its place; or why nothing is
  ClaimMeasure measure = ClaimMeasure::gap;
  ClaimSign sign = ClaimSign::untested;
  ClaimCell left = ClaimCell::both;
  std::span<const ClaimCell> right = {};
};
[[nodiscard]] std::span<const PublishedClaim> published_claims();

}  // namespace windhover::analysis
