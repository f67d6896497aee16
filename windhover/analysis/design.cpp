#include "windhover/analysis/design.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "windhover/analysis/wording.hpp"

namespace windhover::analysis {
namespace {

/// None if the cell has no level of the factor.
std::optional<record::Level> level_of(const record::Cell& cell, const std::string& factor) {
  const auto found = cell.factors.find(factor);
  return found == cell.factors.end() ? std::nullopt : std::optional(found->second);
}

std::string step_label(const DesignFactor& factor, const record::Level& level) {
  if (level.is_switch()) return factor_label(factor.name);
  return fmt::format("{} {} → {}", factor_label(factor.name), level_label(factor.levels[factor.reference()]),
                     level_label(level));
}

/// True if the cells have the same levels of all factors but this one.
bool differ_only_in(const record::Cell& first, const record::Cell& second,
                    const std::vector<DesignFactor>& factors, const std::string& factor) {
  return std::ranges::all_of(factors, [&](const DesignFactor& other) {
    return other.name == factor || level_of(first, other.name) == level_of(second, other.name);
  });
}

std::string kept_text(const record::Cell& cell, const std::vector<DesignFactor>& factors,
                      const std::string& factor) {
  std::vector<std::string> kept;
  for (const auto& other : factors) {
    const auto level = level_of(cell, other.name);
    if (other.name != factor && level) kept.push_back(factor_label(other.name) + " " + level_label(*level));
  }
  return kept.empty() ? std::string() : ", keeping " + list_text(kept);
}

/// True if every cell is the first one with the level of at most one factor changed, and the design is no
/// full factorial: what is kept is the baseline's then.
bool is_one_at_a_time(const record::Study& study, const std::vector<DesignFactor>& factors) {
  if (is_full_factorial(study)) return false;
  return std::ranges::all_of(study.cells, [&](const record::Cell& cell) {
    return std::ranges::count_if(factors, [&](const DesignFactor& factor) {
             return level_of(cell, factor.name) != level_of(study.cells.front(), factor.name);
           }) <= 1;
  });
}

/// Levels of a factor other than the reference.
std::vector<record::Level> other_levels(const DesignFactor& factor) {
  std::vector<record::Level> levels;
  for (std::size_t i = 0; i < factor.levels.size(); ++i) {
    if (i != factor.reference()) levels.push_back(factor.levels[i]);
  }
  return levels;
}

/// +1 at `level`, -1 at the reference, 0 elsewhere.
double side(const record::Cell& cell, const DesignFactor& factor, const record::Level& level) {
  if (level_of(cell, factor.name) == level) return 1;
  return level_of(cell, factor.name) == factor.levels[factor.reference()] ? -1 : 0;
}

/// Coefficients proportional to `weight`, such that the positive ones sum to `positive_sum`.
template <class Weight>
CellContrast scaled_contrast(const record::Study& study, double positive_sum, const Weight& weight) {
  double positive = 0;
  for (const auto& cell : study.cells) positive += std::max(0.0, weight(cell));
  CellContrast contrast;
  for (const auto& cell : study.cells) {
    if (weight(cell) != 0) contrast.push_back({cell.id, weight(cell) * positive_sum / positive});
  }
  return contrast;
}

void add_interactions(std::vector<Contribution>& all, const record::Study& study, const DesignFactor& first,
                      const DesignFactor& second) {
  for (const auto& first_level : other_levels(first)) {
    for (const auto& second_level : other_levels(second)) {
      all.push_back({.kind = "interaction",
                     .factors = {first.name, second.name},
                     .label = step_label(first, first_level) + " × " + step_label(second, second_level),
                     .contrast = scaled_contrast(study, 2.0, [&](const record::Cell& cell) {
                       return side(cell, first, first_level) * side(cell, second, second_level);
                     })});
    }
  }
}

}  // namespace

std::size_t DesignFactor::reference() const {
  const auto off = std::ranges::find(levels, record::Level(false));
  return off == levels.end() ? 0 : static_cast<std::size_t>(off - levels.begin());
}

std::vector<DesignFactor> factors_of(const record::Study& study) {
  std::vector<DesignFactor> factors;
  for (const auto& cell : study.cells) {
    for (const auto& [name, level] : cell.factors) {
      auto found = std::ranges::find(factors, name, &DesignFactor::name);
      if (found == factors.end()) found = factors.insert(factors.end(), {.name = name, .levels = {}});
      if (std::ranges::find(found->levels, level) == found->levels.end()) found->levels.push_back(level);
    }
  }
  std::erase_if(factors, [](const DesignFactor& factor) { return factor.levels.size() < 2; });
  // The published order; what JSON sorts by name would put LayerNorm first.
  std::ranges::stable_sort(factors, {},
                           [](const DesignFactor& factor) { return factor.name != "recurrent"; });
  return factors;
}

std::vector<Step> steps_of(const record::Study& study) {
  const auto factors = factors_of(study);
  const bool one_at_a_time = is_one_at_a_time(study, factors);
  std::vector<Step> steps;
  for (const auto& factor : factors) {
    const auto& from = factor.levels[factor.reference()];
    for (const auto& source : study.cells) {
      if (level_of(source, factor.name) != from) continue;
      for (const auto& target : study.cells) {
        const auto to = level_of(target, factor.name);
        if (!to || *to == from || !differ_only_in(source, target, factors, factor.name)) continue;
        steps.push_back({.factor = factor.name,
                         .from = from,
                         .to = *to,
                         .from_cell = source.id,
                         .to_cell = target.id,
                         .label = step_label(factor, *to) +
                                  (one_at_a_time ? std::string() : kept_text(source, factors, factor.name))});
      }
    }
  }
  return steps;
}

bool is_full_factorial(const record::Study& study) {
  const auto factors = factors_of(study);
  std::size_t combinations = 1;
  for (const auto& factor : factors) combinations *= factor.levels.size();
  std::set<std::vector<record::Level>> seen;
  for (const auto& cell : study.cells) {
    std::vector<record::Level> levels;
    for (const auto& factor : factors) {
      const auto level = level_of(cell, factor.name);
      if (!level) return false;
      levels.push_back(*level);
    }
    seen.insert(std::move(levels));
  }
  return !factors.empty() && seen.size() == combinations && study.cells.size() == combinations;
}

std::vector<Contribution> contributions_of(const record::Study& study) {
  if (!is_full_factorial(study)) return {};
  const auto factors = factors_of(study);
  std::vector<Contribution> all;
  for (const auto& factor : factors) {
    for (const auto& level : other_levels(factor)) {
      all.push_back({.kind = "main effect",
                     .factors = {factor.name},
                     .label = step_label(factor, level),
                     .contrast = scaled_contrast(
                         study, 1.0, [&](const record::Cell& cell) { return side(cell, factor, level); })});
    }
  }
  for (std::size_t i = 0; i < factors.size(); ++i) {
    for (std::size_t j = i + 1; j < factors.size(); ++j) add_interactions(all, study, factors[i], factors[j]);
  }
  return all;
}

bool is_published_design(const record::Study& study) {
  const auto factors = factors_of(study);
  const auto is_switch = [](const DesignFactor& factor) {
    return (factor.name == "recurrent" || factor.name == "layer_norm") && factor.levels.size() == 2 &&
           std::ranges::all_of(factor.levels, &record::Level::is_switch);
  };
  return factors.size() == 2 && std::ranges::all_of(factors, is_switch) && is_full_factorial(study);
}

std::string cell_with(const record::Study& study, bool recurrent, bool layer_norm) {
  for (const auto& cell : study.cells) {
    if (level_of(cell, "recurrent") == record::Level(recurrent) &&
        level_of(cell, "layer_norm") == record::Level(layer_norm))
      return cell.id;
  }
  return {};
}

}  // namespace windhover::analysis
