#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "windhover/analysis/results/statistics.hpp"
#include "windhover/core/result.hpp"
#include "windhover/stats/contrast.hpp"
#include "windhover/stats/interval.hpp"

/// Statistics as entries of the results. The unit is the seed throughout: every span holds one value a seed,
/// and every entry with a p-value says how many seeds it rests on. What does not exist (one seed, a value
/// that is not finite) is NaN or empty, with the reason as `note`.
namespace windhover::analysis {

/// A family of tests keeps its chance of a false effect at or below this.
inline constexpr double significance_level = 0.05;

/// The interval, if both of its ends are finite.
[[nodiscard]] std::optional<Interval> finite(const Interval& interval);

/// What a t test found, as members of an entry that has them.
template <class Entry>
void add_t_test(Entry& entry, const stats::Contrast& contrast) {
  entry.ci95 = finite(contrast.interval);
  entry.standard_error = contrast.standard_error;
  entry.degrees_of_freedom = contrast.degrees_of_freedom;
  entry.t = contrast.t;
  entry.p_value = contrast.p_value;
}

/// By more than the rounding of a mean: of rewards like 1/51 even a perfect score is not exactly 1.
[[nodiscard]] bool exceeds(double value, double other);

/// The mean of these values, with the t interval.
[[nodiscard]] SeedMean seed_mean(std::span<const double> seed_values);

/// The interval of a mean that was selected as the best of so many (stats::interval_of_best), from its t
/// interval over these seeds; none without one.
[[nodiscard]] std::optional<Interval> interval_of_selected(const std::optional<Interval>& ci95,
                                                           std::size_t n_seeds, std::size_t candidates);

/// The paired t of a contrast formed within each seed, the exact sign flip beside it, the effect that would
/// be found with 80 % power, and the estimate over the standard deviation of the contrast, corrected for few
/// seeds.
[[nodiscard]] Contrast contrast_of(std::span<const double> seed_values);

/// An adjustment for multiplicity: stats::holm or stats::benjamini_hochberg.
using Adjustment = Result<std::vector<double>> (*)(std::span<const double>);

/// The p-values adjusted over all of these, NaN where there is none.
[[nodiscard]] std::vector<double> adjusted(std::span<const double> p_values, Adjustment adjustment);

/// Puts the p-value adjusted over all of these contrasts at `member` of each.
void add_adjusted_p(std::span<Contrast* const> contrasts, std::optional<double> Contrast::*member,
                    Adjustment adjustment);

/// What is said of a contrast whose p-value has been adjusted: confirmed if it is of the family and its
/// holm_p is below significance_level, worth a second look if its own p_value is, not decidable without a
/// test.
[[nodiscard]] EffectVerdict verdict_of(const Contrast& contrast);

/// The CV of these values (with n − 1) with its exact interval, or Vangel's below
/// stats::exact_cv_interval_limit. A mean of 0 or below has no CV.
[[nodiscard]] SeedCv seed_cv(std::span<const double> seed_values);

/// Why a mean has no CV and carries no percentage; empty if it may.
[[nodiscard]] std::string ratio_obstacle(double mean);

struct Percent {
  double percent = not_a_number;
  std::optional<Interval> interval = {};
  bool unbounded = false;  ///< the denominator's interval covers 0
  std::string note = {};
};

/// 100 (mean of numerator / mean of denominator - 1) with Fieller's interval. A denominator of 0 or below has
/// no percentage.
[[nodiscard]] Percent percent_of(std::span<const double> numerator, std::span<const double> denominator);

/// A statistic of a selection of seeds (indices, some repeated).
using SelectionStatistic = std::function<double(std::span<const std::size_t> seeds)>;

/// The seed-cluster bootstrap (exact up to 10 seeds) with the percentile interval.
[[nodiscard]] Bootstrap bootstrap_of(std::size_t seed_count, const SelectionStatistic& statistic);

}  // namespace windhover::analysis
