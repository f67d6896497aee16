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

/// The published CV of a cell (pooled rows, ddof 0), by the seed-cluster bootstrap.
[[nodiscard]] Bootstrap cell_cv(const ScoreBook& book, const std::string& cell, const std::string& arm,
                                ActionChoice choice);

/// From so many seeds on a contrast of CVs has an interval and a test. With two its interval of .95 covers
/// .80 to .86 where rows are normal or runs fail; docs/statistics.md says what it covers with five and ten.
inline constexpr std::size_t fewest_seeds_for_cv = 5;

/// A contrast of CVs and the values, one a seed, that its t rests on.
struct CvContrast {
  Contrast test = {};
  std::vector<double> seed_values = {};  ///< of the jackknife; none if there is no test
};

/// The contrast of the published CV over the seeds that have all its cells: a t on the values of the
/// jackknife (stats::jackknife_values), which is approximate. Neither interval nor test below five seeds.
[[nodiscard]] CvContrast cv_contrast(const ScoreBook& book, const CellContrast& contrast,
                                     const std::string& arm, ActionChoice choice);

/// 1 - CV(first)/CV(second) of one cell, by the seed-cluster bootstrap.
[[nodiscard]] Bootstrap stability_advantage(const ScoreBook& book, const std::string& cell,
                                            const ArmPair& arms, ActionChoice choice);

}  // namespace windhover::analysis
