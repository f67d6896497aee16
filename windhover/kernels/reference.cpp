#include "windhover/kernels/reference.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "windhover/kernels/constants.hpp"

namespace windhover::kernels::reference {

namespace {

/// The sum of the terms that were added, in the order of every reduction: element i goes into partial sum i
/// mod 16 (or another power of two); at the end partial sum j takes up j + 8 for j < 8, then j + 4 for j < 4,
/// then j + 2, then j + 1.
template <class T, std::size_t size = reduction_lanes>
class PartialSums {
 public:
  [[nodiscard]] T& operator[](std::size_t element) { return sums_[element % sums_.size()]; }

  [[nodiscard]] T total() const {
    auto sums = sums_;
    for (std::size_t width = sums.size() / 2; width > 0; width /= 2) {
      for (std::size_t j = 0; j < width; ++j) sums[j] += sums[j + width];
    }
    return sums[0];
  }

 private:
  std::array<T, size> sums_{};
};

template <class T, std::size_t size>
T polynomial(const std::array<T, size>& coefficients, T x) {
  T value = coefficients[size - 1];
  for (std::size_t i = size - 1; i-- > 0;) value = std::fma(value, x, coefficients[i]);
  return value;
}

template <class T>
T power_of_two(typename NumberFormat<T>::Signed exponent) {
  using Unsigned = typename NumberFormat<T>::Unsigned;
  const auto biased = static_cast<Unsigned>(exponent) + Unsigned{NumberFormat<T>::exponent_bias};
  return std::bit_cast<T>(static_cast<Unsigned>(biased << NumberFormat<T>::mantissa_bits));
}

template <class T>
struct ReducedExp {
  T fraction;
  typename NumberFormat<T>::Signed exponent;
};

/// e^x = 2^exponent (1 + fraction).
template <class T>
ReducedExp<T> reduced_exp(T x) {
  using Constants = ExpConstants<T>;
  using Unsigned = typename NumberFormat<T>::Unsigned;
  constexpr T magic = NumberFormat<T>::round_to_integer;
  const T shifted = std::fma(x, Constants::log2_e, magic);
  const T k = shifted - magic;
  const auto exponent = static_cast<typename NumberFormat<T>::Signed>(
      static_cast<Unsigned>(std::bit_cast<Unsigned>(shifted) - std::bit_cast<Unsigned>(magic)));
  T r = std::fma(k, Constants::minus_ln2_high, x);
  r = std::fma(k, Constants::minus_ln2_low, r);
  return {std::fma(r * r, polynomial(Constants::polynomial, r), r), exponent};
}

}  // namespace

template <class T>
void vector_matrix(std::span<T> output, std::span<const T> bias, std::span<const T> input,
                   std::span<const T> weights) {
  for (std::size_t n = 0; n < output.size(); ++n) {
    T sum = bias[n];
    for (std::size_t k = 0; k < input.size(); ++k) {
      sum = std::fma(input[k], weights[k * output.size() + n], sum);
    }
    output[n] = sum;
  }
}

template <class T>
void matrix_product(std::span<T> output, std::span<const T> bias, std::span<const T> left,
                    std::span<const T> right, std::size_t m, std::size_t k, std::size_t n) {
  for (std::size_t row = 0; row < m; ++row) {
    for (std::size_t column = 0; column < n; ++column) {
      T sum = bias.empty() ? T{0} : bias[column];
      for (std::size_t i = 0; i < k; ++i) sum = std::fma(left[row * k + i], right[i * n + column], sum);
      output[row * n + column] = sum;
    }
  }
}

template <class T>
void transposed_product(std::span<T> output, std::span<const T> left, std::span<const T> right, std::size_t m,
                        std::size_t k, std::size_t n) {
  for (std::size_t row = 0; row < k; ++row) {
    for (std::size_t column = 0; column < n; ++column) {
      T sum = 0;
      for (std::size_t i = 0; i < m; ++i) sum = std::fma(left[i * k + row], right[i * n + column], sum);
      output[row * n + column] = sum;
    }
  }
}

template <class T>
void transpose(std::span<T> output, std::span<const T> input, std::size_t k, std::size_t n) {
  for (std::size_t row = 0; row < k; ++row) {
    for (std::size_t column = 0; column < n; ++column) output[column * k + row] = input[row * n + column];
  }
}

template <class T>
void column_sums(std::span<T> output, std::span<const T> input, std::size_t m, std::size_t n) {
  for (std::size_t column = 0; column < n; ++column) {
    T sum = 0;
    for (std::size_t row = 0; row < m; ++row) sum += input[row * n + column];
    output[column] = sum;
  }
}

template <class T>
void layer_norm(std::span<T> output, std::span<T> normalised, std::span<T> inverse_std,
                std::span<const T> input, std::span<const T> gain, std::span<const T> offset, T epsilon) {
  const std::size_t n = gain.size();
  for (std::size_t row = 0; row < inverse_std.size(); ++row) {
    const std::span<const T> x = input.subspan(row * n, n);
    PartialSums<T> sums;
    for (std::size_t i = 0; i < n; ++i) sums[i] += x[i];
    const T mean = sums.total() / static_cast<T>(n);
    PartialSums<T> squares;
    for (std::size_t i = 0; i < n; ++i) squares[i] = std::fma(x[i] - mean, x[i] - mean, squares[i]);
    const T variance = squares.total() / static_cast<T>(n);
    inverse_std[row] = T{1} / std::sqrt(variance + epsilon);
    for (std::size_t i = 0; i < n; ++i) {
      const T value = (x[i] - mean) * inverse_std[row];
      normalised[row * n + i] = value;
      output[row * n + i] = std::fma(gain[i], value, offset[i]);
    }
  }
}

template <class T>
void layer_norm_backward(std::span<T> d_input, std::span<T> d_gain, std::span<T> d_offset,
                         std::span<const T> d_output, std::span<const T> normalised,
                         std::span<const T> inverse_std, std::span<const T> gain) {
  const std::size_t n = gain.size();
  for (std::size_t i = 0; i < n; ++i) d_gain[i] = d_offset[i] = T{0};
  for (std::size_t row = 0; row < inverse_std.size(); ++row) {
    const std::span<const T> d_out = d_output.subspan(row * n, n);
    const std::span<const T> value = normalised.subspan(row * n, n);
    PartialSums<T> sums;
    PartialSums<T> products;
    for (std::size_t i = 0; i < n; ++i) {
      sums[i] += d_out[i] * gain[i];
      products[i] = std::fma(d_out[i] * gain[i], value[i], products[i]);
    }
    const T mean = sums.total() / static_cast<T>(n);
    const T mean_product = products.total() / static_cast<T>(n);
    for (std::size_t i = 0; i < n; ++i) {
      d_gain[i] = std::fma(d_out[i], value[i], d_gain[i]);
      d_offset[i] += d_out[i];
      d_input[row * n + i] = std::fma(value[i], -mean_product, d_out[i] * gain[i] - mean) * inverse_std[row];
    }
  }
}

template <class T>
T relu(T x) {
  return x < T{0} ? T{0} : x;
}

template <class T>
T relu_backward(T d_output, T output) {
  return output > T{0} ? d_output : T{0};
}

template <class T>
T exp(T x) {
  using Constants = ExpConstants<T>;
  if (x < Constants::lowest) x = Constants::lowest;
  if (x > Constants::highest) x = Constants::highest;
  const ReducedExp<T> reduced = reduced_exp(x);
  const auto half = static_cast<typename NumberFormat<T>::Signed>(reduced.exponent >> 1);
  return (T{1} + reduced.fraction) * power_of_two<T>(half) * power_of_two<T>(reduced.exponent - half);
}

template <class T>
T logistic(T x) {
  return T{1} / (T{1} + exp(-x));
}

template <class T>
T tanh(T x) {
  const T magnitude = std::abs(x);
  T twice = magnitude + magnitude;
  if (twice > tanh_saturation<T>) twice = tanh_saturation<T>;
  const ReducedExp<T> reduced = reduced_exp(twice);
  const T scale = power_of_two<T>(reduced.exponent);
  const T exp_minus_one = std::fma(reduced.fraction, scale, scale - T{1});
  return std::copysign(exp_minus_one / (exp_minus_one + T{2}), x);
}

template <class T>
T log(T x) {
  using Constants = LogConstants<T>;
  using Format = NumberFormat<T>;
  using Unsigned = typename Format::Unsigned;
  if (x == T{0}) return -std::numeric_limits<T>::infinity();
  if (x < T{0}) return std::numeric_limits<T>::quiet_NaN();
  if (!(x < std::numeric_limits<T>::infinity())) return x;

  const bool subnormal = x < std::numeric_limits<T>::min();
  const T scaled = subnormal ? x * Constants::subnormal_scale : x;
  const T bias =
      subnormal ? T{Format::exponent_bias + Constants::subnormal_exponent} : T{Format::exponent_bias};
  constexpr Unsigned one_bits = Unsigned{Format::exponent_bias} << Format::mantissa_bits;
  constexpr Unsigned mantissa_mask = (Unsigned{1} << Format::mantissa_bits) - 1;
  const Unsigned bits = std::bit_cast<Unsigned>(scaled) + (one_bits - Constants::square_root_half);
  const T f = std::bit_cast<T>((bits & mantissa_mask) + Constants::square_root_half) - T{1};
  const T exponent = static_cast<T>(bits >> Format::mantissa_bits) - bias;

  const T half_square = T{0.5} * f * f;
  const T s = f / (T{2} + f);
  const T z = s * s;
  const T rest = z * polynomial(Constants::polynomial, z);
  const T low = std::fma(exponent, Constants::ln2_low, s * (half_square + rest));
  return std::fma(exponent, Constants::ln2_high, f - (half_square - low));
}

template <class T>
void gru_gates(std::span<T> new_hidden, std::span<T> gates, std::span<const T> input_gates,
               std::span<const T> hidden_gates, std::span<const T> hidden, std::size_t m, std::size_t h) {
  for (std::size_t row = 0; row < m; ++row) {
    for (std::size_t i = 0; i < h; ++i) {
      const std::size_t r_at = row * 3 * h + i;
      const std::size_t z_at = r_at + h;
      const std::size_t n_at = z_at + h;
      const T r = logistic(input_gates[r_at] + hidden_gates[r_at]);
      const T z = logistic(input_gates[z_at] + hidden_gates[z_at]);
      const T n = tanh(std::fma(r, hidden_gates[n_at], input_gates[n_at]));
      gates[r_at] = r;
      gates[z_at] = z;
      gates[n_at] = n;
      new_hidden[row * h + i] = std::fma(z, hidden[row * h + i], (T{1} - z) * n);
    }
  }
}

template <class T>
void gru_gates_backward(std::span<T> d_hidden, std::span<T> d_input_gates, std::span<T> d_hidden_gates,
                        std::span<const T> d_new_hidden, std::span<const T> gates,
                        std::span<const T> hidden_n, std::span<const T> hidden) {
  const std::size_t h = d_new_hidden.size();
  for (std::size_t i = 0; i < h; ++i) {
    const T r = gates[i];
    const T z = gates[h + i];
    const T n = gates[2 * h + i];
    const T d = d_new_hidden[i];
    const T d_z = d * (hidden[i] - n);
    const T d_n = d * (T{1} - z);
    const T d_n_sum = d_n * std::fma(-n, n, T{1});
    const T d_r_sum = d_n_sum * hidden_n[i] * (r * (T{1} - r));
    const T d_z_sum = d_z * (z * (T{1} - z));
    d_input_gates[i] = d_hidden_gates[i] = d_r_sum;
    d_input_gates[h + i] = d_hidden_gates[h + i] = d_z_sum;
    d_input_gates[2 * h + i] = d_n_sum;
    d_hidden_gates[2 * h + i] = d_n_sum * r;
    d_hidden[i] = d * z;
  }
}

template <class T>
T sum_of_squares(std::span<const T> values) {
  PartialSums<T, arena_reduction_lanes> sums;
  for (std::size_t i = 0; i < values.size(); ++i) sums[i] = std::fma(values[i], values[i], sums[i]);
  return sums.total();
}

template <class T>
void adam(std::span<T> parameters, std::span<T> first, std::span<T> second, std::span<T> copy,
          std::span<const T> gradient, const AdamStep<T>& step) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const T g = step.gradient_scale * gradient[i];
    first[i] = std::fma(step.beta1, first[i], (T{1} - step.beta1) * g);
    second[i] = std::fma(step.beta2, second[i], (T{1} - step.beta2) * g * g);
    const T denominator = std::fma(std::sqrt(second[i]), step.inverse_root_correction, step.epsilon);
    parameters[i] -= step.step_size * first[i] / denominator;
    if (!copy.empty()) copy[i] = parameters[i];
  }
}

// The two number types, spelled out once each.
#define WINDHOVER_INSTANTIATE_REFERENCE(T)                                                                   \
  template void vector_matrix(std::span<T>, std::span<const T>, std::span<const T>, std::span<const T>);     \
  template void matrix_product(std::span<T>, std::span<const T>, std::span<const T>, std::span<const T>,     \
                               std::size_t, std::size_t, std::size_t);                                       \
  template void transposed_product(std::span<T>, std::span<const T>, std::span<const T>, std::size_t,        \
                                   std::size_t, std::size_t);                                                \
  template void transpose(std::span<T>, std::span<const T>, std::size_t, std::size_t);                       \
  template void column_sums(std::span<T>, std::span<const T>, std::size_t, std::size_t);                     \
  template void layer_norm(std::span<T>, std::span<T>, std::span<T>, std::span<const T>, std::span<const T>, \
                           std::span<const T>, T);                                                           \
  template void layer_norm_backward(std::span<T>, std::span<T>, std::span<T>, std::span<const T>,            \
                                    std::span<const T>, std::span<const T>, std::span<const T>);             \
  template T relu(T);                                                                                        \
  template T relu_backward(T, T);                                                                            \
  template T exp(T);                                                                                         \
  template T log(T);                                                                                         \
  template T tanh(T);                                                                                        \
  template T logistic(T);                                                                                    \
  template void gru_gates(std::span<T>, std::span<T>, std::span<const T>, std::span<const T>,                \
                          std::span<const T>, std::size_t, std::size_t);                                     \
  template void gru_gates_backward(std::span<T>, std::span<T>, std::span<T>, std::span<const T>,             \
                                   std::span<const T>, std::span<const T>, std::span<const T>);              \
  template T sum_of_squares(std::span<const T>);                                                             \
  template void adam(std::span<T>, std::span<T>, std::span<T>, std::span<T>, std::span<const T>,             \
                     const AdamStep<T>&)

WINDHOVER_INSTANTIATE_REFERENCE(float);
WINDHOVER_INSTANTIATE_REFERENCE(double);

#undef WINDHOVER_INSTANTIATE_REFERENCE

}  // namespace windhover::kernels::reference
