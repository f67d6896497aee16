#include <cstddef>
#include <span>

#include "windhover/core/contract.hpp"
#include "windhover/kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "windhover/kernels/elementwise.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "windhover/kernels/math-inl.hpp"
#include "windhover/kernels/simd-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace windhover::kernels::HWY_NAMESPACE {

/// output = function(input), element by element.
template <class T, class Function>
HWY_INLINE void map(std::span<T> output, std::span<const T> input, Function function) {
  WINDHOVER_CHECK_OP(output.size(), ==, input.size());
  for_each_vector<T>(input.size(), [&](auto access, std::size_t i) HWY_ATTR {
    access.store(function(access.load(input.data() + i)), output.data() + i);
  });
}

template <class T>
void exp(std::span<T> output, std::span<const T> input) {
  map<T>(output, input, [](Vector<T> x) HWY_ATTR { return exp<T>(x); });
}

template <class T>
void log(std::span<T> output, std::span<const T> input) {
  map<T>(output, input, [](Vector<T> x) HWY_ATTR { return log<T>(x); });
}

template <class T>
void tanh(std::span<T> output, std::span<const T> input) {
  map<T>(output, input, [](Vector<T> x) HWY_ATTR { return tanh<T>(x); });
}

template <class T>
void logistic(std::span<T> output, std::span<const T> input) {
  map<T>(output, input, [](Vector<T> x) HWY_ATTR { return logistic<T>(x); });
}

template <class T>
void relu(std::span<T> output, std::span<const T> input) {
  // Not Max, which drops NaN.
  map<T>(output, input, [](Vector<T> x) HWY_ATTR { return hn::IfThenZeroElse(hn::Lt(x, zero<T>()), x); });
}

template <class T>
void relu_backward(std::span<T> d_input, std::span<const T> d_output, std::span<const T> output) {
  WINDHOVER_CHECK_OP(d_input.size(), ==, output.size());
  WINDHOVER_CHECK_OP(d_output.size(), ==, output.size());
  for_each_vector<T>(output.size(), [&](auto access, std::size_t i) HWY_ATTR {
    const auto passes = hn::Gt(access.load(output.data() + i), zero<T>());
    access.store(hn::IfThenElseZero(passes, access.load(d_output.data() + i)), d_input.data() + i);
  });
}

// The names are overloaded (vectors, spans), so the exported ones are functions of their own types.
template <class T>
using Map = void(std::span<T>, std::span<const T>);

constexpr Map<float>& exp_f32 = exp<float>;
constexpr Map<double>& exp_f64 = exp<double>;
constexpr Map<float>& log_f32 = log<float>;
constexpr Map<double>& log_f64 = log<double>;
constexpr Map<float>& tanh_f32 = tanh<float>;
constexpr Map<double>& tanh_f64 = tanh<double>;
constexpr Map<float>& logistic_f32 = logistic<float>;
constexpr Map<double>& logistic_f64 = logistic<double>;
constexpr Map<float>& relu_f32 = relu<float>;
constexpr Map<double>& relu_f64 = relu<double>;
constexpr auto& relu_backward_f32 = relu_backward<float>;
constexpr auto& relu_backward_f64 = relu_backward<double>;

}  // namespace windhover::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace windhover::kernels {

HWY_EXPORT(exp_f32);
HWY_EXPORT(exp_f64);
HWY_EXPORT(log_f32);
HWY_EXPORT(log_f64);
HWY_EXPORT(tanh_f32);
HWY_EXPORT(tanh_f64);
HWY_EXPORT(logistic_f32);
HWY_EXPORT(logistic_f64);
HWY_EXPORT(relu_f32);
HWY_EXPORT(relu_f64);
HWY_EXPORT(relu_backward_f32);
HWY_EXPORT(relu_backward_f64);

void exp(std::span<float> output, std::span<const float> input) {
  HWY_DYNAMIC_DISPATCH(exp_f32)(output, input);
}

void exp(std::span<double> output, std::span<const double> input) {
  HWY_DYNAMIC_DISPATCH(exp_f64)(output, input);
}

void log(std::span<float> output, std::span<const float> input) {
  HWY_DYNAMIC_DISPATCH(log_f32)(output, input);
}

void log(std::span<double> output, std::span<const double> input) {
  HWY_DYNAMIC_DISPATCH(log_f64)(output, input);
}

void tanh(std::span<float> output, std::span<const float> input) {
  HWY_DYNAMIC_DISPATCH(tanh_f32)(output, input);
}

void tanh(std::span<double> output, std::span<const double> input) {
  HWY_DYNAMIC_DISPATCH(tanh_f64)(output, input);
}

void logistic(std::span<float> output, std::span<const float> input) {
  HWY_DYNAMIC_DISPATCH(logistic_f32)(output, input);
}

void logistic(std::span<double> output, std::span<const double> input) {
  HWY_DYNAMIC_DISPATCH(logistic_f64)(output, input);
}

void relu(std::span<float> output, std::span<const float> input) {
  HWY_DYNAMIC_DISPATCH(relu_f32)(output, input);
}

void relu(std::span<double> output, std::span<const double> input) {
  HWY_DYNAMIC_DISPATCH(relu_f64)(output, input);
}

void relu_backward(std::span<float> d_input, std::span<const float> d_output, std::span<const float> output) {
  HWY_DYNAMIC_DISPATCH(relu_backward_f32)(d_input, d_output, output);
}

void relu_backward(std::span<double> d_input, std::span<const double> d_output,
                   std::span<const double> output) {
  HWY_DYNAMIC_DISPATCH(relu_backward_f64)(d_input, d_output, output);
}

}  // namespace windhover::kernels
#endif
