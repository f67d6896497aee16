#pragma once

namespace windhover::math {

/// Elementary functions with the same bits on every machine: the C library picks its version by processor.
/// Built from correctly rounded operations and std::fma only.

/// e^x. Relative error below 2^-51; 0 below -745, infinity above 709.78, NaN for NaN.
[[nodiscard]] double exp(double x);

/// Natural logarithm. Relative error below 2^-50 for normal x; -infinity at 0, NaN below 0.
[[nodiscard]] double log(double x);

/// cos(2 pi x) for x in [0, 1]. Absolute error below 2^-50.
[[nodiscard]] double cos_two_pi(double x);

/// sin x and cos x for x in [-pi/4, pi/4], radians. Absolute error below 2^-52.
[[nodiscard]] double sin_near_zero(double x);
[[nodiscard]] double cos_near_zero(double x);

}  // namespace windhover::math
