// Elementary functions for one instruction set: included once for each by Highway's foreach_target.h.
#if defined(WINDHOVER_KERNELS_MATH_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef WINDHOVER_KERNELS_MATH_INL_HPP
#undef WINDHOVER_KERNELS_MATH_INL_HPP
#else
#define WINDHOVER_KERNELS_MATH_INL_HPP
#endif

#include <array>
#include <limits>

#include "windhover/kernels/constants.hpp"
#include "windhover/kernels/simd-inl.hpp"

// Each function here is the function of the same name in reference.cpp, operation for operation. The errors
// are the largest measured: for float over all numbers, for double over the sweeps of elementwise_test.cpp.

HWY_BEFORE_NAMESPACE();
namespace windhover::kernels::HWY_NAMESPACE {

template <class T>
using SignedTag = hn::RebindToSigned<Tag<T>>;

template <class T>
using SignedVector = hn::Vec<SignedTag<T>>;

/// coefficients[0] + coefficients[1] x + ... by Horner's rule.
template <class T, std::size_t size>
HWY_INLINE Vector<T> polynomial(const std::array<T, size>& coefficients, Vector<T> x) {
  Vector<T> value = broadcast(coefficients[size - 1]);
  WINDHOVER_UNROLL
  for (std::size_t i = 1; i < size; ++i) {
    value = fused_multiply_add<T>(value, x, broadcast(coefficients[size - 1 - i]));
  }
  return value;
}

/// 2^exponent; the result is normal: -exponent_bias < exponent <= exponent_bias.
template <class T>
HWY_INLINE Vector<T> power_of_two(SignedVector<T> exponent) {
  using Format = NumberFormat<T>;
  const SignedVector<T> biased = hn::Add(exponent, hn::Set(SignedTag<T>(), Format::exponent_bias));
  return hn::BitCast(Tag<T>(), hn::ShiftLeft<Format::mantissa_bits>(biased));
}

/// e^x = 2^exponent (1 + fraction).
template <class T>
struct ReducedExp {
  Vector<T> fraction;
  SignedVector<T> exponent;
};

template <class T>
HWY_INLINE ReducedExp<T> reduced_exp(Vector<T> x) {
  using Constants = ExpConstants<T>;
  const Vector<T> magic = broadcast(NumberFormat<T>::round_to_integer);
  const Vector<T> shifted = fused_multiply_add<T>(x, broadcast(Constants::log2_e), magic);
  const Vector<T> k = hn::Sub(shifted, magic);
  const SignedTag<T> integers;
  const SignedVector<T> exponent = hn::Sub(hn::BitCast(integers, shifted), hn::BitCast(integers, magic));
  Vector<T> r = fused_multiply_add<T>(k, broadcast(Constants::minus_ln2_high), x);
  r = fused_multiply_add<T>(k, broadcast(Constants::minus_ln2_low), r);
  return {fused_multiply_add<T>(hn::Mul(r, r), polynomial(Constants::polynomial, r), r), exponent};
}

/// e^x; 0 from -104 (float), -746 (double) down, infinity where e^x is too large. Error below 1 ulp.
template <class T>
HWY_INLINE Vector<T> exp(Vector<T> x) {
  const Vector<T> lowest = broadcast(ExpConstants<T>::lowest);
  const Vector<T> highest = broadcast(ExpConstants<T>::highest);
  x = hn::IfThenElse(hn::Lt(x, lowest), lowest, x);  // Not Max: NaN has to stay.
  x = hn::IfThenElse(hn::Gt(x, highest), highest, x);
  const ReducedExp<T> reduced = reduced_exp<T>(x);
  // Two factors, since 2^exponent itself can be subnormal or too large: only the last product rounds.
  const SignedVector<T> half = hn::ShiftRight<1>(reduced.exponent);
  const Vector<T> low = power_of_two<T>(half);
  const Vector<T> high = power_of_two<T>(hn::Sub(reduced.exponent, half));
  return hn::Mul(hn::Mul(hn::Add(broadcast(T{1}), reduced.fraction), low), high);
}

/// 1 / (1 + e^-x). Error below 0.75 ulp of 1; above -87 also 2.5 ulp of the result.
template <class T>
HWY_INLINE Vector<T> logistic(Vector<T> x) {
  const Vector<T> one = broadcast(T{1});
  return hn::Div(one, hn::Add(one, exp<T>(hn::Neg(x))));
}

/// Odd, and 1 exactly from 10 (float), 20 (double) up. Error below 0.75 ulp of 1 and 2.5 ulp of
/// the result.
template <class T>
HWY_INLINE Vector<T> tanh(Vector<T> x) {
  const Vector<T> magnitude = hn::Abs(x);
  const Vector<T> saturation = broadcast(tanh_saturation<T>);
  Vector<T> twice = hn::Add(magnitude, magnitude);
  twice = hn::IfThenElse(hn::Gt(twice, saturation), saturation, twice);
  const ReducedExp<T> reduced = reduced_exp<T>(twice);
  const Vector<T> scale = power_of_two<T>(reduced.exponent);
  // e^(2|x|) - 1 without cancellation, so that small arguments keep their relative accuracy.
  const Vector<T> exp_minus_one =
      fused_multiply_add<T>(reduced.fraction, scale, hn::Sub(scale, broadcast(T{1})));
  const Vector<T> result = hn::Div(exp_minus_one, hn::Add(exp_minus_one, broadcast(T{2})));
  return hn::CopySign(result, x);
}

/// The natural logarithm; -infinity at 0, NaN below. Error below 0.85 ulp, also near 1.
template <class T>
HWY_INLINE Vector<T> log(Vector<T> x) {
  using Constants = LogConstants<T>;
  using Format = NumberFormat<T>;
  using Unsigned = typename Format::Unsigned;
  constexpr Tag<T> tag;
  constexpr hn::RebindToUnsigned<Tag<T>> bits_tag;
  constexpr Unsigned one_bits = Unsigned{Format::exponent_bias} << Format::mantissa_bits;
  constexpr Unsigned mantissa_mask = (Unsigned{1} << Format::mantissa_bits) - 1;
  constexpr T infinity = std::numeric_limits<T>::infinity();

  const auto subnormal = hn::Lt(x, broadcast(std::numeric_limits<T>::min()));
  const Vector<T> scaled = hn::IfThenElse(subnormal, hn::Mul(x, broadcast(Constants::subnormal_scale)), x);
  const Vector<T> bias =
      hn::IfThenElse(subnormal, broadcast(T{Format::exponent_bias + Constants::subnormal_exponent}),
                     broadcast(T{Format::exponent_bias}));

  // Adding the distance from sqrt(1/2) to 1 carries into the exponent exactly if the mantissa is at least
  // sqrt(1/2).
  const auto bits =
      hn::Add(hn::BitCast(bits_tag, scaled), hn::Set(bits_tag, one_bits - Constants::square_root_half));
  const auto mantissa = hn::Add(hn::And(bits, hn::Set(bits_tag, mantissa_mask)),
                                hn::Set(bits_tag, Constants::square_root_half));
  const Vector<T> f = hn::Sub(hn::BitCast(tag, mantissa), broadcast(T{1}));
  // The biased exponent as a number: placed in the low bits of 2^mantissa_bits, from which that is then
  // taken.
  const Vector<T> offset = broadcast(Constants::two_to_mantissa_bits);
  const auto biased = hn::Or(hn::ShiftRight<Format::mantissa_bits>(bits), hn::BitCast(bits_tag, offset));
  const Vector<T> exponent = hn::Sub(hn::Sub(hn::BitCast(tag, biased), offset), bias);

  const Vector<T> half_square = hn::Mul(hn::Mul(broadcast(T{0.5}), f), f);
  const Vector<T> s = hn::Div(f, hn::Add(broadcast(T{2}), f));
  const Vector<T> z = hn::Mul(s, s);
  const Vector<T> rest = hn::Mul(z, polynomial(Constants::polynomial, z));
  const Vector<T> low =
      fused_multiply_add<T>(exponent, broadcast(Constants::ln2_low), hn::Mul(s, hn::Add(half_square, rest)));
  const Vector<T> value =
      fused_multiply_add<T>(exponent, broadcast(Constants::ln2_high), hn::Sub(f, hn::Sub(half_square, low)));

  const auto is_regular = hn::And(hn::Gt(x, zero<T>()), hn::Lt(x, broadcast(infinity)));
  const Vector<T> nan = broadcast(std::numeric_limits<T>::quiet_NaN());
  const Vector<T> special = hn::IfThenElse(hn::Eq(x, zero<T>()), broadcast(-infinity),
                                           hn::IfThenElse(hn::Lt(x, zero<T>()), nan, x));
  return hn::IfThenElse(is_regular, value, special);
}

}  // namespace windhover::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
