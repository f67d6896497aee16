// Vectors for one instruction set: included once for each by Highway's foreach_target.h, hence the toggled
// guard.
#if defined(WINDHOVER_KERNELS_SIMD_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef WINDHOVER_KERNELS_SIMD_INL_HPP
#undef WINDHOVER_KERNELS_SIMD_INL_HPP
#else
#define WINDHOVER_KERNELS_SIMD_INL_HPP
#endif

#include <cmath>
#include <cstddef>

#include <hwy/highway.h>

#include "windhover/kernels/kernels.hpp"

/// Unrolls the loop that follows, so that the arrays of vectors it walks can live in registers.
#ifndef WINDHOVER_UNROLL
#define WINDHOVER_UNROLL _Pragma("GCC unroll 32")
#endif

HWY_BEFORE_NAMESPACE();
namespace windhover::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

static_assert(!HWY_HAVE_SCALABLE, "arrays of vectors need a size known at compile time");

template <class T>
using Tag = hn::ScalableTag<T>;

template <class T>
using Vector = hn::Vec<Tag<T>>;

template <class T>
inline constexpr std::size_t lane_count = HWY_LANES(T);

/// a * b + c, rounded once. Highway's own MulAdd rounds twice where the instruction set has no fused one.
template <class T>
HWY_INLINE Vector<T> fused_multiply_add(Vector<T> a, Vector<T> b, Vector<T> c) {
#if HWY_NATIVE_FMA
  return hn::MulAdd(a, b, c);
#else
  constexpr Tag<T> tag;
  HWY_ALIGN T factors[lane_count<T>];
  HWY_ALIGN T others[lane_count<T>];
  HWY_ALIGN T sums[lane_count<T>];
  hn::Store(a, tag, factors);
  hn::Store(b, tag, others);
  hn::Store(c, tag, sums);
  for (std::size_t lane = 0; lane < lane_count<T>; ++lane) {
    sums[lane] = std::fma(factors[lane], others[lane], sums[lane]);
  }
  return hn::Load(tag, sums);
#endif
}

template <class T>
HWY_INLINE Vector<T> zero() {
  return hn::Zero(Tag<T>());
}

template <class T>
HWY_INLINE Vector<T> broadcast(T value) {
  return hn::Set(Tag<T>(), value);
}

/// Access to all lanes of a vector.
template <class T>
struct AllLanes {
  HWY_INLINE Vector<T> load(const T* from) const { return hn::LoadU(Tag<T>(), from); }
  HWY_INLINE void store(Vector<T> value, T* to) const { hn::StoreU(value, Tag<T>(), to); }
  HWY_INLINE Vector<T> zero_outside(Vector<T> value) const { return value; }
};

/// Access to the first lanes of a vector, for the end of an array: the others load as zero and are not
/// stored.
template <class T>
struct FirstLanes {
  explicit HWY_INLINE FirstLanes(std::size_t count) : mask(hn::FirstN(Tag<T>(), count)) {}
  HWY_INLINE Vector<T> load(const T* from) const { return hn::MaskedLoad(mask, Tag<T>(), from); }
  HWY_INLINE void store(Vector<T> value, T* to) const { hn::BlendedStore(value, mask, Tag<T>(), to); }
  HWY_INLINE Vector<T> zero_outside(Vector<T> value) const { return hn::IfThenElseZero(mask, value); }

  hn::Mask<Tag<T>> mask;
};

/// Calls body(access, i) for the vectors that start at i = 0, lane_count, ...; the last may have fewer lanes.
template <class T, class Body>
HWY_INLINE void for_each_vector(std::size_t count, Body body) {
  constexpr std::size_t step = lane_count<T>;
  std::size_t i = 0;
  for (; i + step <= count; i += step) body(AllLanes<T>(), i);
  if (i < count) body(FirstLanes<T>(count - i), i);
}

/// Adds the upper half of the vectors to the lower half, and so on until the first holds their sum.
template <std::size_t count, std::size_t size, class V>
HWY_INLINE void add_upper_half(V (&vectors)[size]) {
  if constexpr (count > 1) {
    WINDHOVER_UNROLL
    for (std::size_t v = 0; v < count / 2; ++v) vectors[v] = hn::Add(vectors[v], vectors[v + count / 2]);
    add_upper_half<count / 2>(vectors);
  }
}

/// The sum over the lanes: the upper half is added to the lower half, and so on.
template <class D>
HWY_INLINE hn::TFromD<D> sum_by_halves([[maybe_unused]] D tag, hn::Vec<D> vector) {
#if HWY_TARGET != HWY_SCALAR
  if constexpr (hn::MaxLanes(D()) > 1) {
    const hn::Half<D> half;
    return sum_by_halves(half, hn::Add(hn::LowerHalf(half, vector), hn::UpperHalf(half, vector)));
  }
#endif
  return hn::GetLane(vector);
}

/// The sum over `count` elements by `partial_sums`, in the order that `kernels.hpp` promises. term(access, i,
/// sum) adds the elements of the vector at i to `sum`; it must add zero in the lanes that `access` lacks.
template <class T, std::size_t partial_sums = reduction_lanes, class Term>
HWY_INLINE T reduce(std::size_t count, Term term) {
  constexpr std::size_t step = lane_count<T>;
  constexpr std::size_t vectors = partial_sums / step;
  Vector<T> sums[vectors];
  WINDHOVER_UNROLL
  for (std::size_t v = 0; v < vectors; ++v) sums[v] = zero<T>();
  std::size_t i = 0;
  for (; i + partial_sums <= count; i += partial_sums) {
    WINDHOVER_UNROLL
    for (std::size_t v = 0; v < vectors; ++v) sums[v] = term(AllLanes<T>(), i + v * step, sums[v]);
  }
  WINDHOVER_UNROLL
  for (std::size_t v = 0; v < vectors; ++v) {
    if (i < count) sums[v] = term(FirstLanes<T>(count - i), i, sums[v]);
    i += step;
  }
  add_upper_half<vectors>(sums);
  return sum_by_halves(Tag<T>(), sums[0]);
}

}  // namespace windhover::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
