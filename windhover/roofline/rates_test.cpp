#include "windhover/roofline/rates.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "windhover/kernels/kernels.hpp"

namespace windhover::roofline {
namespace {

TEST(RateProbe, EveryRateIsAPositiveNumber) {
  RateProbe probe(16, 1000, 5);
  const Rates rates = probe.measure(0.01);
  for (const double rate : {rates.peak, rates.vector_matrix_near, rates.vector_matrix_far, rates.copy,
                            RateProbe::measure_memory_copy(0.01)}) {
    EXPECT_TRUE(std::isfinite(rate));
    EXPECT_GT(rate, 0);
  }
}

TEST(MultiplyAdds, AreCountedByRounds) {
  float sum = 0;
  const double ten = kernels::run_multiply_adds(sum, 10);
  EXPECT_GE(ten, 10);
  EXPECT_EQ(kernels::run_multiply_adds(sum, 1000), 100 * ten);
  // Each chain is x <- x / 2 + 1 whose limit is 2; a round is one multiply-add of every chain.
  EXPECT_FLOAT_EQ(sum, static_cast<float>(2 * ten / 10));
}

}  // namespace
}  // namespace windhover::roofline
