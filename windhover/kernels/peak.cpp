#include <cstddef>
#include <cstdint>

#include "windhover/kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "windhover/kernels/peak.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "windhover/kernels/simd-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace windhover::kernels::HWY_NAMESPACE {

/// Enough independent chains to hide the latency of an instruction on every unit, few enough for 16
/// registers.
constexpr std::size_t chains = 12;

double run_multiply_adds(float& sum_of_chains, std::uint64_t rounds) {
  Vector<float> sums[chains];
  // Each starts elsewhere: a compiler computes equal chains once.
  WINDHOVER_UNROLL
  for (std::size_t chain = 0; chain < chains; ++chain) sums[chain] = broadcast(static_cast<float>(chain));
  const Vector<float> factor = broadcast(0.5F);
  const Vector<float> other = broadcast(1.0F);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    WINDHOVER_UNROLL
    for (auto& sum : sums) sum = fused_multiply_add<float>(sum, factor, other);
  }
  add_upper_half<8>(sums);
  for (std::size_t chain = 8; chain < chains; ++chain) sums[0] = hn::Add(sums[0], sums[chain]);
  sum_of_chains = sum_by_halves(Tag<float>(), sums[0]);
  return static_cast<double>(rounds) * chains * lane_count<float>;
}

}  // namespace windhover::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace windhover::kernels {

HWY_EXPORT(run_multiply_adds);

double run_multiply_adds(float& sum_of_chains, std::uint64_t rounds) {
  return HWY_DYNAMIC_DISPATCH(run_multiply_adds)(sum_of_chains, rounds);
}

}  // namespace windhover::kernels
#endif
