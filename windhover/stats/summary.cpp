#include "windhover/stats/summary.hpp"

#include <cmath>
#include <cstddef>

#include "windhover/core/contract.hpp"
#include "windhover/stats/compensated_sum.hpp"

namespace windhover::stats {
namespace {

/// mean - values[0], where the differences are small even if the values are not. Precondition: not empty.
double mean_less_first(std::span<const double> values) {
  const double first = values.front();
  const double count = static_cast<double>(values.size());
  CompensatedSum sum;
  for (const double value : values) sum.add(value - first);
  return sum.value() / count;
}

/// sum (x - mean x)(y - mean y), with the correction for the rounding of the means. Precondition: equal
/// sizes, not empty.
double sum_of_products(std::span<const double> x, std::span<const double> y) {
  const double x_first = x.front();
  const double y_first = y.front();
  const double x_shift = mean_less_first(x);
  const double y_shift = mean_less_first(y);
  CompensatedSum products;
  CompensatedSum x_rest;  // both would be 0 without rounding
  CompensatedSum y_rest;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double dx = (x[i] - x_first) - x_shift;
    const double dy = (y[i] - y_first) - y_shift;
    products.add(dx * dy);
    x_rest.add(dx);
    y_rest.add(dy);
  }
  return products.value() - x_rest.value() * y_rest.value() / static_cast<double>(x.size());
}

}  // namespace

double mean(std::span<const double> values) {
  if (values.empty()) return not_a_number;
  return values.front() + mean_less_first(values);
}

double sum_of_squared_deviations(std::span<const double> values) {
  if (values.empty()) return not_a_number;
  const double sum = sum_of_products(values, values);
  return sum < 0.0 ? 0.0 : sum;
}

double standard_deviation(std::span<const double> values, int ddof) {
  const double freedom = static_cast<double>(values.size()) - ddof;
  if (!(freedom > 0.0)) return not_a_number;
  return std::sqrt(sum_of_squared_deviations(values) / freedom);
}

double covariance(std::span<const double> x, std::span<const double> y, int ddof) {
  WINDHOVER_CHECK_OP(x.size(), ==, y.size());
  const double freedom = static_cast<double>(x.size()) - ddof;
  if (x.empty() || !(freedom > 0.0)) return not_a_number;
  return sum_of_products(x, y) / freedom;
}

double coefficient_of_variation(std::span<const double> values, int ddof) {
  return standard_deviation(values, ddof) / mean(values);
}

double minimum(std::span<const double> values) {
  if (values.empty()) return not_a_number;
  double smallest = values.front();
  for (const double value : values) {
    if (std::isnan(value)) return value;
    if (value < smallest) smallest = value;
  }
  return smallest;
}

}  // namespace windhover::stats
