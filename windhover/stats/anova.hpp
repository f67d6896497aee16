#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "windhover/core/result.hpp"

namespace windhover::stats {

/// Analysis of variance for fixed effects. The observations are seeds: feed seed means, never episodes.
/// Source: Fisher, "Statistical Methods for Research Workers", 1925; sums of squares after Yates 1934 as
/// named in Langsrud, "ANOVA for unbalanced data: use Type II instead of Type III sums of squares",
/// Statistics and Computing 13, 2003. Variant: Type II, each term adjusted for those that do not contain it
/// (in a balanced design all types agree); each sum of squares is the squared length of the response in the
/// directions that the term adds: nothing is found as a difference of residuals.

/// A categorical factor: the level of every observation, as any integers.
struct Factor {
  std::string name;
  std::vector<int> levels;
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
};

/// A term of a model: which factors it crosses, as indices into the list of factors; {0} is a main effect.
using ModelTerm = std::vector<std::size_t>;

/// Factors between seeds, one (velocity) within.
struct SplitPlotAnova {
  AnovaTable between_seeds;  ///< the terms against the seeds within their cells
  AnovaTable within_seeds;   ///< velocity, then every term crossed with it, against the rest
};

/// Split plot with the seed as the error stratum: every seed of every cell is a whole plot with one value at
/// each level of the within factor, values[seed * within_levels + level], and a level of each factor between
/// seeds. Cells that share seeds are better served by paired_contrast, which takes the seed's own effect out.
/// Terms may cross any of the factors; the seeds may be unequally many in the cells. Source: Yates, "Complex
/// experiments", JRSS Supplement 2, 1935. The p-values within seeds assume sphericity. Errors: sizes that
/// differ, a value that is not finite, a factor with one level, a term that names no factor or an unknown
/// one, no residual degrees of freedom, fewer than two within levels, values.size() that is not seeds *
/// within_levels.
[[nodiscard]] Result<SplitPlotAnova> split_plot_anova(std::span<const double> values,
                                                      std::size_t within_levels,
                                                      std::span<const Factor> factors,
                                                      std::span<const ModelTerm> terms,
                                                      const std::string& within_name);

}  // namespace windhover::stats
