#include "windhover/analysis/inference.hpp"

#include <algorithm>
#include <cmath>
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
void add_hedges_g(Json& json, std::span<const double> seed_values) {
  const auto g = stats::paired_hedges_g(seed_values);
  json["hedges_g"] = g ? number(*g) : Json();
  json["hedges_g_note"] =
      g ? "in standard deviations of the contrast over seeds (paired), corrected for few seeds"
        : g.error().message;
}

}  // namespace

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json numbers(std::span<const double> values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(number(value));
  return list;
}

Json interval_json(const stats::Interval& interval) {
  if (!std::isfinite(interval.lower) || !std::isfinite(interval.upper)) return {};
  return Json::array({interval.lower, interval.upper});
}

std::optional<stats::Interval> interval_of(const Json& json) {
  if (!json.is_array() || json.size() != 2 || !json[0].is_number() || !json[1].is_number())
    return std::nullopt;
  return stats::Interval{.lower = json[0].get<double>(), .upper = json[1].get<double>()};
}

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool exceeds(double value, double other) {
  return value - other > 1e-12 * std::max(std::fabs(value), std::fabs(other));
}

double number_of(const Json& json) {
  return json.is_number() ? json.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

Json mean_json(std::span<const double> seed_values) {
  Json json = {{"n_seeds", seed_values.size()},
               {"mean", number(stats::mean(seed_values))},
               {"std", number(stats::standard_deviation(seed_values, 1))},
               {"ci95", nullptr},
               {"note", obstacle(seed_values)}};
  const auto interval = stats::mean_interval_t(seed_values);
  if (interval) json["ci95"] = interval_json(*interval);
  return json;
}

void put_t_test(Json& json, const stats::Contrast& contrast) {
  json["ci95"] = interval_json(contrast.interval);
  json["standard_error"] = number(contrast.standard_error);
  json["degrees_of_freedom"] = number(contrast.degrees_of_freedom);
  json["t"] = number(contrast.t);
  json["p_value"] = number(contrast.p_value);
}

Json contrast_json(std::span<const double> seed_values) {
  Json json = {{"n_seeds", seed_values.size()},
               {"estimate", number(stats::mean(seed_values))},
               {"note", obstacle(seed_values)}};
  for (const char* key : {"ci95", "standard_error", "degrees_of_freedom", "t", "p_value", "sign_flip_p",
                          "smallest_attainable_p", "minimum_detectable_effect"}) {
    json[key] = nullptr;
  }
  add_hedges_g(json, seed_values);
  if (!json["note"].get<std::string>().empty()) return json;
  const auto contrast = stats::paired_contrast(seed_values);
  if (!contrast) {
    json["note"] = contrast.error().message;
    return json;
  }
  put_t_test(json, *contrast);
  json["sign_flip_p"] = number(contrast->sign_flip_p);
  json["smallest_attainable_p"] = number(contrast->smallest_attainable_p);
  json["minimum_detectable_effect"] = number(detectable_effect(*contrast, seed_values.size()));
  return json;
}

void add_adjusted_p(std::span<Json* const> contrasts, const std::string& key, Adjustment adjustment) {
  std::vector<double> p_values;
  for (auto* contrast : contrasts) {
    (*contrast)[key] = nullptr;
    if ((*contrast)["p_value"].is_number()) p_values.push_back((*contrast)["p_value"].get<double>());
  }
  const auto adjusted = adjustment(p_values);
  if (!adjusted) return;
  auto next = adjusted->begin();
  for (auto* contrast : contrasts) {
    if ((*contrast)["p_value"].is_number()) (*contrast)[key] = *next++;
  }
}

std::string ratio_obstacle(double mean) {
  if (mean > 0) return {};
  return std::isnan(mean) ? "the mean is not known" : "the mean is 0 or below: nothing is a share of it";
}

Json cv_json(std::span<const double> seed_values) {
  Json json = {{"n_seeds", seed_values.size()},
               {"estimate", nullptr},
               {"ci95", nullptr},
               {"method", nullptr},
               {"note", obstacle(seed_values)}};
  if (!text_at(json, "note").empty()) return json;
  if (const auto reason = ratio_obstacle(stats::mean(seed_values)); !reason.empty()) {
    json["note"] = reason;
    return json;
  }
  const double cv = stats::coefficient_of_variation(seed_values, 1);
  const bool exact = cv >= stats::exact_cv_interval_limit;
  json["estimate"] = number(cv);
  const auto interval =
      exact ? stats::cv_interval_exact(seed_values) : stats::cv_interval_vangel(seed_values);
  if (!interval) {
    json["note"] = interval.error().message;
    return json;
  }
  json["method"] = exact ? "noncentral t" : "Vangel";
  json["ci95"] = interval_json(*interval);
  if (json["ci95"].is_null()) {
    json["note"] =
        fmt::format("the seeds do not tell the mean from 0: the interval begins at {:.4g} and has no end",
                    interval->lower);
  }
  return json;
}

Json percent_json(std::span<const double> numerator, std::span<const double> denominator) {
  const auto percent = [](double ratio) { return 100 * (ratio - 1); };
  Json json = {
      {"percent", nullptr}, {"percent_ci95", nullptr}, {"unbounded", false}, {"note", obstacle(denominator)}};
  const auto reason = ratio_obstacle(stats::mean(denominator));
  if (reason.empty()) {
    json["percent"] = number(percent(stats::mean(numerator) / stats::mean(denominator)));
  } else if (text_at(json, "note").empty()) {
    json["note"] = reason;
  }
  if (!text_at(json, "note").empty()) return json;
  const auto ratio = stats::paired_ratio_interval(numerator, denominator);
  if (!ratio) {
    json["note"] = ratio.error().message;
  } else if (!ratio->bounded) {
    json["unbounded"] = true;
    json["note"] = "the denominator's interval covers 0: no ratio is reported";
  } else {
    json["percent_ci95"] = Json::array({percent(ratio->interval.lower), percent(ratio->interval.upper)});
  }
  return json;
}

Json bootstrap_json(std::size_t seed_count, const SelectionStatistic& statistic) {
  std::vector<std::size_t> all(seed_count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  const double estimate = seed_count == 0 ? std::numeric_limits<double>::quiet_NaN() : statistic(all);
  Json json = {{"n_seeds", seed_count},    {"estimate", number(estimate)},
               {"ci95", nullptr},          {"few_seeds", seed_count < stats::bootstrap_few_seeds},
               {"pseudo_values", nullptr}, {"note", ""}};
  if (seed_count < 2) {
    json["note"] = seed_count == 0 ? "no finished seed" : "one seed: no interval";
    return json;
  }
  const auto distribution =
      stats::bootstrap_seeds(seed_count, statistic, Stream({.purpose = Purpose::bootstrap}));
  if (!distribution) {
    json["note"] = distribution.error().message;
    return json;
  }
  const auto interval = stats::percentile_interval(*distribution);
  if (interval) json["ci95"] = interval_json(*interval);
  const auto count = static_cast<double>(seed_count);
  std::vector<double> pseudo_values;
  for (const double without : distribution->jackknife) {
    pseudo_values.push_back(count * distribution->estimate - (count - 1) * without);
  }
  json["pseudo_values"] = numbers(pseudo_values);
  return json;
}

}  // namespace windhover::analysis
