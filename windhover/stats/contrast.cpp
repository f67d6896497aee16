#include "windhover/stats/contrast.hpp"

#include <array>
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

Result<Contrast> factorial_contrast(std::span<const double> means,
                                    std::span<const double> standard_deviations,
                                    std::span<const int> sample_sizes, std::span<const double> coefficients,
                                    double confidence) {
  WINDHOVER_RETURN_IF_ERROR(
      check_same_size(means.size(), standard_deviations.size(), "means and standard deviations"));
  WINDHOVER_RETURN_IF_ERROR(check_same_size(means.size(), sample_sizes.size(), "means and sample sizes"));
  WINDHOVER_RETURN_IF_ERROR(check_same_size(means.size(), coefficients.size(), "means and coefficients"));
  WINDHOVER_RETURN_IF_ERROR(check_sample(means, 1, "means"));
  WINDHOVER_RETURN_IF_ERROR(check_sample(standard_deviations, 1, "standard deviations"));
  WINDHOVER_RETURN_IF_ERROR(check_sample(coefficients, 1, "coefficients"));
  WINDHOVER_RETURN_IF_ERROR(check_inside_unit_interval(confidence, "the confidence"));

  double estimate = 0.0;
  double variance = 0.0;
  double satterthwaite = 0.0;
  for (std::size_t cell = 0; cell < means.size(); ++cell) {
    if (coefficients[cell] == 0.0) continue;
    if (sample_sizes[cell] < 2) {
      return usage_error(
          fmt::format("cell {} has {} values, a contrast needs at least 2", cell + 1, sample_sizes[cell]));
    }
    if (standard_deviations[cell] < 0.0) {
      return usage_error(
          fmt::format("cell {} has the negative standard deviation {}", cell + 1, standard_deviations[cell]));
    }
    const double count = sample_sizes[cell];
    const double scaled = coefficients[cell] * standard_deviations[cell];
    const double part = scaled * scaled / count;
    estimate += coefficients[cell] * means[cell];
    variance += part;
    satterthwaite += part * part / (count - 1.0);
  }
  if (!(variance > 0.0)) {
    return usage_error("no cell of the contrast has any spread: there is no t test");
  }
  return contrast_from_t(estimate, std::sqrt(variance), variance * variance / satterthwaite, confidence);
}

Result<Contrast> welch_contrast(std::span<const double> first, std::span<const double> second,
                                double confidence) {
  WINDHOVER_RETURN_IF_ERROR(check_sample(first, 2, "values of the first cell"));
  WINDHOVER_RETURN_IF_ERROR(check_sample(second, 2, "values of the second cell"));
  const std::array means{mean(first), mean(second)};
  const std::array deviations{standard_deviation(first, 1), standard_deviation(second, 1)};
  const std::array counts{static_cast<int>(first.size()), static_cast<int>(second.size())};
  const std::array coefficients{1.0, -1.0};
  return factorial_contrast(means, deviations, counts, coefficients, confidence);
}

}  // namespace windhover::stats
