#include "windhover/stats/contrast.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "windhover/stats/checks.hpp"
#include "windhover/stats/distributions.hpp"
#include "windhover/stats/permutation.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::stats {
namespace {

/// Everything that follows from estimate, standard error and degrees of freedom. Precondition: standard_error
/// > 0.
Contrast contrast_from_t(double estimate, double standard_error, double degrees_of_freedom,
                         double confidence) {
  Contrast contrast;
  contrast.estimate = estimate;
  contrast.standard_error = standard_error;
  contrast.degrees_of_freedom = degrees_of_freedom;
  contrast.t = estimate / standard_error;
  contrast.p_value = student_t_two_sided_p(contrast.t, degrees_of_freedom);
  const double reach = student_t_quantile(0.5 + 0.5 * confidence, degrees_of_freedom) * standard_error;
  contrast.interval = {estimate - reach, estimate + reach};
  contrast.sign_flip_p = not_a_number;
  contrast.smallest_attainable_p = not_a_number;
  return contrast;
}

}  // namespace

bool has_spread(std::span<const double> values) {
  if (values.size() < 2) return false;
  const double standard_error = standard_deviation(values, 1) / std::sqrt(static_cast<double>(values.size()));
  // R's t.test calls the data constant at the same bound: what remains is the rounding of the subtraction.
  return !(standard_error <= 10.0 * std::numeric_limits<double>::epsilon() * std::fabs(mean(values)));
}

Result<Contrast> paired_contrast(std::span<const double> per_seed_values, double confidence) {
  WINDHOVER_RETURN_IF_ERROR(check_sample(per_seed_values, 2, "seeds"));
  WINDHOVER_RETURN_IF_ERROR(check_inside_unit_interval(confidence, "the confidence"));
  const double count = static_cast<double>(per_seed_values.size());
  const double estimate = mean(per_seed_values);
  const double standard_error = standard_deviation(per_seed_values, 1) / std::sqrt(count);
  if (!has_spread(per_seed_values)) {
    if (estimate != 0.0) {
      return usage_error(fmt::format("every one of the {} seeds gives {}: without spread there is no t test",
                                     per_seed_values.size(), estimate));
    }
    Contrast nothing;
    nothing.degrees_of_freedom = count - 1.0;
    return nothing;
  }
  const Result<SignFlip> flips = sign_flip_test(per_seed_values);
  WINDHOVER_RETURN_IF_ERROR(flips);
  Contrast contrast = contrast_from_t(estimate, standard_error, count - 1.0, confidence);
  contrast.sign_flip_p = flips->two_sided_p;
  contrast.smallest_attainable_p = flips->smallest_attainable_p;
  return contrast;
}

Result<Contrast> welch_contrast(std::span<const double> first, std::span<const double> second,
                                double confidence) {
  WINDHOVER_RETURN_IF_ERROR(check_sample(first, 2, "values of the first cell"));
  WINDHOVER_RETURN_IF_ERROR(check_sample(second, 2, "values of the second cell"));
  WINDHOVER_RETURN_IF_ERROR(check_inside_unit_interval(confidence, "the confidence"));
  double variance = 0.0;
  double satterthwaite = 0.0;
  for (const auto cell : {first, second}) {
    const double count = static_cast<double>(cell.size());
    const double deviation = standard_deviation(cell, 1);
    const double part = deviation * deviation / count;
    variance += part;
    satterthwaite += part * part / (count - 1.0);
  }
  if (!(variance > 0.0)) return usage_error("neither cell has any spread: there is no t test");
  return contrast_from_t(mean(first) - mean(second), std::sqrt(variance), variance * variance / satterthwaite,
                         confidence);
}

}  // namespace windhover::stats
