#include "windhover/stats/interval.hpp"

#include <cmath>

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

}  // namespace windhover::stats
