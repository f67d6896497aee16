#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/kernels/kernels.hpp"
#include "windhover/kernels/reference.hpp"
#include "windhover/kernels/test_support.hpp"

namespace windhover::kernels {
namespace {

using testing::Buffer;
using testing::expect_same_bits;
using testing::on_every_target;

/// One of the functions of one argument, with its definition and its true value.
template <class T>
struct Function {
  const char* name;
  void (*fast)(std::span<T>, std::span<const T>);
  T (*reference)(T);
  long double (*exact)(long double);
};

long double exact_relu(long double x) { return x < 0 ? 0 : x; }
long double exact_logistic(long double x) { return 1 / (1 + std::exp(-x)); }

template <class T>
std::vector<Function<T>> functions() {
  return {{"exp", exp, reference::exp<T>, std::exp},
          {"log", log, reference::log<T>, std::log},
          {"tanh", tanh, reference::tanh<T>, std::tanh},
          {"logistic", logistic, reference::logistic<T>, exact_logistic},
          {"relu", relu, reference::relu<T>, exact_relu}};
}

/// The edges of the number format and of the functions' ranges, each with its neighbours and both signs.
template <class T>
std::vector<T> special_values() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> edges = {Limits::denorm_min(), Limits::min() / 2,  Limits::min(),      Limits::epsilon(),
                          Limits::max(),        Limits::infinity(), Limits::quiet_NaN()};
  for (const double edge : {0.0, 0.5, 1.0, 10.0, 20.0, 87.3, 88.7, 89.0, 103.9, 104.0, 105.0, 708.3, 709.7,
                            709.8, 710.0, 745.1, 746.0, 747.0}) {
    edges.push_back(static_cast<T>(edge));
  }
  std::vector<T> values;
  for (const T edge : edges) {
    for (const T value : {edge, std::nextafter(edge, T{0}), std::nextafter(edge, Limits::infinity())}) {
      values.push_back(value);
      values.push_back(-value);
    }
  }
  return values;
}

/// A dense sweep: `count` numbers from `low` to `high`, evenly spaced.
template <class T>
std::vector<T> sweep(double low, double high, int count) {
  std::vector<T> values;
  for (int i = 0; i <= count; ++i) values.push_back(static_cast<T>(low + (high - low) * i / count));
  return values;
}

/// Numbers of every magnitude: all exponents, with mantissas spread over each.
template <class T>
std::vector<T> every_magnitude(bool negative) {
  std::vector<T> values;
  for (int e = std::numeric_limits<T>::min_exponent - std::numeric_limits<T>::digits;
       e < std::numeric_limits<T>::max_exponent; ++e) {
    for (int i = 0; i < 32; ++i) {
      const T value = std::ldexp(T{1} + static_cast<T>(i) / T{32} + static_cast<T>(e % 7) / T{1000}, e);
      values.push_back(value);
      if (negative) values.push_back(-value);
    }
  }
  return values;
}

template <class T>
class ElementwiseTest : public ::testing::Test {};
TYPED_TEST_SUITE(ElementwiseTest, testing::NumberTypes);

TYPED_TEST(ElementwiseTest, EqualsReferenceAtEveryLengthAndAlignment) {
  using T = TypeParam;
  std::mt19937 generator(5);
  for (const auto& function : functions<T>()) {
    SCOPED_TRACE(function.name);
    for (const std::size_t length : testing::lengths()) {
      Buffer<T> input = Buffer<T>::random(length, generator, length % 4);
      for (T& value : input.span()) value *= T{30};
      Buffer<T> expected(length);
      std::ranges::transform(input.span(), expected.span().begin(), function.reference);
      on_every_target([&] {
        Buffer<T> output(length, length / 4 % 4);
        function.fast(output.span(), input.span());
        expect_same_bits(output, expected);
        Buffer<T> in_place = input;
        function.fast(in_place.span(), in_place.span());
        expect_same_bits(in_place, expected);
      });
    }
  }
}

TYPED_TEST(ElementwiseTest, EqualsReferenceOnEveryKindOfNumber) {
  using T = TypeParam;
  std::vector<T> values = special_values<T>();
  const std::vector<T> magnitudes = every_magnitude<T>(true);
  values.insert(values.end(), magnitudes.begin(), magnitudes.end());
  Buffer<T> input(values.size());
  std::ranges::copy(values, input.span().begin());
  for (const auto& function : functions<T>()) {
    SCOPED_TRACE(function.name);
    Buffer<T> expected(values.size());
    std::ranges::transform(values, expected.span().begin(), function.reference);
    on_every_target([&] {
      Buffer<T> output(values.size());
      function.fast(output.span(), input.span());
      expect_same_bits(output, expected);
    });
  }
}

TYPED_TEST(ElementwiseTest, ReluBackwardEqualsReference) {
  using T = TypeParam;
  std::mt19937 generator(6);
  for (const std::size_t length : testing::lengths()) {
    const auto d_output = Buffer<T>::random(length, generator, length % 4);
    auto output = Buffer<T>::random(length, generator, length % 3);
    output[0] = std::numeric_limits<T>::quiet_NaN();
    Buffer<T> expected(length);
    std::ranges::transform(d_output.span(), output.span(), expected.span().begin(),
                           reference::relu_backward<T>);
    on_every_target([&] {
      Buffer<T> d_input = d_output;
      relu_backward(d_input.span(), d_input.span(), output.span());
      expect_same_bits(d_input, expected);
    });
  }
}

TYPED_TEST(ElementwiseTest, SpecialValues) {
  using T = TypeParam;
  constexpr T infinity = std::numeric_limits<T>::infinity();
  constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  const auto expect = [](T (*function)(T), T x, T value) {
    EXPECT_TRUE(testing::same_bits(function(x), value))
        << function(x) << " instead of " << value << " at " << x;
  };
  expect(reference::exp, T{0}, T{1});
  expect(reference::exp, T{-0.0}, T{1});
  expect(reference::exp, infinity, infinity);
  expect(reference::exp, -infinity, T{0});
  expect(reference::exp, nan, nan);
  expect(reference::log, T{0}, -infinity);
  expect(reference::log, T{-0.0}, -infinity);
  expect(reference::log, T{1}, T{0});
  expect(reference::log, infinity, infinity);
  expect(reference::log, T{-1}, nan);
  expect(reference::log, -infinity, nan);
  expect(reference::log, nan, nan);
  expect(reference::tanh, T{0}, T{0});
  expect(reference::tanh, T{-0.0}, T{-0.0});
  expect(reference::tanh, T{25}, T{1});
  expect(reference::tanh, infinity, T{1});
  expect(reference::tanh, -infinity, T{-1});
  expect(reference::tanh, nan, nan);
  expect(reference::logistic, T{0}, T{0.5});
  expect(reference::logistic, infinity, T{1});
  expect(reference::logistic, -infinity, T{0});
  expect(reference::logistic, nan, nan);
  expect(reference::relu, T{-1}, T{0});
  expect(reference::relu, infinity, infinity);
  expect(reference::relu, -infinity, T{0});
  expect(reference::relu, nan, nan);
}

enum class Unit { last_place_of_result, last_place_of_one };

/// The largest error of `function` over `values`, in units in the last place of T.
template <class T>
double largest_error(const Function<T>& function, const std::vector<T>& values, Unit unit) {
  std::vector<T> results(values.size());
  function.fast(results, values);
  long double largest = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_TRUE(testing::same_bits(results[i], function.reference(values[i]))) << values[i];
    const long double truth = function.exact(static_cast<long double>(values[i]));
    const int exponent = unit == Unit::last_place_of_one
                             ? 0
                             : std::max(std::ilogb(truth), std::numeric_limits<T>::min_exponent - 1);
    const long double last_place = std::ldexp(1.0L, exponent - (std::numeric_limits<T>::digits - 1));
    largest = std::max(largest, std::abs(static_cast<long double>(results[i]) - truth) / last_place);
  }
  return static_cast<double>(largest);
}

// The bounds are those that math-inl.hpp states.
TYPED_TEST(ElementwiseTest, Accuracy) {
  using T = TypeParam;
  constexpr bool is_float = sizeof(T) == sizeof(float);
  constexpr double overflow = is_float ? 88.72 : 709.78;
  constexpr double underflow = is_float ? -87.33 : -708.39;
  constexpr double smallest = is_float ? -103.9 : -745.1;
  constexpr int count = 200'000;
  const Function<T> exponential = functions<T>()[0];
  const Function<T> logarithm = functions<T>()[1];
  const Function<T> tangent = functions<T>()[2];
  const Function<T> sigmoid = functions<T>()[3];

  EXPECT_LE(largest_error(exponential, sweep<T>(underflow, overflow, count), Unit::last_place_of_result),
            1.0);
  EXPECT_LE(largest_error(exponential, sweep<T>(-1, 1, count), Unit::last_place_of_result), 1.0);
  EXPECT_LE(largest_error(exponential, sweep<T>(smallest, underflow, count), Unit::last_place_of_result),
            1.0);

  EXPECT_LE(largest_error(logarithm, every_magnitude<T>(false), Unit::last_place_of_result), 1.0);
  EXPECT_LE(largest_error(logarithm, sweep<T>(0.5, 2, count), Unit::last_place_of_result), 1.0);

  EXPECT_LE(largest_error(tangent, sweep<T>(-25, 25, count), Unit::last_place_of_one), 0.75);
  EXPECT_LE(largest_error(tangent, sweep<T>(-25, 25, count), Unit::last_place_of_result), 2.5);
  EXPECT_LE(largest_error(tangent, sweep<T>(-1e-3, 1e-3, count), Unit::last_place_of_result), 2.5);

  EXPECT_LE(largest_error(sigmoid, sweep<T>(-50, 50, count), Unit::last_place_of_one), 0.75);
  EXPECT_LE(largest_error(sigmoid, sweep<T>(-30, 50, count), Unit::last_place_of_result), 2.5);
}

}  // namespace
}  // namespace windhover::kernels
