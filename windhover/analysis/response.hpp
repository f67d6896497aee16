#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "windhover/analysis/results/statistics.hpp"
#include "windhover/analysis/scores.hpp"

namespace windhover::analysis {

/// The two arms whose difference is the gap: a3c and individual if the study has both, else its first two
/// arms.
struct ArmPair {
  std::string first;
  std::string second;
};
[[nodiscard]] std::optional<ArmPair> gap_arms(const record::Study& study);

/// One number per cell and seed; none where a run that it needs is missing.
using Response = std::function<std::optional<double>(const std::string& cell, std::uint64_t seed)>;

/// The book must outlive the response.
[[nodiscard]] Response arm_mean(const ScoreBook& book, std::string arm, ActionChoice choice);
[[nodiscard]] Response gap_response(const ScoreBook& book, ArmPair arms, ActionChoice choice);

/// A linear combination of cells.
using record::CellTerm;
using CellContrast = std::vector<CellTerm>;

/// The contrast within each seed that has all its cells.
[[nodiscard]] std::vector<double> contrast_values(const CellContrast& contrast, const Response& response,
                                                  std::span<const std::uint64_t> seeds);

/// The contrast of the published CV (pooled rows, ddof 0) over the seeds that have all its cells, by the
/// seed-cluster bootstrap.
[[nodiscard]] Bootstrap cv_contrast(const ScoreBook& book, const CellContrast& contrast,
                                    const std::string& arm, ActionChoice choice);

/// The t on jackknife pseudo-values of a CV rejects a true null far too often with fewer: simulated at a
/// level of .05, up to .64 of the time with 2 seeds, against .05 to .06 with 5 (.11 where seeds fall into two
/// clusters).
inline constexpr std::size_t fewest_seeds_for_cv = 5;

/// The paired t of that contrast on jackknife pseudo-values of the pooled CV (Tukey 1958),
/// which is approximate; estimate and interval are those of cv_contrast. No p-value below five seeds.
[[nodiscard]] Contrast cv_test(const ScoreBook& book, const CellContrast& contrast, const std::string& arm,
                               ActionChoice choice);

/// 1 - CV(first)/CV(second) of one cell, likewise.
[[nodiscard]] Bootstrap stability_advantage(const ScoreBook& book, const std::string& cell,
                                            const ArmPair& arms, ActionChoice choice);

}  // namespace windhover::analysis
