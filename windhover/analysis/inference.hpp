#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"
#include "windhover/stats/contrast.hpp"
#include "windhover/stats/interval.hpp"

/// Statistics as entries of the results. The unit is the seed throughout: every span holds one value a seed,
/// and every entry with a p-value says how many seeds it rests on. What does not exist (one seed, a value
/// that is not finite) is null, with the reason as `note`.
namespace windhover::analysis {

/// A family of tests keeps its chance of a false effect at or below this.
inline constexpr double significance_level = 0.05;

/// The number, or null if it is not finite.
[[nodiscard]] Json number(double value);
[[nodiscard]] Json numbers(std::span<const double> values);
[[nodiscard]] Json interval_json(const stats::Interval& interval);

/// The two ends, if `json` is such an entry.
[[nodiscard]] std::optional<stats::Interval> interval_of(const Json& json);
/// The number, or NaN for null.
[[nodiscard]] double number_of(const Json& json);

/// The text at `key`; empty if there is none.
[[nodiscard]] std::string text_at(const Json& object, const char* key);

/// By more than the rounding of a mean: of rewards like 1/51 even a perfect score is not exactly 1.
[[nodiscard]] bool exceeds(double value, double other);

/// {n_seeds, mean, std, ci95, note}: std with ddof 1, the t interval of the mean.
[[nodiscard]] Json mean_json(std::span<const double> seed_values);

/// Sets ci95, standard_error, degrees_of_freedom, t and p_value of a test.
void put_t_test(Json& json, const stats::Contrast& contrast);

/// {n_seeds, estimate, ci95, standard_error, degrees_of_freedom, t, p_value, sign_flip_p,
/// smallest_attainable_p, minimum_detectable_effect, hedges_g, hedges_g_note, note}: paired t of a contrast
/// formed within each seed, the exact sign flip beside it, the effect that would be found with 80 % power,
/// and the estimate over the standard deviation of the contrast, corrected for few seeds.
[[nodiscard]] Json contrast_json(std::span<const double> seed_values);

/// An adjustment for multiplicity: stats::holm or stats::benjamini_hochberg.
using Adjustment = Result<std::vector<double>> (*)(std::span<const double>);

/// Puts the p-value adjusted over all of these contrasts at `key` of each, null where it has no p_value.
void add_adjusted_p(std::span<Json* const> contrasts, const std::string& key, Adjustment adjustment);

/// {n_seeds, estimate, ci95, method, note}: the CV of these values (ddof 1) with its exact interval, or
/// Vangel's below stats::exact_cv_interval_limit. A mean of 0 or below has no CV.
[[nodiscard]] Json cv_json(std::span<const double> seed_values);

/// Why a mean has no CV and carries no percentage; empty if it may.
[[nodiscard]] std::string ratio_obstacle(double mean);

/// 100 (mean of numerator / mean of denominator - 1) with Fieller's interval:
/// {percent, percent_ci95, unbounded, note}. A denominator of 0 or below has no percentage.
[[nodiscard]] Json percent_json(std::span<const double> numerator, std::span<const double> denominator);

/// A statistic of a selection of seeds (indices, some repeated).
using SelectionStatistic = std::function<double(std::span<const std::size_t> seeds)>;

/// {n_seeds, estimate, ci95, few_seeds, pseudo_values, note}: the seed-cluster bootstrap (exact up to 10
/// seeds) with the percentile interval, and Tukey's jackknife pseudo-values, one a seed, on which a paired t
/// can be taken.
[[nodiscard]] Json bootstrap_json(std::size_t seed_count, const SelectionStatistic& statistic);

}  // namespace windhover::analysis
