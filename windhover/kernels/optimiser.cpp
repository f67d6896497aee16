#include <cstddef>
#include <span>

#include "windhover/core/contract.hpp"
#include "windhover/kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "windhover/kernels/optimiser.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "windhover/kernels/simd-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace windhover::kernels::HWY_NAMESPACE {

template <class T>
T sum_of_squares(std::span<const T> values) {
  const auto add_square = [=](auto access, std::size_t i, Vector<T> sum) HWY_ATTR {
    const Vector<T> value = access.load(values.data() + i);
    return fused_multiply_add<T>(value, value, sum);
  };
  return reduce<T, arena_reduction_lanes>(values.size(), add_square);
}

/// Updates `parameters`, `first` and `second` in place and calls keep(access, i, new parameters) for each
/// vector.
template <class T, class Keep>
HWY_INLINE void adam_step(std::span<T> parameters, std::span<T> first, std::span<T> second,
                          std::span<const T> gradient, const AdamStep<T>& step, Keep keep) {
  for_each_vector<T>(parameters.size(), [&](auto access, std::size_t i) HWY_ATTR {
    const Vector<T> g = hn::Mul(broadcast(step.gradient_scale), access.load(gradient.data() + i));
    const Vector<T> weighted_1 = hn::Mul(broadcast(T{1} - step.beta1), g);
    const Vector<T> weighted_2 = hn::Mul(hn::Mul(broadcast(T{1} - step.beta2), g), g);
    const Vector<T> m =
        fused_multiply_add<T>(broadcast(step.beta1), access.load(first.data() + i), weighted_1);
    const Vector<T> v =
        fused_multiply_add<T>(broadcast(step.beta2), access.load(second.data() + i), weighted_2);
    const Vector<T> denominator =
        fused_multiply_add<T>(hn::Sqrt(v), broadcast(step.inverse_root_correction), broadcast(step.epsilon));
    const Vector<T> change = hn::Div(hn::Mul(broadcast(step.step_size), m), denominator);
    const Vector<T> updated = hn::Sub(access.load(parameters.data() + i), change);
    access.store(m, first.data() + i);
    access.store(v, second.data() + i);
    access.store(updated, parameters.data() + i);
    keep(access, i, updated);
  });
}

template <class T>
void adam(std::span<T> parameters, std::span<T> first, std::span<T> second, std::span<T> copy,
          std::span<const T> gradient, const AdamStep<T>& step) {
  WINDHOVER_CHECK_OP(first.size(), ==, parameters.size());
  WINDHOVER_CHECK_OP(second.size(), ==, parameters.size());
  WINDHOVER_CHECK(copy.empty() || copy.size() == parameters.size());
  WINDHOVER_CHECK_OP(gradient.size(), ==, parameters.size());
  // By value: the stores could otherwise change the scalars, as far as the compiler knows.
  const AdamStep<T> constants = step;
  const auto keep_nothing = [](auto, std::size_t, Vector<T>) HWY_ATTR {};
  const auto keep_copy = [&](auto access, std::size_t i, Vector<T> updated)
                             HWY_ATTR { access.store(updated, copy.data() + i); };
  if (copy.empty()) {
    adam_step<T>(parameters, first, second, gradient, constants, keep_nothing);
  } else {
    adam_step<T>(parameters, first, second, gradient, constants, keep_copy);
  }
}

constexpr auto& sum_of_squares_f32 = sum_of_squares<float>;
constexpr auto& sum_of_squares_f64 = sum_of_squares<double>;
constexpr auto& adam_f32 = adam<float>;
constexpr auto& adam_f64 = adam<double>;

}  // namespace windhover::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace windhover::kernels {

HWY_EXPORT(sum_of_squares_f32);
HWY_EXPORT(sum_of_squares_f64);
HWY_EXPORT(adam_f32);
HWY_EXPORT(adam_f64);

float sum_of_squares(std::span<const float> values) {
  return HWY_DYNAMIC_DISPATCH(sum_of_squares_f32)(values);
}

double sum_of_squares(std::span<const double> values) {
  return HWY_DYNAMIC_DISPATCH(sum_of_squares_f64)(values);
}

void adam(std::span<float> parameters, std::span<float> first, std::span<float> second, std::span<float> copy,
          std::span<const float> gradient, const AdamStep<float>& step) {
  HWY_DYNAMIC_DISPATCH(adam_f32)(parameters, first, second, copy, gradient, step);
}

void adam(std::span<double> parameters, std::span<double> first, std::span<double> second,
          std::span<double> copy, std::span<const double> gradient, const AdamStep<double>& step) {
  HWY_DYNAMIC_DISPATCH(adam_f64)(parameters, first, second, copy, gradient, step);
}

}  // namespace windhover::kernels
#endif
