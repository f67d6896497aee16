#include "windhover/stats/permutation.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/core/random.hpp"
#include "windhover/stats/golden_data_for_tests.hpp"

namespace windhover::stats {
namespace {

TEST(SignFlipTest, DarwinsMaize) {
  const Result<SignFlip> flips = sign_flip_test(golden::darwin_maize);
  ASSERT_TRUE(flips);
  EXPECT_EQ(flips->two_sided_p, 2.0 * 863.0 / 32768.0);  // Fisher's one-sided count, twice
}

TEST(SignFlipTest, RSleep) {
  // Decimal fractions whose sums tie in exact arithmetic only.
  const Result<SignFlip> flips = sign_flip_test(golden::sleep_differences());
  ASSERT_TRUE(flips);
  EXPECT_EQ(flips->two_sided_p, 4.0 / 1024.0);
}

TEST(SignFlipTest, ZerosHaveNoSign) {
  const Result<SignFlip> flips = sign_flip_test(std::vector{0.0, 1.0, 2.0, 0.0});
  ASSERT_TRUE(flips);
  EXPECT_EQ(flips->two_sided_p, 0.5);
  EXPECT_EQ(flips->smallest_attainable_p, 0.5);
  EXPECT_EQ(sign_flip_test(std::vector{0.0, 0.0})->two_sided_p, 1.0);
}

TEST(SignFlipTest, SumOfZeroIsNoEvidence) {
  EXPECT_EQ(sign_flip_test(std::vector{1.0, -1.0, 0.5, -0.5})->two_sided_p, 1.0);
}

TEST(SignFlipTest, RandomPatternsAgreeWithTheExactShareOnTheirBorder) {
  Stream stream(StreamName{.seed = 3});
  std::vector<double> values;
  for (std::size_t i = 0; i < sign_flip_exact_limit; ++i) values.push_back(0.3 + stream.normal());
  const Result<SignFlip> exact = sign_flip_test(values);
  values.push_back(1e-9);  // changes nothing but the method
  const Result<SignFlip> estimated = sign_flip_test(values);
  ASSERT_TRUE(exact);
  ASSERT_TRUE(estimated);
  EXPECT_TRUE(exact->exact);
  EXPECT_FALSE(estimated->exact);
  const double one_sided = 0.5 * exact->two_sided_p;
  EXPECT_NEAR(0.5 * estimated->two_sided_p, one_sided, 4.0 * std::sqrt(one_sided / 1e5) + 1e-5);
}

TEST(SignFlipTest, RefusesNoValues) { EXPECT_FALSE(sign_flip_test({})); }

}  // namespace
}  // namespace windhover::stats
