#include <algorithm>
#include <cstddef>
#include <span>

#include "windhover/core/contract.hpp"
#include "windhover/kernels/extent.hpp"
#include "windhover/kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "windhover/kernels/transpose.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "windhover/kernels/simd-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace windhover::kernels::HWY_NAMESPACE {

/// Element by element: the rows of input[k x n] from `first_row` on, in the columns from `first_column` to
/// `end_column`.
template <class T>
void transpose_elements(T* output, const T* input, std::size_t k, std::size_t n, std::size_t first_row,
                        std::size_t first_column, std::size_t end_column) {
  for (std::size_t column = first_column; column < end_column; ++column) {
    for (std::size_t row = first_row; row < k; ++row) output[column * k + row] = input[row * n + column];
  }
}

#if HWY_TARGET != HWY_SCALAR

/// A vector of as many 128-bit blocks as `tag` has; block b comes from from + b * stride.
template <class D, class T>
HWY_INLINE hn::Vec<D> load_blocks(D tag, const T* from, std::size_t stride) {
  constexpr std::size_t blocks = hn::MaxLanes(D()) * sizeof(T) / 16;
  if constexpr (blocks == 1) {
    return hn::LoadU(tag, from);
  } else {
    const hn::Half<D> half;
    return hn::Combine(tag, load_blocks(half, from + blocks / 2 * stride, stride),
                       load_blocks(half, from, stride));
  }
}

// A tile has lane_count rows and the columns of one block. Loading blocks of rows that lie a block's height
// apart leaves only a transposition within blocks to do, after which each vector is a whole column.
HWY_INLINE void transpose_tile(float* output, const float* input, std::size_t k, std::size_t n) {
  constexpr Tag<float> floats;
  constexpr hn::Repartition<double, Tag<float>> pairs;
  Vector<float> rows[4];
  WINDHOVER_UNROLL
  for (std::size_t r = 0; r < 4; ++r) rows[r] = load_blocks(floats, input + r * n, 4 * n);
  const auto low_01 = hn::BitCast(pairs, hn::InterleaveLower(floats, rows[0], rows[1]));
  const auto low_23 = hn::BitCast(pairs, hn::InterleaveLower(floats, rows[2], rows[3]));
  const auto high_01 = hn::BitCast(pairs, hn::InterleaveUpper(floats, rows[0], rows[1]));
  const auto high_23 = hn::BitCast(pairs, hn::InterleaveUpper(floats, rows[2], rows[3]));
  hn::StoreU(hn::BitCast(floats, hn::InterleaveLower(pairs, low_01, low_23)), floats, output);
  hn::StoreU(hn::BitCast(floats, hn::InterleaveUpper(pairs, low_01, low_23)), floats, output + k);
  hn::StoreU(hn::BitCast(floats, hn::InterleaveLower(pairs, high_01, high_23)), floats, output + 2 * k);
  hn::StoreU(hn::BitCast(floats, hn::InterleaveUpper(pairs, high_01, high_23)), floats, output + 3 * k);
}

HWY_INLINE void transpose_tile(double* output, const double* input, std::size_t k, std::size_t n) {
  constexpr Tag<double> tag;
  const Vector<double> even = load_blocks(tag, input, 2 * n);
  const Vector<double> odd = load_blocks(tag, input + n, 2 * n);
  hn::StoreU(hn::InterleaveLower(tag, even, odd), tag, output);
  hn::StoreU(hn::InterleaveUpper(tag, even, odd), tag, output + k);
}

#endif

template <class T>
void transpose(std::span<T> output, std::span<const T> input, std::size_t k, std::size_t n) {
  WINDHOVER_CHECK_OP(output.size(), ==, k * n);
  WINDHOVER_CHECK_OP(input.size(), ==, k * n);
#if HWY_TARGET == HWY_SCALAR
  transpose_elements(output.data(), input.data(), k, n, 0, 0, n);
#else
  constexpr std::size_t tile_rows = lane_count<T>;
  constexpr std::size_t tile_columns = 16 / sizeof(T);
  constexpr std::size_t strip_rows = std::max(tile_rows, alignment_bytes / sizeof(T));
  const std::size_t tiled_rows = k / tile_rows * tile_rows;
  const std::size_t tiled_columns = n / tile_columns * tile_columns;
  for (std::size_t strip = 0; strip < tiled_rows; strip += strip_rows) {
    const std::size_t strip_end = std::min(strip + strip_rows, tiled_rows);
    for (std::size_t column = 0; column < tiled_columns; column += tile_columns) {
      // Tiles below each other come first, so that they fill the output's cache lines.
      for (std::size_t row = strip; row < strip_end; row += tile_rows) {
        transpose_tile(output.data() + column * k + row, input.data() + row * n + column, k, n);
      }
    }
  }
  transpose_elements(output.data(), input.data(), k, n, 0, tiled_columns, n);
  transpose_elements(output.data(), input.data(), k, n, tiled_rows, 0, tiled_columns);
#endif
}

constexpr auto& transpose_f32 = transpose<float>;
constexpr auto& transpose_f64 = transpose<double>;

}  // namespace windhover::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace windhover::kernels {

HWY_EXPORT(transpose_f32);
HWY_EXPORT(transpose_f64);

void transpose(std::span<float> output, std::span<const float> input, int k, int n) {
  HWY_DYNAMIC_DISPATCH(transpose_f32)(output, input, extent(k), extent(n));
}

void transpose(std::span<double> output, std::span<const double> input, int k, int n) {
  HWY_DYNAMIC_DISPATCH(transpose_f64)(output, input, extent(k), extent(n));
}

}  // namespace windhover::kernels
#endif
