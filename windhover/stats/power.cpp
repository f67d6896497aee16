#include "windhover/stats/power.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "windhover/stats/checks.hpp"
#include "windhover/stats/distributions.hpp"

namespace windhover::stats {
namespace {

Result<void> check_seeds(int seeds) {
  if (seeds >= 2) return {};
  return usage_error(fmt::format("a t test needs at least 2 seeds in a cell, not {}", seeds));
}

Result<void> check_design(const ContrastDesign& design) {
  const auto is_positive = [](double value) { return std::isfinite(value) && value > 0.0; };
  if (is_positive(design.standard_error) && is_positive(design.degrees_of_freedom)) return {};
  return usage_error(
      fmt::format("a design needs a standard error and degrees of freedom above 0, not {} and {}",
                  design.standard_error, design.degrees_of_freedom));
}

double sum_of_squares(std::span<const double> coefficients) {
  double sum = 0.0;
  for (const double coefficient : coefficients) sum += coefficient * coefficient;
  return sum;
}

}  // namespace

Result<ContrastDesign> independent_cells_design(std::span<const double> coefficients, int seeds) {
  WINDHOVER_RETURN_IF_ERROR(check_sample(coefficients, 2, "coefficients"));
  WINDHOVER_RETURN_IF_ERROR(check_seeds(seeds));
  return ContrastDesign{std::sqrt(sum_of_squares(coefficients) / seeds),
                        static_cast<double>(coefficients.size()) * (seeds - 1)};
}

Result<ContrastDesign> paired_design(int seeds) {
  WINDHOVER_RETURN_IF_ERROR(check_seeds(seeds));
  return ContrastDesign{1.0 / std::sqrt(static_cast<double>(seeds)), static_cast<double>(seeds - 1)};
}

Result<ContrastDesign> paired_design(std::span<const double> coefficients, int seeds, double correlation) {
  WINDHOVER_RETURN_IF_ERROR(check_sample(coefficients, 2, "coefficients"));
  WINDHOVER_RETURN_IF_ERROR(check_seeds(seeds));
  double sum = 0.0;
  for (const double coefficient : coefficients) sum += coefficient;
  const double squares = sum_of_squares(coefficients);
  if (std::fabs(sum) > 1e-12 * std::sqrt(squares)) {
    return usage_error(fmt::format("the coefficients of a contrast must sum to 0, not to {}", sum));
  }
  if (!(correlation >= -1.0 && correlation < 1.0)) {
    return usage_error(fmt::format("the correlation must lie in [-1, 1), not be {}", correlation));
  }
  return ContrastDesign{std::sqrt((1.0 - correlation) * squares / seeds), static_cast<double>(seeds - 1)};
}

Result<double> power(const ContrastDesign& design, double effect, double alpha) {
  WINDHOVER_RETURN_IF_ERROR(check_design(design));
  WINDHOVER_RETURN_IF_ERROR(check_inside_unit_interval(alpha, "alpha"));
  if (!std::isfinite(effect))
    return usage_error(fmt::format("the effect must be a finite number, not {}", effect));
  const double critical = student_t_quantile(1.0 - 0.5 * alpha, design.degrees_of_freedom);
  const double noncentrality = std::fabs(effect) / design.standard_error;
  return noncentral_t_upper_tail(critical, design.degrees_of_freedom, noncentrality);
}

Result<double> minimum_detectable_effect(const ContrastDesign& design, double power, double alpha) {
  WINDHOVER_RETURN_IF_ERROR(check_design(design));
  WINDHOVER_RETURN_IF_ERROR(check_inside_unit_interval(power, "the power"));
  WINDHOVER_RETURN_IF_ERROR(check_inside_unit_interval(alpha, "alpha"));
  if (power < 0.5 * alpha) {
    return usage_error(fmt::format("without any effect the power is {} already, above the {} asked for",
                                   0.5 * alpha, power));
  }
  const double critical = student_t_quantile(1.0 - 0.5 * alpha, design.degrees_of_freedom);
  const double noncentrality = noncentral_t_noncentrality(critical, design.degrees_of_freedom, 1.0 - power);
  if (!std::isfinite(noncentrality)) {
    return failure(fmt::format("the noncentral t for a power of {} did not converge", power));
  }
  return noncentrality * design.standard_error;
}

Result<int> seeds_needed(const DesignOfSeeds& design, double effect, double wanted, double alpha) {
  WINDHOVER_RETURN_IF_ERROR(check_inside_unit_interval(wanted, "the power"));
  if (effect == 0.0) return usage_error("an effect of 0 is never found, with however many seeds");
  const auto suffices = [&](int seeds) -> Result<bool> {
    const auto with = design(seeds);
    if (!with) return Failure(with.error());
    const auto reached = power(*with, effect, alpha);
    if (!reached) return Failure(reached.error());
    return *reached >= wanted;
  };
  int below = 1;
  int above = 2;
  while (true) {
    const auto enough = suffices(above);
    if (!enough) return Failure(enough.error());
    if (*enough) break;
    if (above >= most_seeds)
      return usage_error(fmt::format("an effect of {} needs more than {} seeds", effect, most_seeds));
    below = above;
    above = std::min(2 * above, most_seeds);
  }
  while (above - below > 1) {
    const int middle = below + (above - below) / 2;
    const auto enough = suffices(middle);
    if (!enough) return Failure(enough.error());
    (*enough ? above : below) = middle;
  }
  return above;
}

}  // namespace windhover::stats
