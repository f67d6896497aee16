#pragma once

#include <span>
#include <string>

#include "windhover/record/claim.hpp"

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

/// A claim of the published study, in the names of its own cells.
struct PublishedClaim {
  record::Claim claim;        ///< without contrasts if nothing tests it
  std::string figure;         ///< as published
  std::string untested = {};  ///< why nothing tests it
};
[[nodiscard]] std::span<const PublishedClaim> published_claims();

}  // namespace windhover::analysis
