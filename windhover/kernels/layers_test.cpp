#include <array>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "windhover/kernels/kernels.hpp"
#include "windhover/kernels/reference.hpp"
#include "windhover/kernels/test_support.hpp"

namespace windhover::kernels {
namespace {

using testing::Buffer;
using testing::expect_same_bits;
using testing::on_every_target;

template <class T>
class LayerTest : public ::testing::Test {
 protected:
  std::mt19937 generator{3};

  Buffer<T> random(std::size_t size, T scale = 1) {
    auto buffer = Buffer<T>::random(size, generator, size % 4);
    for (T& value : buffer.span()) value *= scale;
    return buffer;
  }
};
TYPED_TEST_SUITE(LayerTest, testing::NumberTypes);

TYPED_TEST(LayerTest, LayerNormEqualsReference) {
  using T = TypeParam;
  constexpr T epsilon = T{1e-5F};
  for (const std::size_t n : testing::lengths()) {
    const std::size_t m = n % 4;
    const auto input = this->random(m * n, T{3});
    const auto gain = this->random(n);
    const auto offset = this->random(n);
    Buffer<T> expected(m * n);
    Buffer<T> expected_normalised(m * n);
    Buffer<T> expected_inverse_std(m);
    reference::layer_norm<T>(expected.span(), expected_normalised.span(), expected_inverse_std.span(),
                             input.span(), gain.span(), offset.span(), epsilon);
    on_every_target([&] {
      SCOPED_TRACE(::testing::Message() << m << " x " << n);
      Buffer<T> output = input;
      Buffer<T> normalised(m * n, n % 3);
      Buffer<T> inverse_std(m);
      layer_norm(output.span(), normalised.span(), inverse_std.span(), output.span(), gain.span(),
                 offset.span(), epsilon);
      expect_same_bits(output, expected);
      expect_same_bits(normalised, expected_normalised);
      expect_same_bits(inverse_std, expected_inverse_std);
    });
  }
}

TYPED_TEST(LayerTest, LayerNormBackwardEqualsReference) {
  using T = TypeParam;
  for (const std::size_t n : testing::lengths()) {
    const std::size_t m = n % 4;
    const auto d_output = this->random(m * n);
    const auto normalised = this->random(m * n, T{2});
    const auto inverse_std = this->random(m);
    const auto gain = this->random(n);
    Buffer<T> expected(m * n);
    Buffer<T> expected_gain(n);
    Buffer<T> expected_offset(n);
    reference::layer_norm_backward<T>(expected.span(), expected_gain.span(), expected_offset.span(),
                                      d_output.span(), normalised.span(), inverse_std.span(), gain.span());
    on_every_target([&] {
      SCOPED_TRACE(::testing::Message() << m << " x " << n);
      Buffer<T> d_input = d_output;
      Buffer<T> d_gain(n, n % 3, T{7});
      Buffer<T> d_offset(n, n % 5, T{7});
      layer_norm_backward(d_input.span(), d_gain.span(), d_offset.span(), d_input.span(), normalised.span(),
                          inverse_std.span(), gain.span());
      expect_same_bits(d_input, expected);
      expect_same_bits(d_gain, expected_gain);
      expect_same_bits(d_offset, expected_offset);
    });
  }
}

TYPED_TEST(LayerTest, GruGatesEqualReference) {
  using T = TypeParam;
  for (const std::size_t h : testing::lengths()) {
    const std::size_t m = h % 4;
    const auto input_gates = this->random(m * 3 * h, T{6});
    const auto hidden_gates = this->random(m * 3 * h, T{6});
    const auto hidden = this->random(m * h);
    Buffer<T> expected_hidden(m * h);
    Buffer<T> expected_gates(m * 3 * h);
    reference::gru_gates<T>(expected_hidden.span(), expected_gates.span(), input_gates.span(),
                            hidden_gates.span(), hidden.span(), m, h);
    on_every_target([&] {
      SCOPED_TRACE(::testing::Message() << m << " x " << h);
      Buffer<T> new_hidden = hidden;
      Buffer<T> gates = input_gates;
      gru_gates(new_hidden.span(), gates.span(), gates.span(), hidden_gates.span(), new_hidden.span(),
                static_cast<int>(m), static_cast<int>(h));
      expect_same_bits(new_hidden, expected_hidden);
      expect_same_bits(gates, expected_gates);
    });
  }
}

TYPED_TEST(LayerTest, GruGatesBackwardEqualReference) {
  using T = TypeParam;
  for (const std::size_t h : testing::lengths()) {
    const auto d_new_hidden = this->random(h);
    const auto gates = this->random(3 * h);
    const auto hidden_n = this->random(h);
    const auto hidden = this->random(h);
    Buffer<T> expected_hidden(h);
    Buffer<T> expected_input_gates(3 * h);
    Buffer<T> expected_hidden_gates(3 * h);
    reference::gru_gates_backward<T>(expected_hidden.span(), expected_input_gates.span(),
                                     expected_hidden_gates.span(), d_new_hidden.span(), gates.span(),
                                     hidden_n.span(), hidden.span());
    on_every_target([&] {
      SCOPED_TRACE(::testing::Message() << h);
      Buffer<T> d_hidden = d_new_hidden;
      Buffer<T> d_input_gates(3 * h, h % 3);
      Buffer<T> d_hidden_gates(3 * h, h % 5);
      gru_gates_backward(d_hidden.span(), d_input_gates.span(), d_hidden_gates.span(), d_hidden.span(),
                         gates.span(), hidden_n.span(), hidden.span());
      expect_same_bits(d_hidden, expected_hidden);
      expect_same_bits(d_input_gates, expected_input_gates);
      expect_same_bits(d_hidden_gates, expected_hidden_gates);
    });
  }
}

/// The derivative of loss() with respect to `variable` by central differences.
template <class Loss>
double numeric_derivative(double& variable, Loss loss) {
  constexpr double step = 1e-5;
  const double value = variable;
  variable = value + step;
  const double above = loss();
  variable = value - step;
  const double below = loss();
  variable = value;
  return (above - below) / (2 * step);
}

double dot(std::span<const double> left, std::span<const double> right) {
  double sum = 0;
  for (std::size_t i = 0; i < left.size(); ++i) sum += left[i] * right[i];
  return sum;
}

constexpr double derivative_tolerance = 1e-8;

TEST(LayerNorm, BackwardEqualsFiniteDifferences) {
  constexpr std::size_t m = 3;
  constexpr std::size_t n = 21;
  std::mt19937 generator(1);
  auto input = Buffer<double>::random(m * n, generator);
  auto gain = Buffer<double>::random(n, generator);
  auto offset = Buffer<double>::random(n, generator);
  const auto weights =
      Buffer<double>::random(m * n, generator);  // The loss is their dot product with the output.
  Buffer<double> output(m * n);
  Buffer<double> normalised(m * n);
  Buffer<double> inverse_std(m);
  const auto loss = [&] {
    layer_norm(output.span(), normalised.span(), inverse_std.span(), input.span(), gain.span(), offset.span(),
               1e-5);
    return dot(output.span(), weights.span());
  };
  loss();
  Buffer<double> d_input(m * n);
  Buffer<double> d_gain(n);
  Buffer<double> d_offset(n);
  layer_norm_backward(d_input.span(), d_gain.span(), d_offset.span(), weights.span(), normalised.span(),
                      inverse_std.span(), gain.span());
  for (std::size_t i = 0; i < m * n; ++i) {
    EXPECT_NEAR(d_input[i], numeric_derivative(input[i], loss), derivative_tolerance) << "input " << i;
  }
  for (std::size_t i = 0; i < n; ++i) {
    EXPECT_NEAR(d_gain[i], numeric_derivative(gain[i], loss), derivative_tolerance) << "gain " << i;
    EXPECT_NEAR(d_offset[i], numeric_derivative(offset[i], loss), derivative_tolerance) << "offset " << i;
  }
}

TEST(LayerNorm, GivesMeanZeroAndVarianceOne) {
  constexpr std::size_t n = 100;
  std::mt19937 generator(2);
  auto input = Buffer<double>::random(n, generator);
  for (double& value : input.span()) {
    value += 1000;  // A mean square minus a squared mean would lose the variance.
  }
  const Buffer<double> gain(n, 0, 1.0);
  const Buffer<double> offset(n);
  Buffer<double> output(n);
  Buffer<double> normalised(n);
  std::array<double, 1> inverse_std{};
  layer_norm(output.span(), normalised.span(), inverse_std, input.span(), gain.span(), offset.span(), 0.0);
  double sum = 0;
  for (const double value : output.span()) sum += value;
  EXPECT_NEAR(sum / n, 0.0, 1e-10);
  EXPECT_NEAR(dot(output.span(), output.span()) / n, 1.0, 1e-10);
}

TEST(GruGates, BackwardEqualsFiniteDifferences) {
  constexpr std::size_t h = 19;
  std::mt19937 generator(4);
  auto input_gates = Buffer<double>::random(3 * h, generator);
  auto hidden_gates = Buffer<double>::random(3 * h, generator);
  auto hidden = Buffer<double>::random(h, generator);
  const auto weights = Buffer<double>::random(h, generator);
  Buffer<double> new_hidden(h);
  Buffer<double> gates(3 * h);
  const auto loss = [&] {
    gru_gates(new_hidden.span(), gates.span(), input_gates.span(), hidden_gates.span(), hidden.span(), 1, h);
    return dot(new_hidden.span(), weights.span());
  };
  loss();
  Buffer<double> d_hidden(h);
  Buffer<double> d_input_gates(3 * h);
  Buffer<double> d_hidden_gates(3 * h);
  gru_gates_backward(d_hidden.span(), d_input_gates.span(), d_hidden_gates.span(), weights.span(),
                     gates.span(), hidden_gates.span().subspan(2 * h), hidden.span());
  for (std::size_t i = 0; i < 3 * h; ++i) {
    EXPECT_NEAR(d_input_gates[i], numeric_derivative(input_gates[i], loss), derivative_tolerance)
        << "input " << i;
    EXPECT_NEAR(d_hidden_gates[i], numeric_derivative(hidden_gates[i], loss), derivative_tolerance)
        << "hidden " << i;
  }
  for (std::size_t i = 0; i < h; ++i) {
    EXPECT_NEAR(d_hidden[i], numeric_derivative(hidden[i], loss), derivative_tolerance) << "state " << i;
  }
}

TEST(GruGates, AreWhatTheFormulasSay) {
  constexpr double i_r = 0.3;
  constexpr double i_z = -0.7;
  constexpr double i_n = 1.1;
  constexpr double h_r = 0.2;
  constexpr double h_z = 0.4;
  constexpr double h_n = -0.9;
  constexpr double h = 0.6;
  std::array<double, 1> new_hidden{};
  std::array<double, 3> gates{};
  gru_gates(new_hidden, gates, std::array{i_r, i_z, i_n}, std::array{h_r, h_z, h_n}, std::array{h}, 1, 1);
  const double r = 1 / (1 + std::exp(-(i_r + h_r)));
  const double z = 1 / (1 + std::exp(-(i_z + h_z)));
  const double n = std::tanh(i_n + r * h_n);
  EXPECT_NEAR(gates[0], r, 1e-15);
  EXPECT_NEAR(gates[1], z, 1e-15);
  EXPECT_NEAR(gates[2], n, 1e-15);
  EXPECT_NEAR(new_hidden[0], (1 - z) * n + z * h, 1e-15);
}

}  // namespace
}  // namespace windhover::kernels
