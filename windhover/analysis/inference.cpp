#include "windhover/analysis/inference.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <vector>

#include "windhover/core/random.hpp"
#include "windhover/stats/bootstrap.hpp"
#include "windhover/stats/contrast.hpp"
#include "windhover/stats/cv.hpp"
#include "windhover/stats/effect_size.hpp"
#include "windhover/stats/power.hpp"
#include "windhover/stats/ratio.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::analysis {
namespace {

/// Why these values carry no interval; empty if they may.
std::string obstacle(std::span<const double> values) {
  if (values.empty()) return "no finished seed";
  if (!std::ranges::all_of(values, [](double value) { return std::isfinite(value); })) {
    return "a score is not finite";
  }
  if (values.size() == 1) return "one seed: no interval";
  return {};
}

double detectable_effect(const stats::Contrast& contrast, std::size_t seeds) {
  const auto design = stats::paired_design(static_cast<int>(seeds));
  if (!design) return std::numeric_limits<double>::quiet_NaN();
  const auto effect = stats::minimum_detectable_effect(*design);
  if (!effect) return std::numeric_limits<double>::quiet_NaN();
  return *effect * contrast.standard_error * std::sqrt(static_cast<double>(seeds));
}

/// The standardised estimate, and by what it is standardised or why it is not there.
void add_hedges_g(Contrast& contrast, std::span<const double> seed_values) {
  const auto g = stats::paired_hedges_g(seed_values);
  contrast.hedges_g = g.value_or(not_a_number);
  contrast.hedges_g_note =
      g ? "in standard deviations of the contrast over seeds (paired), corrected for few seeds"
        : g.error().message;
}

}  // namespace

std::optional<Interval> finite(const Interval& interval) {
  if (!std::isfinite(interval.lower) || !std::isfinite(interval.upper)) return std::nullopt;
  return interval;
}

bool exceeds(double value, double other) {
  return value - other > 1e-12 * std::max(std::fabs(value), std::fabs(other));
}

SeedMean seed_mean(std::span<const double> seed_values) {
  SeedMean entry{.n_seeds = seed_values.size(),
                 .mean = stats::mean(seed_values),
                 .deviation = stats::standard_deviation(seed_values, 1),
                 .note = obstacle(seed_values)};
  if (const auto interval = stats::mean_interval_t(seed_values)) entry.ci95 = finite(*interval);
  return entry;
}

std::optional<Interval> interval_of_selected(const std::optional<Interval>& ci95, std::size_t n_seeds,
                                             std::size_t candidates) {
  if (!ci95 || n_seeds < 2 || candidates == 0) return std::nullopt;
  return stats::interval_of_best(*ci95, n_seeds, candidates);
}

Contrast contrast_of(std::span<const double> seed_values) {
  Contrast entry{
      .n_seeds = seed_values.size(), .estimate = stats::mean(seed_values), .note = obstacle(seed_values)};
  add_hedges_g(entry, seed_values);
  if (!entry.note.empty()) return entry;
  const auto contrast = stats::paired_contrast(seed_values);
  if (!contrast) {
    entry.note = contrast.error().message;
    return entry;
  }
  add_t_test(entry, *contrast);
  entry.sign_flip_p = contrast->sign_flip_p;
  entry.smallest_attainable_p = contrast->smallest_attainable_p;
  entry.minimum_detectable_effect = detectable_effect(*contrast, seed_values.size());
  return entry;
}

std::vector<double> adjusted(std::span<const double> p_values, Adjustment adjustment) {
  std::vector<double> tested;
  std::ranges::copy_if(p_values, std::back_inserter(tested), [](double p) { return std::isfinite(p); });
  std::vector<double> all(p_values.size(), not_a_number);
  const auto of_tested = adjustment(tested);
  if (!of_tested) return all;
  auto next = of_tested->begin();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (std::isfinite(p_values[i])) all[i] = *next++;
  }
  return all;
}

void add_adjusted_p(std::span<Contrast* const> contrasts, std::optional<double> Contrast::*member,
                    Adjustment adjustment) {
  std::vector<double> p_values;
  for (const auto* contrast : contrasts) p_values.push_back(contrast->p_value);
  const auto all = adjusted(p_values, adjustment);
  for (std::size_t i = 0; i < contrasts.size(); ++i) contrasts[i]->*member = all[i];
}

EffectVerdict verdict_of(const Contrast& contrast) {
  if (!std::isfinite(contrast.p_value)) return EffectVerdict::not_decidable;
  if (contrast.holm_p && *contrast.holm_p < significance_level) return EffectVerdict::confirmed;
  return contrast.p_value < significance_level ? EffectVerdict::second_look : EffectVerdict::not_shown;
}

std::string ratio_obstacle(double mean) {
  if (mean > 0) return {};
  return std::isnan(mean) ? "the mean is not known" : "the mean is 0 or below: nothing is a share of it";
}

SeedCv seed_cv(std::span<const double> seed_values) {
  SeedCv entry{.n_seeds = seed_values.size(), .note = obstacle(seed_values)};
  if (!entry.note.empty()) return entry;
  entry.note = ratio_obstacle(stats::mean(seed_values));
  if (!entry.note.empty()) return entry;
  entry.estimate = stats::coefficient_of_variation(seed_values, 1);
  const bool exact = entry.estimate >= stats::exact_cv_interval_limit;
  const auto interval =
      exact ? stats::cv_interval_exact(seed_values) : stats::cv_interval_vangel(seed_values);
  if (!interval) {
    entry.note = interval.error().message;
    return entry;
  }
  entry.method = exact ? "noncentral t" : "Vangel";
  entry.ci95 = finite(*interval);
  if (!entry.ci95) {
    entry.note =
        fmt::format("the seeds do not tell the mean from 0: the interval begins at {:.4g} and has no end",
                    interval->lower);
  }
  return entry;
}

Percent percent_of(std::span<const double> numerator, std::span<const double> denominator) {
  const auto percent = [](double ratio) { return 100 * (ratio - 1); };
  Percent entry{.note = obstacle(denominator)};
  const auto reason = ratio_obstacle(stats::mean(denominator));
  if (reason.empty()) {
    entry.percent = percent(stats::mean(numerator) / stats::mean(denominator));
  } else if (entry.note.empty()) {
    entry.note = reason;
  }
  if (!entry.note.empty()) return entry;
  const auto ratio = stats::paired_ratio_interval(numerator, denominator);
  if (!ratio) {
    entry.note = ratio.error().message;
  } else if (!ratio->bounded) {
    entry.unbounded = true;
    entry.note = "the denominator's interval covers 0: no ratio is reported";
  } else {
    entry.interval =
        Interval{.lower = percent(ratio->interval.lower), .upper = percent(ratio->interval.upper)};
  }
  return entry;
}

Bootstrap bootstrap_of(std::size_t seed_count, const SelectionStatistic& statistic) {
  std::vector<std::size_t> all(seed_count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  Bootstrap entry{.n_seeds = seed_count,
                  .estimate = seed_count == 0 ? not_a_number : statistic(all),
                  .few_seeds = seed_count < stats::bootstrap_few_seeds};
  if (seed_count < 2) {
    entry.note = seed_count == 0 ? "no finished seed" : "one seed: no interval";
    return entry;
  }
  const auto distribution =
      stats::bootstrap_seeds(seed_count, statistic, Stream({.purpose = Purpose::bootstrap}));
  if (!distribution) {
    entry.note = distribution.error().message;
    return entry;
  }
  if (const auto interval = stats::percentile_interval(*distribution)) entry.ci95 = finite(*interval);
  return entry;
}

}  // namespace windhover::analysis
