#include "windhover/stats/interval.hpp"

#include <cmath>

#include "windhover/core/contract.hpp"
#include "windhover/stats/checks.hpp"
#include "windhover/stats/distributions.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::stats {

Result<Interval> mean_interval_t(std::span<const double> values, double confidence) {
  WINDHOVER_RETURN_IF_ERROR(check_sample(values, 2));
  WINDHOVER_RETURN_IF_ERROR(check_inside_unit_interval(confidence, "the confidence"));
  const double count = static_cast<double>(values.size());
  const double centre = mean(values);
  const double standard_error = standard_deviation(values, 1) / std::sqrt(count);
  const double reach = student_t_quantile(0.5 + 0.5 * confidence, count - 1.0) * standard_error;
  return Interval{centre - reach, centre + reach};
}

Interval interval_of_best(const Interval& t_interval, std::size_t values, std::size_t candidates,
                          double confidence) {
  WINDHOVER_CHECK_OP(values, >=, 2U);
  WINDHOVER_CHECK_OP(candidates, >=, 1U);
  const double freedom = static_cast<double>(values - 1);
  const double tail = 0.5 * (1.0 - confidence);
  const double wider = student_t_quantile(1.0 - tail / static_cast<double>(candidates), freedom) /
                       student_t_quantile(1.0 - tail, freedom);
  const double centre = 0.5 * (t_interval.lower + t_interval.upper);
  const double reach = 0.5 * (t_interval.upper - t_interval.lower) * wider;
  return {centre - reach, centre + reach};
}

}  // namespace windhover::stats
