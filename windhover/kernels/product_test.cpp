#include <array>
#include <cmath>
#include <limits>
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

struct Shape {
  std::size_t m;
  std::size_t k;
  std::size_t n;
};

/// Calls body(m, k, n) with shapes that tell all tiles apart, without the cross product of all lengths.
template <class Body>
void for_each_shape(Body body) {
  std::vector<Shape> shapes = {{20, 128, 384}, {3, 48, 384}};
  for (const std::size_t n : testing::lengths()) {
    const std::size_t m = 1 + n % 9;
    const std::size_t k = 1 + n % 7;
    shapes.push_back({m, k, n});
    shapes.push_back({n, m, k});
    shapes.push_back({k, n, m});
  }
  for (std::size_t m = 0; m <= 18; ++m) shapes.push_back({m, 5, 51});
  constexpr std::array<std::size_t, 5> heights = {0, 1, 2, 48, 128};
  constexpr std::array<std::size_t, 5> widths = {0, 1, 3, 16, 48};
  for (const std::size_t k : heights) {
    for (const std::size_t n : widths) shapes.push_back({20, k, n});
  }
  for (const Shape& shape : shapes) body(shape.m, shape.k, shape.n);
}

int to_int(std::size_t value) { return static_cast<int>(value); }

template <class T>
class ProductTest : public ::testing::Test {
 protected:
  std::mt19937 generator{7};

  Buffer<T> random(std::size_t size) { return Buffer<T>::random(size, generator, size % 4); }
};
TYPED_TEST_SUITE(ProductTest, testing::NumberTypes);

TYPED_TEST(ProductTest, VectorMatrixEqualsReference) {
  using T = TypeParam;
  for_each_shape([&](std::size_t /*m*/, std::size_t k, std::size_t n) {
    const auto bias = this->random(n);
    const auto input = this->random(k);
    const auto weights = this->random(k * n);
    Buffer<T> expected(n);
    reference::vector_matrix<T>(expected.span(), bias.span(), input.span(), weights.span());
    on_every_target([&] {
      SCOPED_TRACE(::testing::Message() << k << " x " << n);
      Buffer<T> output(n, k % 4);
      vector_matrix(output.span(), bias.span(), input.span(), weights.span());
      expect_same_bits(output, expected);
      Buffer<T> accumulated = bias;
      vector_matrix(accumulated.span(), accumulated.span(), input.span(), weights.span());
      expect_same_bits(accumulated, expected);
    });
  });
}

TYPED_TEST(ProductTest, MatrixProductEqualsReference) {
  using T = TypeParam;
  for_each_shape([&](std::size_t m, std::size_t k, std::size_t n) {
    const auto bias = this->random(n);
    const auto left = this->random(m * k);
    const auto right = this->random(k * n);
    Buffer<T> expected(m * n);
    Buffer<T> without_bias(m * n);
    reference::matrix_product<T>(expected.span(), bias.span(), left.span(), right.span(), m, k, n);
    reference::matrix_product<T>(without_bias.span(), {}, left.span(), right.span(), m, k, n);
    on_every_target([&] {
      SCOPED_TRACE(::testing::Message() << m << " x " << k << " x " << n);
      Buffer<T> output(m * n, k % 4);
      matrix_product(output.span(), bias.span(), left.span(), right.span(), to_int(m), to_int(k), to_int(n));
      expect_same_bits(output, expected);
      matrix_product(output.span(), {}, left.span(), right.span(), to_int(m), to_int(k), to_int(n));
      expect_same_bits(output, without_bias);
    });
  });
}

TYPED_TEST(ProductTest, TransposedProductEqualsReference) {
  using T = TypeParam;
  for_each_shape([&](std::size_t m, std::size_t k, std::size_t n) {
    const auto left = this->random(m * k);
    const auto right = this->random(m * n);
    Buffer<T> expected(k * n);
    reference::transposed_product<T>(expected.span(), left.span(), right.span(), m, k, n);
    on_every_target([&] {
      SCOPED_TRACE(::testing::Message() << m << " x " << k << " x " << n);
      Buffer<T> output(k * n, n % 4);
      transposed_product(output.span(), left.span(), right.span(), to_int(m), to_int(k), to_int(n));
      expect_same_bits(output, expected);
    });
  });
}

TYPED_TEST(ProductTest, TransposeEqualsReference) {
  using T = TypeParam;
  for_each_shape([&](std::size_t m, std::size_t k, std::size_t n) {
    const auto input = this->random(k * n);
    Buffer<T> expected(k * n);
    reference::transpose<T>(expected.span(), input.span(), k, n);
    on_every_target([&] {
      SCOPED_TRACE(::testing::Message() << k << " x " << n);
      Buffer<T> output(k * n, m % 4);
      transpose(output.span(), input.span(), to_int(k), to_int(n));
      expect_same_bits(output, expected);
    });
  });
}

TYPED_TEST(ProductTest, ColumnSumsEqualReference) {
  using T = TypeParam;
  for_each_shape([&](std::size_t m, std::size_t /*k*/, std::size_t n) {
    const auto input = this->random(m * n);
    Buffer<T> expected(n);
    reference::column_sums<T>(expected.span(), input.span(), m, n);
    on_every_target([&] {
      SCOPED_TRACE(::testing::Message() << m << " x " << n);
      Buffer<T> output(n, m % 4);
      column_sums(output.span(), input.span(), to_int(m), to_int(n));
      expect_same_bits(output, expected);
    });
  });
}

TYPED_TEST(ProductTest, InfinityAndNanPassThrough) {
  using T = TypeParam;
  constexpr T infinity = std::numeric_limits<T>::infinity();
  const std::array<T, 3> left = {infinity, 0, std::numeric_limits<T>::quiet_NaN()};
  const std::array<T, 2> right = {1, 0};
  on_every_target([&] {
    std::array<T, 6> output{};
    matrix_product(output, {}, left, right, 3, 1, 2);
    EXPECT_EQ(output[0], infinity);
    EXPECT_TRUE(std::isnan(output[1]));
    EXPECT_EQ(output[2], T{0});
    EXPECT_EQ(output[3], T{0});
    EXPECT_TRUE(std::isnan(output[4]));
    EXPECT_TRUE(std::isnan(output[5]));
  });
}

TEST(ProductReferences, AgreeWithSumsInDoublePrecision) {
  std::mt19937 generator(11);
  constexpr std::size_t m = 20;
  constexpr std::size_t k = 48;
  constexpr std::size_t n = 33;
  const auto bias = Buffer<float>::random(n, generator);
  const auto left = Buffer<float>::random(m * k, generator);
  const auto right = Buffer<float>::random(k * n, generator);
  const auto other = Buffer<float>::random(m * n, generator);
  Buffer<float> product(m * n);
  Buffer<float> transposed(k * n);
  Buffer<float> row(n);
  Buffer<float> sums(n);
  reference::matrix_product<float>(product.span(), bias.span(), left.span(), right.span(), m, k, n);
  reference::transposed_product<float>(transposed.span(), left.span(), other.span(), m, k, n);
  reference::vector_matrix<float>(row.span(), bias.span(), left.span().first(k), right.span());
  reference::column_sums<float>(sums.span(), other.span(), m, n);
  // A chain of K fused steps with terms below 1 is at most K roundings of sums below K away from the exact
  // sum.
  constexpr double tolerance = 0x1p-24 * k * k;
  for (std::size_t column = 0; column < n; ++column) {
    double column_sum = 0;
    for (std::size_t i = 0; i < m; ++i) {
      double sum = bias.span()[column];
      for (std::size_t j = 0; j < k; ++j) {
        sum += double{left.span()[i * k + j]} * double{right.span()[j * n + column]};
      }
      EXPECT_NEAR(product[i * n + column], sum, tolerance);
      if (i == 0) {
        EXPECT_NEAR(row[column], sum, tolerance);
      }
      column_sum += double{other.span()[i * n + column]};
    }
    EXPECT_NEAR(sums[column], column_sum, tolerance);
    for (std::size_t i = 0; i < k; ++i) {
      double sum = 0;
      for (std::size_t j = 0; j < m; ++j) {
        sum += double{left.span()[j * k + i]} * double{other.span()[j * n + column]};
      }
      EXPECT_NEAR(transposed[i * n + column], sum, tolerance);
    }
  }
}

TEST(ProductDeathTest, SizesAreChecked) {
  std::array<float, 6> six{};
  std::array<float, 3> three{};
  EXPECT_DEATH(vector_matrix(three, three, three, six), "broken contract");
  EXPECT_DEATH(matrix_product(six, {}, three, three, 2, 1, 2), "broken contract");
  EXPECT_DEATH(transpose(six, six, -2, -3), "broken contract");
}

}  // namespace
}  // namespace windhover::kernels
