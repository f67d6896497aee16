#include "windhover/analysis/split_plot.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "windhover/analysis/design.hpp"
#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/study_facts.hpp"
#include "windhover/analysis/wording.hpp"
#include "windhover/core/contract.hpp"
#include "windhover/stats/anova.hpp"
#include "windhover/stats/effect_size.hpp"

namespace windhover::analysis {
namespace {

constexpr const char* relation =
    "Each run is a whole plot and the test condition varies within it. Cells share their seeds, which this "
    "table does not use: where a seed does well in every cell, the paired contrasts take that out and see "
    "more. Where it does not, this table sees more, as it pools the error of all cells, on the assumption "
    "that they scatter alike. Verdicts rest on the paired contrasts, which assume neither. p-values within "
    "seeds assume sphericity.";
/// The work grows with the cube of the cells; larger designs are sweeps, which nobody reads as an ANOVA.
constexpr std::size_t most_cells = 32;

/// Seeds that finished every cell of the arm, in the study's order.
std::vector<std::uint64_t> whole_seeds(const ScoreBook& book, const std::string& arm) {
  std::vector<std::uint64_t> seeds;
  for (const auto seed : book.study().seeds) {
    if (std::ranges::all_of(book.study().cells, [&](const record::Cell& cell) {
          return book.find(cell.id, arm, seed) != nullptr;
        })) {
      seeds.push_back(seed);
    }
  }
  return seeds;
}

std::string obstacle(const ScoreBook& book, std::size_t seeds) {
  if (!is_full_factorial(book.study()))
    return "not a full factorial design: main effects and interactions can not be told apart";
  if (book.study().cells.size() > most_cells)
    return fmt::format("{} cells: computed up to {}", book.study().cells.size(), most_cells);
  if (seeds < 2)
    return fmt::format("{} finished every cell, at least 2 are needed", count_text(seeds, "seed"));
  if (book.conditions().size() < 2) return "fewer than two test conditions";
  return {};
}

/// The levels of a factor for every run: cell by cell, seed by seed.
stats::Factor factor_of_runs(const record::Study& study, const DesignFactor& factor, std::size_t seeds) {
  stats::Factor levels{.name = factor_label(factor.name), .levels = {}};
  for (const auto& cell : study.cells) {
    const auto level = cell.factors.find(factor.name);
    WINDHOVER_CHECK(level != cell.factors.end());  // in a full factorial every cell has one
    const auto found = std::ranges::find(factor.levels, level->second);
    levels.levels.insert(levels.levels.end(), seeds, static_cast<int>(found - factor.levels.begin()));
  }
  return levels;
}

/// Every crossing of so many factors, main effects first.
std::vector<stats::ModelTerm> all_terms(std::size_t factors) {
  std::vector<stats::ModelTerm> terms;
  for (std::size_t set = 1; set < (std::size_t{1} << factors); ++set) {
    stats::ModelTerm term;
    for (std::size_t factor = 0; factor < factors; ++factor) {
      if (((set >> factor) & 1U) != 0) term.push_back(factor);
    }
    terms.push_back(std::move(term));
  }
  std::ranges::stable_sort(terms, {}, &stats::ModelTerm::size);
  return terms;
}

/// The mean over models under every condition: run by run, condition by condition.
std::vector<double> values_of_runs(const ScoreBook& book, const std::string& arm, ActionChoice choice,
                                   const std::vector<std::uint64_t>& seeds) {
  std::vector<double> values;
  for (const auto& cell : book.study().cells) {
    for (const auto seed : seeds) {
      for (const double condition : book.conditions())
        values.push_back(book.find(cell.id, arm, seed)->condition_mean(choice, condition));
    }
  }
  return values;
}

/// `observations`: the values of the stratum that omega squared counts.
void add_rows(std::vector<AnovaRow>& table, const stats::AnovaTable& anova, const char* stratum,
              const std::string& residual, std::size_t observations, std::size_t seeds) {
  for (const auto& term : anova.terms) {
    table.push_back({.source = term.name,
                     .stratum = stratum,
                     .df = term.degrees_of_freedom,
                     .ss = term.sum_of_squares,
                     .ms = term.mean_square,
                     .f = term.f,
                     .p_value = std::isfinite(term.f) ? term.p_value : not_a_number,
                     .partial_eta_squared =
                         stats::partial_eta_squared(term.sum_of_squares, anova.residual_sum_of_squares),
                     .omega_squared = stats::partial_omega_squared(term.degrees_of_freedom, term.f,
                                                                   static_cast<double>(observations)),
                     .n_seeds = seeds});
  }
  table.push_back({.source = residual,
                   .stratum = stratum,
                   .df = anova.residual_degrees_of_freedom,
                   .ss = anova.residual_sum_of_squares,
                   .ms = anova.residual_mean_square,
                   .n_seeds = seeds});
}

ArmAnova arm_anova(const ScoreBook& book, const std::string& arm, ActionChoice choice) {
  const auto seeds = whole_seeds(book, arm);
  ArmAnova entry{.arm = arm, .note = obstacle(book, seeds.size())};
  if (!entry.note.empty()) return entry;
  std::vector<stats::Factor> factors;
  for (const auto& factor : factors_of(book.study()))
    factors.push_back(factor_of_runs(book.study(), factor, seeds.size()));
  const auto condition = condition_label(book.record());
  const auto values = values_of_runs(book, arm, choice, seeds);
  const auto anova = stats::split_plot_anova(values, book.conditions().size(), factors,
                                             all_terms(factors.size()), condition);
  if (!anova) {
    entry.note = anova.error().message;
    return entry;
  }
  auto& table = entry.table.emplace();
  const std::size_t runs = seeds.size() * book.study().cells.size();
  add_rows(table, anova->between_seeds, "between seeds", "runs within cells", runs, seeds.size());
  add_rows(table, anova->within_seeds, "within", condition + " by runs within cells", values.size(),
           seeds.size());
  const std::size_t left_out = book.study().seeds.size() - seeds.size();
  entry.note = left_out == 0
                   ? std::string(relation)
                   : fmt::format("{} did not finish every cell and {} left out. {}",
                                 count_text(left_out, "seed"), left_out == 1 ? "is" : "are", relation);
  return entry;
}

}  // namespace

ByChoice<std::vector<ArmAnova>> anova_of(const ScoreBook& book) {
  ByChoice<std::vector<ArmAnova>> anova;
  for (const auto choice : both_choices) {
    for (const auto& arm : book.study().arms) anova[choice].push_back(arm_anova(book, arm, choice));
  }
  return anova;
}

}  // namespace windhover::analysis
