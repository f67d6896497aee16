#include "windhover/stats/cv.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "windhover/stats/checks.hpp"
#include "windhover/stats/distributions.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::stats {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Result<double> positive_cv(std::span<const double> values, double confidence) {
  WINDHOVER_RETURN_IF_ERROR(check_sample(values, 2));
  WINDHOVER_RETURN_IF_ERROR(check_inside_unit_interval(confidence, "the confidence"));
  const double centre = mean(values);
  if (centre <= 0.0) {
    return usage_error(fmt::format(
        "a coefficient of variation has an interval for positive means only, not for {}", centre));
  }
  const double cv = coefficient_of_variation(values, 1);
  if (cv == 0.0)
    return usage_error("the values have no spread: their coefficient of variation has no interval");
  return cv;
}

}  // namespace

Result<Interval> cv_interval_exact(std::span<const double> values, double confidence) {
  const Result<double> cv = positive_cv(values, confidence);
  WINDHOVER_RETURN_IF_ERROR(cv);
  if (*cv < exact_cv_interval_limit) {
    return usage_error(
        fmt::format("the exact interval is not computed for a coefficient of variation below {} ({}): "
                    "use Vangel's",
                    exact_cv_interval_limit, *cv));
  }
  const double count = static_cast<double>(values.size());
  const double t = std::sqrt(count) / *cv;
  const double tail = 0.5 * (1.0 - confidence);
  const double largest = noncentral_t_noncentrality(t, count - 1.0, tail);
  const double smallest = noncentral_t_noncentrality(t, count - 1.0, 1.0 - tail);
  if (!std::isfinite(largest) || !std::isfinite(smallest)) {
    return failure(
        fmt::format("the noncentral t for a coefficient of variation of {} did not converge", *cv));
  }
  return Interval{largest > 0.0 ? std::sqrt(count) / largest : infinity,
                  smallest > 0.0 ? std::sqrt(count) / smallest : infinity};
}

Result<Interval> cv_interval_vangel(std::span<const double> values, double confidence) {
  const Result<double> cv = positive_cv(values, confidence);
  WINDHOVER_RETURN_IF_ERROR(cv);
  const double count = static_cast<double>(values.size());
  const double tail = 0.5 * (1.0 - confidence);
  const auto bound = [&](double chi_squared) {
    const double below = ((chi_squared + 2.0) / count - 1.0) * *cv * *cv + chi_squared / (count - 1.0);
    return below > 0.0 ? *cv / std::sqrt(below) : infinity;
  };
  return Interval{bound(chi_squared_quantile(1.0 - tail, count - 1.0)),
                  bound(chi_squared_quantile(tail, count - 1.0))};
}

}  // namespace windhover::stats
