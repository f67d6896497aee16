#pragma once

#include <algorithm>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/stats/anova.hpp"

namespace windhover::stats::testing {

/// Two factors and their interaction.
inline const std::vector<ModelTerm> two_crossed_factors = {{0}, {1}, {0, 1}};

/// The term of that name.
inline const AnovaTerm& term(const AnovaTable& table, std::string_view name) {
  const auto found = std::find_if(table.terms.begin(), table.terms.end(),
                                  [&](const AnovaTerm& candidate) { return candidate.name == name; });
  if (found == table.terms.end()) throw std::runtime_error("no term " + std::string(name));
  return *found;
}

/// The analysis between seeds of one value a seed. Each stands at both levels of a factor within that does
/// nothing, which doubles every sum of squares.
inline Result<AnovaTable> anova_of_values(std::span<const double> values, std::span<const Factor> factors,
                                          std::span<const ModelTerm> terms) {
  std::vector<double> twice;
  for (const double value : values) twice.insert(twice.end(), 2, value);
  auto anova = split_plot_anova(twice, 2, factors, terms, "copy");
  if (!anova) return Failure(anova.error());
  AnovaTable table = std::move(anova->between_seeds);
  for (AnovaTerm& each : table.terms) {
    each.sum_of_squares *= 0.5;
    each.mean_square *= 0.5;
  }
  table.residual_sum_of_squares *= 0.5;
  table.residual_mean_square *= 0.5;
  return table;
}

}  // namespace windhover::stats::testing
