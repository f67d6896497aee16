#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "windhover/analysis/response.hpp"
#include "windhover/record/record.hpp"

/// What can be compared in a study: read off the cells' factor levels, so that any design is understood.
namespace windhover::analysis {

/// A factor with its levels in the order in which the cells show them.
struct DesignFactor {
  std::string name;
  std::vector<record::Level> levels;

  /// The level that effects are measured from: `false` of a switch, else the baseline's.
  [[nodiscard]] std::size_t reference() const;
};

/// Factors with at least two levels.
[[nodiscard]] std::vector<DesignFactor> factors_of(const record::Study& study);

/// Two cells that differ in the level of one factor: the effect of that factor while the others are kept.
struct Step {
  std::string factor;
  record::Level from;  ///< the reference level
  record::Level to;
  std::string from_cell;
  std::string to_cell;
  std::string label;  ///< "LayerNorm, keeping RNN on"; in a one-at-a-time design, where all else is the
                      ///< baseline's, "hidden 128 → 64"

  [[nodiscard]] CellContrast contrast() const { return {{to_cell, 1.0}, {from_cell, -1.0}}; }
};

/// Every step from a reference level.
[[nodiscard]] std::vector<Step> steps_of(const record::Study& study);

/// A main effect or an interaction of two factors.
struct Contribution {
  std::string kind;  ///< "main effect" or "interaction"
  std::vector<std::string> factors;
  std::string label;  ///< "RNN", "RNN x LayerNorm", "hidden 64 -> 128"
  CellContrast contrast;
};

/// Main effects (mean over all cells with the level less the mean over those with the reference level: +-1/2
/// in a 2x2) and interactions of two factors (difference of differences, averaged over further factors).
/// Empty unless every combination of levels is there exactly once, as effects could not be told apart.
[[nodiscard]] std::vector<Contribution> contributions_of(const record::Study& study);

/// True if every combination of levels is there exactly once.
[[nodiscard]] bool is_full_factorial(const record::Study& study);

/// True for the published design: the four cells of recurrent and layer_norm, on and off.
[[nodiscard]] bool is_published_design(const record::Study& study);

/// The cell with these switches, empty if there is none. Meaningful in the published design.
[[nodiscard]] std::string cell_with(const record::Study& study, bool recurrent, bool layer_norm);

}  // namespace windhover::analysis
