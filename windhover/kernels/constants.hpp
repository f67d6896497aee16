#pragma once

#include <array>
#include <cstdint>

/// Numbers and orders that the fast kernels and their references share, so that both can have the same bits.
namespace windhover::kernels {

/// The layout of an IEEE 754 number.
template <class T>
struct NumberFormat;

template <>
struct NumberFormat<float> {
  using Signed = std::int32_t;
  using Unsigned = std::uint32_t;
  static constexpr int mantissa_bits = 23;
  static constexpr int exponent_bias = 127;
  /// Adding 1.5 * 2^mantissa_bits rounds to an integer, which then stands in the low bits of the sum.
  static constexpr float round_to_integer = 0x1.8p23F;
};

template <>
struct NumberFormat<double> {
  using Signed = std::int64_t;
  using Unsigned = std::uint64_t;
  static constexpr int mantissa_bits = 52;
  static constexpr int exponent_bias = 1023;
  static constexpr double round_to_integer = 0x1.8p52;
};

/// e^x = 2^k e^r with k = round(x log2 e) and r = x - k ln 2, |r| <= ln(2)/2; e^r = 1 + r + r^2
/// polynomial(r). The polynomials are minimax (Remez) for the relative error of e^r: 2^-34 (float), 2^-64
/// (double). ln 2 is split in two (Cody, Waite 1980): k * ln2_high is exact for every k that occurs.
template <class T>
struct ExpConstants;

template <>
struct ExpConstants<float> {
  static constexpr float log2_e = 0x1.715476p+0F;
  static constexpr float minus_ln2_high = -0x1.62e4p-1F;
  static constexpr float minus_ln2_low = -0x1.7f7d1cp-20F;
  static constexpr float lowest = -104.0F;  ///< e^x rounds to 0 from here down
  static constexpr float highest = 89.0F;   ///< e^x overflows from here up
  static constexpr std::array<float, 6> polynomial = {0x1.000000p-1F, 0x1.555554p-3F,  0x1.55548ep-5F,
                                                      0x1.111270p-7F, 0x1.6d8d1ap-10F, 0x1.9f0888p-13F};
};

template <>
struct ExpConstants<double> {
  static constexpr double log2_e = 0x1.71547652b82fep+0;
  static constexpr double minus_ln2_high = -0x1.62e42fefa4p-1;
  static constexpr double minus_ln2_low = 0x1.8432a1b0e2634p-43;
  static constexpr double lowest = -746.0;
  static constexpr double highest = 710.0;
  static constexpr std::array<double, 11> polynomial = {
      0x1.0000000000000p-1,  0x1.555555555555bp-3,  0x1.5555555555503p-5,  0x1.111111110ec56p-7,
      0x1.6c16c16c304edp-10, 0x1.a01a01b3811aep-13, 0x1.a01a01367b51ep-16, 0x1.71ddf0196cc01p-19,
      0x1.27e5b461b6e27p-22, 0x1.af6bf5075ba03p-26, 0x1.1e3d16c913d6bp-29};
};

/// tanh |x| = m / (m + 2) with m = e^(2|x|) - 1, which rounds to 1 from `saturation` = 2|x| up.
template <class T>
inline constexpr T tanh_saturation = T{20};
template <>
inline constexpr double tanh_saturation<double> = 40.0;

/// log x = e ln 2 + log(1 + f) with x = 2^e (1 + f), 1 + f in [sqrt(1/2), sqrt(2)), and with s = f / (2 + f),
/// z = s^2: log(1 + f) = f - f^2/2 + s (f^2/2 + z polynomial(z)), the arrangement of fdlibm's e_log.c (Sun
/// Microsystems 1993). The polynomials are minimax for the relative error of log(1 + f): 2^-37 (float), 2^-59
/// (double).
template <class T>
struct LogConstants;

template <>
struct LogConstants<float> {
  static constexpr std::uint32_t square_root_half = 0x3F3504F3;  ///< the bits of sqrt(1/2)
  static constexpr float subnormal_scale = 0x1p25F;
  static constexpr int subnormal_exponent = 25;
  static constexpr float two_to_mantissa_bits = 0x1p23F;
  static constexpr float ln2_high = 0x1.62e4p-1F;
  static constexpr float ln2_low = 0x1.7f7d1cp-20F;
  static constexpr std::array<float, 4> polynomial = {0x1.555554p-1F, 0x1.999a7ap-2F, 0x1.2438cep-2F,
                                                      0x1.e2f7e0p-3F};
};

template <>
struct LogConstants<double> {
  static constexpr std::uint64_t square_root_half = 0x3FE6A09E667F3BCD;
  static constexpr double subnormal_scale = 0x1p54;
  static constexpr int subnormal_exponent = 54;
  static constexpr double two_to_mantissa_bits = 0x1p52;
  static constexpr double ln2_high = 0x1.62e42fefa4p-1;
  static constexpr double ln2_low = -0x1.8432a1b0e2634p-43;
  static constexpr std::array<double, 7> polynomial = {
      0x1.5555555555592p-1, 0x1.999999997fd36p-2, 0x1.24924941f8dd7p-2, 0x1.c71c5202aa3b1p-3,
      0x1.7466405d84df5p-3, 0x1.39a1930ef9cc5p-3, 0x1.2f07070573c54p-3};
};

}  // namespace windhover::kernels
