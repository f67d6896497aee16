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

/// Step `t` with the usual decay rates and a gradient that was clipped.
template <class T>
AdamStep<T> adam_step(int t) {
  constexpr double beta1 = 0.9;
  constexpr double beta2 = 0.999;
  return {.gradient_scale = T{0.75},
          .beta1 = static_cast<T>(beta1),
          .beta2 = static_cast<T>(beta2),
          .step_size = static_cast<T>(1e-3 / (1 - std::pow(beta1, t))),
          .inverse_root_correction = static_cast<T>(1 / std::sqrt(1 - std::pow(beta2, t))),
          .epsilon = static_cast<T>(1e-8)};
}

template <class T>
class OptimiserTest : public ::testing::Test {};
TYPED_TEST_SUITE(OptimiserTest, testing::NumberTypes);

TYPED_TEST(OptimiserTest, SumOfSquaresEqualsReference) {
  using T = TypeParam;
  std::mt19937 generator(8);
  for (const std::size_t length : testing::lengths()) {
    const auto values = Buffer<T>::random(length, generator, length % 4);
    const T expected = reference::sum_of_squares<T>(values.span());
    on_every_target([&] { EXPECT_EQ(sum_of_squares(values.span()), expected) << length; });
  }
  EXPECT_EQ(sum_of_squares(std::span<const T>()), T{0});
}

TYPED_TEST(OptimiserTest, AdamEqualsReference) {
  using T = TypeParam;
  std::mt19937 generator(9);
  for (const std::size_t length : testing::lengths()) {
    const auto parameters = Buffer<T>::random(length, generator, length % 4);
    const auto gradient = Buffer<T>::random(length, generator, length % 3);
    const auto first = Buffer<T>::random(length, generator, length % 2);
    auto second = Buffer<T>::random(length, generator);
    for (T& value : second.span()) value = std::abs(value);
    Buffer<T> expected = parameters;
    Buffer<T> expected_first = first;
    Buffer<T> expected_second = second;
    reference::adam<T>(expected.span(), expected_first.span(), expected_second.span(), {}, gradient.span(),
                       adam_step<T>(3));
    on_every_target([&] {
      SCOPED_TRACE(length);
      for (const bool with_copy : {false, true}) {
        Buffer<T> actual = parameters;
        Buffer<T> actual_first = first;
        Buffer<T> actual_second = second;
        Buffer<T> copy(with_copy ? length : 0, 1);
        adam(actual.span(), actual_first.span(), actual_second.span(), copy.span(), gradient.span(),
             adam_step<T>(3));
        expect_same_bits(actual, expected);
        expect_same_bits(actual_first, expected_first);
        expect_same_bits(actual_second, expected_second);
        if (with_copy) expect_same_bits(copy, expected);
      }
    });
  }
}

TEST(Adam, FollowsThePaper) {
  constexpr std::size_t length = 10;
  std::mt19937 generator(10);
  auto parameters = Buffer<double>::random(length, generator);
  std::vector<double> expected(parameters.span().begin(), parameters.span().end());
  std::vector<double> m(length);
  std::vector<double> v(length);
  Buffer<double> first(length);
  Buffer<double> second(length);
  for (int t = 1; t <= 5; ++t) {
    const auto gradient = Buffer<double>::random(length, generator);
    adam(parameters.span(), first.span(), second.span(), {}, gradient.span(), adam_step<double>(t));
    for (std::size_t i = 0; i < length; ++i) {
      const double g = 0.75 * gradient.span()[i];
      m[i] = 0.9 * m[i] + 0.1 * g;
      v[i] = 0.999 * v[i] + 0.001 * g * g;
      const double corrected_m = m[i] / (1 - std::pow(0.9, t));
      const double corrected_v = v[i] / (1 - std::pow(0.999, t));
      expected[i] -= 1e-3 * corrected_m / (std::sqrt(corrected_v) + 1e-8);
      EXPECT_NEAR(parameters[i], expected[i], 1e-15);
    }
  }
}

}  // namespace
}  // namespace windhover::kernels
