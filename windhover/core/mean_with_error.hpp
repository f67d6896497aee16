#pragma once

#include <cmath>
#include <span>

namespace windhover {

/// A mean with its standard error.
struct MeanWithError {
  double mean = 0;
  double standard_error = 0;
};

/// Of a sample, in the order of its values; the error of a single value is 0. For the scores of episodes; the
/// analysis, whose unit is the seed, has stats/ for it. Precondition: at least one value.
[[nodiscard]] inline MeanWithError mean_with_error(std::span<const double> values) {
  const auto count = static_cast<double>(values.size());
  double mean = 0;
  for (const double value : values) mean += value / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, values.size() > 1 ? std::sqrt(squares / (count - 1) / count) : 0};
}

/// The standard error of the mean, with equal weight, of independent means with these errors. Precondition:
/// at least one error.
[[nodiscard]] inline double error_of_mean(std::span<const double> errors) {
  double squares = 0;
  for (const double error : errors) squares += error * error;
  return std::sqrt(squares) / static_cast<double>(errors.size());
}

}  // namespace windhover
