#include "windhover/core/math.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace windhover::math {
namespace {

// ln 2 in two parts: the high one has 21 trailing zero bits, so that its product with a small integer is
// exact.
constexpr double ln2_high = 0x1.62e42feep-1;
constexpr double ln2_low = 0x1.a39ef35793c76p-33;
constexpr double log2_e = 0x1.71547652b82fep+0;

/// Taylor series of e^r by Horner's rule; |r| <= ln(2)/2, where the first term left out is below 2^-57.
double exp_near_zero(double r) {
  constexpr int degree = 13;
  double inverse_factorial[degree + 1];
  inverse_factorial[0] = 1.0;
  double factorial = 1.0;
  for (int k = 1; k <= degree; ++k) {
    factorial *= k;  // exact: 13! < 2^53
    inverse_factorial[k] = 1.0 / factorial;
  }
  double sum = inverse_factorial[degree];
  for (int k = degree - 1; k >= 0; --k) sum = std::fma(sum, r, inverse_factorial[k]);
  return sum;
}

/// Horner over the Taylor terms of the powers last, last - 2, .. above first, relative to the first term:
/// sine has odd powers up to 17, cosine even ones up to 18; both end below 2^-60 at pi/4.
double trigonometric_tail(double angle, int last, int first) {
  const double angle2 = angle * angle;
  double sum = 0.0;
  for (int power = last; power > first; power -= 2) {
    const double factor = static_cast<double>(power) * static_cast<double>(power - 1);
    sum = (1.0 + sum) * (-angle2 / factor);
  }
  return sum;
}

}  // namespace

double exp(double x) {
  if (std::isnan(x)) return x;
  if (x > 709.782712893384) return std::numeric_limits<double>::infinity();
  if (x < -745.2) return 0.0;
  const double k = std::nearbyint(x * log2_e);
  const double r = std::fma(k, -ln2_low, std::fma(k, -ln2_high, x));
  return std::ldexp(exp_near_zero(r), static_cast<int>(k));
}

double log(double x) {
  if (std::isnan(x) || x < 0.0) return std::numeric_limits<double>::quiet_NaN();
  if (x == 0.0) return -std::numeric_limits<double>::infinity();
  if (std::isinf(x)) return x;
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);  // in [1/2, 1)
  if (mantissa < 0.7071067811865476) {
    mantissa *= 2.0;
    --exponent;
  }
  // log m = 2 atanh(s), s = (m-1)/(m+1), |s| <= 0.1716: the series in s^2 ends below 2^-56 after 10 terms.
  const double s = (mantissa - 1.0) / (mantissa + 1.0);
  const double s2 = s * s;
  double series = 0.0;
  for (int k = 21; k >= 3; k -= 2) series = std::fma(series, s2, 1.0 / k);
  const double log_mantissa = std::fma(2.0 * s, series * s2, 2.0 * s);
  const double k = exponent;
  return std::fma(k, ln2_high, std::fma(k, ln2_low, log_mantissa));
}

double sin_near_zero(double x) { return std::fma(x, trigonometric_tail(x, 17, 1), x); }

double cos_near_zero(double x) { return 1.0 + trigonometric_tail(x, 18, 0); }

double cos_two_pi(double x) {
  // Fold to the first eighth of a turn, where both series are short.
  constexpr double two_pi = 0x1.921fb54442d18p+2;
  double turn = x <= 0.5 ? x : 1.0 - x;  // cos is even about half a turn
  const bool negative = turn > 0.25;
  if (negative) turn = 0.5 - turn;
  const double value = turn > 0.125 ? sin_near_zero(two_pi * (0.25 - turn)) : cos_near_zero(two_pi * turn);
  return negative ? -value : value;
}

}  // namespace windhover::math
