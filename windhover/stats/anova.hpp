#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/result.hpp"

namespace windhover::stats {

/// Analysis of variance for fixed effects. The observations are seeds: feed seed means, never episodes.
/// Source: Fisher, "Statistical Methods for Research Workers", 1925; sums of squares after Yates 1934 as
/// named in Langsrud, "ANOVA for unbalanced data: use Type II instead of Type III sums of squares",
/// Statistics and Computing 13, 2003. Effects are coded to sum to zero (so that Type III means what it
/// should), and each sum of squares is the squared length of the response in the directions that the term
/// adds: nothing is found as a difference of residuals.

/// A categorical factor: the level of every observation, as any integers.
struct Factor {
  std::string name;
  std::vector<int> levels;
};

/// Which other terms a term is adjusted for; all agree in a balanced design.
enum class SumsOfSquares {
  type_1,  ///< those before it in the list of terms
  type_2,  ///< those that do not contain it
  type_3,  ///< all others
};

struct AnovaTerm {
  std::string name;  ///< "arm", or "arm:group" for an interaction
  double sum_of_squares = 0.0;
  double degrees_of_freedom = 0.0;  ///< 0 for a term that others fully determine (aliased)
  double mean_square = 0.0;
  double f = 0.0;        ///< against the residual of the table; infinite or NaN if that is 0
  double p_value = 1.0;  ///< NaN for an aliased term
};

struct AnovaTable {
  std::vector<AnovaTerm> terms;
  double residual_sum_of_squares = 0.0;
  double residual_degrees_of_freedom = 0.0;
  double residual_mean_square = 0.0;

  /// The term of that name, or null. Valid as long as the table.
  [[nodiscard]] const AnovaTerm* find(std::string_view name) const;
};

/// One way, directly from deviations of means (accurate where the level dwarfs the spread: NIST SmLs07-09).
/// The term is called "between". Errors: fewer than two groups, an empty group, a value that is not finite,
/// no residual freedom.
[[nodiscard]] Result<AnovaTable> one_way_anova(std::span<const std::vector<double>> groups);

/// A term of a model: which factors it crosses, as indices into the list of factors; {0} is a main effect.
using ModelTerm = std::vector<std::size_t>;

/// Any crossing of factors, also unbalanced or with aliased terms. values[i] belongs to levels[i] of each
/// factor. Errors: sizes that differ, a value that is not finite, a factor with one level, a term that names
/// no factor or an unknown one, no residual degrees of freedom.
[[nodiscard]] Result<AnovaTable> factorial_anova(std::span<const double> values,
                                                 std::span<const Factor> factors,
                                                 std::span<const ModelTerm> terms, SumsOfSquares type);

/// Two factors with interaction: the terms first, second, first:second.
/// Errors: as above, and an empty cell (the effects could not be told apart).
[[nodiscard]] Result<AnovaTable> two_way_anova(std::span<const double> values, const Factor& first,
                                               const Factor& second,
                                               SumsOfSquares type = SumsOfSquares::type_2);

/// Factors between seeds, one (velocity) within.
struct SplitPlotAnova {
  AnovaTable between_seeds;  ///< the terms (first, second, first:second) against the seeds within their cells
  AnovaTable within_seeds;   ///< velocity, then every term crossed with it, against the rest
};

/// Split plot with the seed as the error stratum: every seed of every cell is a whole plot with one value at
/// each level of the within factor, values[seed * within_levels + level]. The seeds may be unequally many in
/// the cells; cells that share seeds are better served by paired_contrast, which takes the seed's own effect
/// out. Source: Yates, "Complex experiments", JRSS Supplement 2, 1935. The p-values within seeds assume
/// sphericity. Errors: as for two_way_anova, fewer than two within levels, values.size() that is not seeds *
/// within_levels.
[[nodiscard]] Result<SplitPlotAnova> split_plot_anova(std::span<const double> values,
                                                      std::size_t within_levels, const Factor& first,
                                                      const Factor& second, const std::string& within_name,
                                                      SumsOfSquares type = SumsOfSquares::type_2);

/// The same for any number of factors between seeds and any of their terms. Errors: as for factorial_anova,
/// fewer than two within levels, values.size() that is not seeds * within_levels.
[[nodiscard]] Result<SplitPlotAnova> split_plot_anova(std::span<const double> values,
                                                      std::size_t within_levels,
                                                      std::span<const Factor> factors,
                                                      std::span<const ModelTerm> terms,
                                                      const std::string& within_name,
                                                      SumsOfSquares type = SumsOfSquares::type_2);

}  // namespace windhover::stats
