#include <bit>
#include <cstddef>
#include <span>

#include "windhover/core/contract.hpp"
#include "windhover/kernels/extent.hpp"
#include "windhover/kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "windhover/kernels/product.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "windhover/kernels/simd-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace windhover::kernels::HWY_NAMESPACE {

/// output[rows x columns] = bias[columns] + left * right[terms x columns]. The left factor's element (row,
/// term) stands at left[row * row_stride + term * term_stride], so that it can be a matrix, its transpose, a
/// vector or a constant.
template <class T>
struct Product {
  T* output;
  const T* bias;  ///< null for zero
  const T* left;
  std::size_t row_stride;
  std::size_t term_stride;
  const T* right;
  std::size_t rows;
  std::size_t terms;
  std::size_t columns;
};

// Accumulators that fill the registers (32 on AVX-512, else 16) but for one row of the right factor and one
// broadcast.
inline constexpr std::size_t tile_rows = HWY_CAP_GE512 ? 8 : 4;
inline constexpr std::size_t tile_vectors = 3;
inline constexpr std::size_t single_row_vectors = tile_rows * tile_vectors;

/// The outputs of `rows` rows and `vectors` vectors from (row, column) on, held in registers over all terms.
template <std::size_t rows, std::size_t vectors, class T, class Access>
HWY_INLINE void product_tile(const Product<T>& product, std::size_t row, std::size_t column, Access access) {
  constexpr std::size_t step = lane_count<T>;
  Vector<T> sums[rows][vectors];
  WINDHOVER_UNROLL
  for (std::size_t v = 0; v < vectors; ++v) {
    const Vector<T> start =
        product.bias == nullptr ? zero<T>() : access.load(product.bias + column + v * step);
    WINDHOVER_UNROLL
    for (std::size_t r = 0; r < rows; ++r) sums[r][v] = start;
  }
  const T* left = product.left + row * product.row_stride;
  const T* right = product.right + column;
  for (std::size_t term = 0; term < product.terms; ++term) {
    Vector<T> factors[vectors];
    WINDHOVER_UNROLL
    for (std::size_t v = 0; v < vectors; ++v) factors[v] = access.load(right + v * step);
    WINDHOVER_UNROLL
    for (std::size_t r = 0; r < rows; ++r) {
      const Vector<T> factor = broadcast(left[r * product.row_stride]);
      WINDHOVER_UNROLL
      for (std::size_t v = 0; v < vectors; ++v) {
        sums[r][v] = fused_multiply_add<T>(factor, factors[v], sums[r][v]);
      }
    }
    left += product.term_stride;
    right += product.columns;
  }
  T* output = product.output + row * product.columns + column;
  WINDHOVER_UNROLL
  for (std::size_t r = 0; r < rows; ++r) {
    WINDHOVER_UNROLL
    for (std::size_t v = 0; v < vectors; ++v) {
      access.store(sums[r][v], output + r * product.columns + v * step);
    }
  }
}

/// A panel of columns, which the first cache holds while all rows pass, from `row` downwards: in tiles of
/// `rows` rows and the remainder in lower ones.
template <std::size_t rows, std::size_t vectors, class T, class Access>
void product_panel(const Product<T>& product, std::size_t row, std::size_t column, Access access) {
  for (; row + rows <= product.rows; row += rows) product_tile<rows, vectors>(product, row, column, access);
  if constexpr (rows > 1) {
    if (row < product.rows) product_panel<rows / 2, vectors>(product, row, column, access);
  }
}

/// All columns from `column` on, in panels of `vectors` vectors and the remainder in narrower ones.
template <std::size_t rows, std::size_t vectors, class T>
void product_panels(const Product<T>& product, std::size_t column) {
  constexpr std::size_t width = vectors * lane_count<T>;
  for (; column + width <= product.columns; column += width) {
    product_panel<rows, vectors>(product, 0, column, AllLanes<T>());
  }
  if (column == product.columns) return;
  if constexpr (vectors > 1) {
    product_panels<rows, std::bit_floor(vectors - 1)>(product, column);
  } else {
    product_panel<rows, 1>(product, 0, column, FirstLanes<T>(product.columns - column));
  }
}

template <class T>
void compute(const Product<T>& product) {
  if (product.rows == 1) {
    product_panels<1, single_row_vectors>(product, 0);
  } else {
    product_panels<tile_rows, tile_vectors>(product, 0);
  }
}

template <class T>
void vector_matrix(std::span<T> output, std::span<const T> bias, std::span<const T> input,
                   std::span<const T> weights) {
  WINDHOVER_CHECK_OP(bias.size(), ==, output.size());
  WINDHOVER_CHECK_OP(weights.size(), ==, input.size() * output.size());
  compute<T>({.output = output.data(),
              .bias = bias.data(),
              .left = input.data(),
              .row_stride = 0,
              .term_stride = 1,
              .right = weights.data(),
              .rows = 1,
              .terms = input.size(),
              .columns = output.size()});
}

template <class T>
void matrix_product(std::span<T> output, std::span<const T> bias, std::span<const T> left,
                    std::span<const T> right, std::size_t m, std::size_t k, std::size_t n) {
  WINDHOVER_CHECK_OP(output.size(), ==, m * n);
  WINDHOVER_CHECK(bias.empty() || bias.size() == n);
  WINDHOVER_CHECK_OP(left.size(), ==, m * k);
  WINDHOVER_CHECK_OP(right.size(), ==, k * n);
  compute<T>({.output = output.data(),
              .bias = bias.empty() ? nullptr : bias.data(),
              .left = left.data(),
              .row_stride = k,
              .term_stride = 1,
              .right = right.data(),
              .rows = m,
              .terms = k,
              .columns = n});
}

template <class T>
void transposed_product(std::span<T> output, std::span<const T> left, std::span<const T> right, std::size_t m,
                        std::size_t k, std::size_t n) {
  WINDHOVER_CHECK_OP(output.size(), ==, k * n);
  WINDHOVER_CHECK_OP(left.size(), ==, m * k);
  WINDHOVER_CHECK_OP(right.size(), ==, m * n);
  Product<T> product{.output = output.data(),
                     .bias = nullptr,
                     .left = left.data(),
                     .row_stride = 1,
                     .term_stride = k,
                     .right = right.data(),
                     .rows = k,
                     .terms = m,
                     .columns = n};
  if (n == 1) {  // A column has the layout of a row: exchanging the factors puts lanes along it, with the
                 // same products.
    product.left = right.data();
    product.right = left.data();
    product.row_stride = 0;
    product.term_stride = 1;
    product.rows = 1;
    product.columns = k;
  }
  compute<T>(product);
}

template <class T>
void column_sums(std::span<T> output, std::span<const T> input, std::size_t m, std::size_t n) {
  WINDHOVER_CHECK_OP(output.size(), ==, n);
  WINDHOVER_CHECK_OP(input.size(), ==, m * n);
  // A product with a row of ones: a fused multiplication by one is an addition.
  constexpr T one = 1;
  compute<T>({.output = output.data(),
              .bias = nullptr,
              .left = &one,
              .row_stride = 0,
              .term_stride = 0,
              .right = input.data(),
              .rows = 1,
              .terms = m,
              .columns = n});
}

constexpr auto& vector_matrix_f32 = vector_matrix<float>;
constexpr auto& vector_matrix_f64 = vector_matrix<double>;
constexpr auto& matrix_product_f32 = matrix_product<float>;
constexpr auto& matrix_product_f64 = matrix_product<double>;
constexpr auto& transposed_product_f32 = transposed_product<float>;
constexpr auto& transposed_product_f64 = transposed_product<double>;
constexpr auto& column_sums_f32 = column_sums<float>;
constexpr auto& column_sums_f64 = column_sums<double>;

}  // namespace windhover::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace windhover::kernels {

HWY_EXPORT(vector_matrix_f32);
HWY_EXPORT(vector_matrix_f64);
HWY_EXPORT(matrix_product_f32);
HWY_EXPORT(matrix_product_f64);
HWY_EXPORT(transposed_product_f32);
HWY_EXPORT(transposed_product_f64);
HWY_EXPORT(column_sums_f32);
HWY_EXPORT(column_sums_f64);

void vector_matrix(std::span<float> output, std::span<const float> bias, std::span<const float> input,
                   std::span<const float> weights) {
  HWY_DYNAMIC_DISPATCH(vector_matrix_f32)(output, bias, input, weights);
}

void vector_matrix(std::span<double> output, std::span<const double> bias, std::span<const double> input,
                   std::span<const double> weights) {
  HWY_DYNAMIC_DISPATCH(vector_matrix_f64)(output, bias, input, weights);
}

void matrix_product(std::span<float> output, std::span<const float> bias, std::span<const float> left,
                    std::span<const float> right, int m, int k, int n) {
  HWY_DYNAMIC_DISPATCH(matrix_product_f32)(output, bias, left, right, extent(m), extent(k), extent(n));
}

void matrix_product(std::span<double> output, std::span<const double> bias, std::span<const double> left,
                    std::span<const double> right, int m, int k, int n) {
  HWY_DYNAMIC_DISPATCH(matrix_product_f64)(output, bias, left, right, extent(m), extent(k), extent(n));
}

void transposed_product(std::span<float> output, std::span<const float> left, std::span<const float> right,
                        int m, int k, int n) {
  HWY_DYNAMIC_DISPATCH(transposed_product_f32)(output, left, right, extent(m), extent(k), extent(n));
}

void transposed_product(std::span<double> output, std::span<const double> left, std::span<const double> right,
                        int m, int k, int n) {
  HWY_DYNAMIC_DISPATCH(transposed_product_f64)(output, left, right, extent(m), extent(k), extent(n));
}

void column_sums(std::span<float> output, std::span<const float> input, int m, int n) {
  HWY_DYNAMIC_DISPATCH(column_sums_f32)(output, input, extent(m), extent(n));
}

void column_sums(std::span<double> output, std::span<const double> input, int m, int n) {
  HWY_DYNAMIC_DISPATCH(column_sums_f64)(output, input, extent(m), extent(n));
}

}  // namespace windhover::kernels
#endif
