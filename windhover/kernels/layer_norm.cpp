#include <cmath>
#include <cstddef>
#include <span>

#include "windhover/core/contract.hpp"
#include "windhover/kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "windhover/kernels/layer_norm.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "windhover/kernels/simd-inl.hpp"

// The derivation of the backward pass is in docs/math/layer_norm.md.

HWY_BEFORE_NAMESPACE();
namespace windhover::kernels::HWY_NAMESPACE {

/// One row of n; returns its inverse_std.
template <class T>
HWY_INLINE T layer_norm_row(T* output, T* normalised, const T* input, const T* gain, const T* offset,
                            std::size_t n, T epsilon) {
  const auto add_value = [=](auto access, std::size_t i, Vector<T> sum)
                             HWY_ATTR { return hn::Add(sum, access.load(input + i)); };
  const T mean = reduce<T>(n, add_value) / static_cast<T>(n);
  // A second pass: the difference of the mean square and the squared mean would cancel.
  const auto add_squared_deviation = [=](auto access, std::size_t i, Vector<T> sum) HWY_ATTR {
    const Vector<T> deviation = access.zero_outside(hn::Sub(access.load(input + i), broadcast(mean)));
    return fused_multiply_add<T>(deviation, deviation, sum);
  };
  const T variance = reduce<T>(n, add_squared_deviation) / static_cast<T>(n);
  const T inverse_std = T{1} / std::sqrt(variance + epsilon);
  for_each_vector<T>(n, [=](auto access, std::size_t i) HWY_ATTR {
    const Vector<T> deviation = hn::Sub(access.load(input + i), broadcast(mean));
    const Vector<T> value = hn::Mul(deviation, broadcast(inverse_std));
    access.store(value, normalised + i);
    access.store(fused_multiply_add<T>(access.load(gain + i), value, access.load(offset + i)), output + i);
  });
  return inverse_std;
}

template <class T>
void layer_norm(std::span<T> output, std::span<T> normalised, std::span<T> inverse_std,
                std::span<const T> input, std::span<const T> gain, std::span<const T> offset, T epsilon) {
  const std::size_t n = gain.size();
  WINDHOVER_CHECK_OP(offset.size(), ==, n);
  WINDHOVER_CHECK_OP(input.size(), ==, inverse_std.size() * n);
  WINDHOVER_CHECK_OP(output.size(), ==, input.size());
  WINDHOVER_CHECK_OP(normalised.size(), ==, input.size());
  for (std::size_t row = 0; row < inverse_std.size(); ++row) {
    inverse_std[row] = layer_norm_row<T>(output.data() + row * n, normalised.data() + row * n,
                                         input.data() + row * n, gain.data(), offset.data(), n, epsilon);
  }
}

/// d_gain and d_offset accumulate; `d_input` may be `d_output`.
template <class T>
HWY_INLINE void layer_norm_backward_row(T* d_input, T* d_gain, T* d_offset, const T* d_output,
                                        const T* normalised, T inverse_std, const T* gain, std::size_t n) {
  const auto d_normalised = [=](auto access, std::size_t i) HWY_ATTR {
    return hn::Mul(access.load(d_output + i), access.load(gain + i));
  };
  const auto add_gradient = [=](auto access, std::size_t i, Vector<T> sum)
                                HWY_ATTR { return hn::Add(sum, d_normalised(access, i)); };
  const auto add_product = [=](auto access, std::size_t i, Vector<T> sum) HWY_ATTR {
    return fused_multiply_add<T>(d_normalised(access, i), access.load(normalised + i), sum);
  };
  const T mean = reduce<T>(n, add_gradient) / static_cast<T>(n);
  const T mean_product = reduce<T>(n, add_product) / static_cast<T>(n);
  for_each_vector<T>(n, [=](auto access, std::size_t i) HWY_ATTR {
    const Vector<T> d_out = access.load(d_output + i);
    const Vector<T> value = access.load(normalised + i);
    access.store(fused_multiply_add<T>(d_out, value, access.load(d_gain + i)), d_gain + i);
    access.store(hn::Add(access.load(d_offset + i), d_out), d_offset + i);
    const Vector<T> centred = hn::Sub(d_normalised(access, i), broadcast(mean));
    const Vector<T> orthogonal = fused_multiply_add<T>(value, broadcast(-mean_product), centred);
    access.store(hn::Mul(orthogonal, broadcast(inverse_std)), d_input + i);
  });
}

template <class T>
void layer_norm_backward(std::span<T> d_input, std::span<T> d_gain, std::span<T> d_offset,
                         std::span<const T> d_output, std::span<const T> normalised,
                         std::span<const T> inverse_std, std::span<const T> gain) {
  const std::size_t n = gain.size();
  WINDHOVER_CHECK_OP(d_gain.size(), ==, n);
  WINDHOVER_CHECK_OP(d_offset.size(), ==, n);
  WINDHOVER_CHECK_OP(d_output.size(), ==, inverse_std.size() * n);
  WINDHOVER_CHECK_OP(d_input.size(), ==, d_output.size());
  WINDHOVER_CHECK_OP(normalised.size(), ==, d_output.size());
  for_each_vector<T>(n, [&](auto access, std::size_t i) HWY_ATTR {
    access.store(zero<T>(), d_gain.data() + i);
    access.store(zero<T>(), d_offset.data() + i);
  });
  for (std::size_t row = 0; row < inverse_std.size(); ++row) {
    layer_norm_backward_row<T>(d_input.data() + row * n, d_gain.data(), d_offset.data(),
                               d_output.data() + row * n, normalised.data() + row * n, inverse_std[row],
                               gain.data(), n);
  }
}

constexpr auto& layer_norm_f32 = layer_norm<float>;
constexpr auto& layer_norm_f64 = layer_norm<double>;
constexpr auto& layer_norm_backward_f32 = layer_norm_backward<float>;
constexpr auto& layer_norm_backward_f64 = layer_norm_backward<double>;

}  // namespace windhover::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace windhover::kernels {

HWY_EXPORT(layer_norm_f32);
HWY_EXPORT(layer_norm_f64);
HWY_EXPORT(layer_norm_backward_f32);
HWY_EXPORT(layer_norm_backward_f64);

void layer_norm(std::span<float> output, std::span<float> normalised, std::span<float> inverse_std,
                std::span<const float> input, std::span<const float> gain, std::span<const float> offset,
                float epsilon) {
  HWY_DYNAMIC_DISPATCH(layer_norm_f32)(output, normalised, inverse_std, input, gain, offset, epsilon);
}

void layer_norm(std::span<double> output, std::span<double> normalised, std::span<double> inverse_std,
                std::span<const double> input, std::span<const double> gain, std::span<const double> offset,
                double epsilon) {
  HWY_DYNAMIC_DISPATCH(layer_norm_f64)(output, normalised, inverse_std, input, gain, offset, epsilon);
}

void layer_norm_backward(std::span<float> d_input, std::span<float> d_gain, std::span<float> d_offset,
                         std::span<const float> d_output, std::span<const float> normalised,
                         std::span<const float> inverse_std, std::span<const float> gain) {
  HWY_DYNAMIC_DISPATCH(layer_norm_backward_f32)
  (d_input, d_gain, d_offset, d_output, normalised, inverse_std, gain);
}

void layer_norm_backward(std::span<double> d_input, std::span<double> d_gain, std::span<double> d_offset,
                         std::span<const double> d_output, std::span<const double> normalised,
                         std::span<const double> inverse_std, std::span<const double> gain) {
  HWY_DYNAMIC_DISPATCH(layer_norm_backward_f64)
  (d_input, d_gain, d_offset, d_output, normalised, inverse_std, gain);
}

}  // namespace windhover::kernels
#endif
