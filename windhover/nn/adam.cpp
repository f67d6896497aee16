#include "windhover/nn/adam.hpp"

#include <algorithm>
#include <cmath>

namespace windhover::nn {
namespace {

/// base^exponent by squaring: the C library's pow picks its version by processor.
double integer_power(double base, std::uint64_t exponent) {
  double result = 1.0;
  for (; exponent > 0; exponent >>= 1U) {
    if ((exponent & 1U) != 0) result *= base;
    base *= base;
  }
  return result;
}

}  // namespace

template <class T>
T gradient_norm(std::span<const T> gradient) {
  return std::sqrt(kernels::sum_of_squares(gradient));
}

template <class T>
T clip_factor(T norm, double max_grad_norm) {
  return std::min(T{1}, static_cast<T>(max_grad_norm) / (norm + static_cast<T>(1e-6)));
}

template <class T>
kernels::AdamStep<T> adam_step(const AdamSettings& settings, std::uint64_t update, T gradient_scale,
                               double lr_share) {
  const double correction1 = 1.0 - integer_power(settings.beta1, update);
  const double correction2 = 1.0 - integer_power(settings.beta2, update);
  return {.gradient_scale = gradient_scale,
          .beta1 = static_cast<T>(settings.beta1),
          .beta2 = static_cast<T>(settings.beta2),
          .step_size = static_cast<T>(settings.lr * lr_share / correction1),
          .inverse_root_correction = static_cast<T>(1.0 / std::sqrt(correction2)),
          .epsilon = static_cast<T>(settings.epsilon)};
}

template <class T>
Adam<T>::Adam(const AdamSettings& settings, std::size_t arena_size)
    : settings_(settings), first_(arena_size, T{0}), second_(arena_size, T{0}) {}

template <class T>
void Adam<T>::update(std::span<T> parameters, std::span<T> copy, std::span<const T> gradient, T norm,
                     double lr_share) {
  ++updates_;
  const T scale = clip_factor(norm, settings_.max_grad_norm);
  kernels::adam(parameters, first_, second_, copy, gradient,
                adam_step<T>(settings_, updates_, scale, lr_share));
}

template <class T>
void Adam<T>::save(ByteWriter& writer) const {
  writer.value(updates_);
  writer.values(std::span<const T>(first_));
  writer.values(std::span<const T>(second_));
}

template <class T>
Result<void> Adam<T>::restore(ByteReader& reader) {
  WINDHOVER_RETURN_IF_ERROR(reader.value(updates_));
  WINDHOVER_RETURN_IF_ERROR(reader.values(std::span<T>(first_)));
  return reader.values(std::span<T>(second_));
}

template float gradient_norm<float>(std::span<const float>);
template double gradient_norm<double>(std::span<const double>);
template float clip_factor<float>(float, double);
template double clip_factor<double>(double, double);
template kernels::AdamStep<float> adam_step<float>(const AdamSettings&, std::uint64_t, float, double);
template kernels::AdamStep<double> adam_step<double>(const AdamSettings&, std::uint64_t, double, double);
template class Adam<float>;
template class Adam<double>;

}  // namespace windhover::nn
