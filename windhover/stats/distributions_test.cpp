#include "windhover/stats/distributions.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace windhover::stats {
namespace {

TEST(Distributions, TablesOfTextbooks) {
  EXPECT_NEAR(student_t_quantile(0.975, 4.0), 2.776445105197799, 1e-13);
  EXPECT_NEAR(student_t_two_sided_p(-2.776445105197799, 4.0), 0.05, 1e-14);
  EXPECT_NEAR(chi_squared_quantile(0.95, 1.0), 3.841458820694124, 1e-12);
  EXPECT_NEAR(log_gamma(0.5), 0.5 * std::log(std::acos(-1.0)), 1e-15);
}

TEST(Distributions, FOfOneNumeratorFreedomIsSquaredT) {
  EXPECT_NEAR(f_upper_tail(2.5 * 2.5, 1.0, 7.0), student_t_two_sided_p(2.5, 7.0), 1e-14);
}

TEST(Distributions, NoncentralTWithoutNoncentralityIsT) {
  EXPECT_NEAR(2.0 * noncentral_t_upper_tail(2.5, 7.0, 0.0), student_t_two_sided_p(2.5, 7.0), 1e-14);
}

TEST(Distributions, NoncentralityIsFoundAgain) {
  for (const double noncentrality : {0.1, 3.0, 40.0, 200.0}) {
    const double probability = noncentral_t_probability(noncentrality + 0.5, 6.0, noncentrality);
    EXPECT_NEAR(noncentral_t_noncentrality(noncentrality + 0.5, 6.0, probability), noncentrality,
                1e-8 * (1.0 + noncentrality));
  }
  EXPECT_EQ(noncentral_t_noncentrality(0.5, 6.0, 0.99), 0.0);
}

/// Where Boost ends, the limit for a large noncentrality goes on without a step.
TEST(Distributions, TheNoncentralTHasAnUpperTailForAnyNoncentrality) {
  for (const double freedom : {1.0, 4.0, 30.0}) {
    for (const double t : {4e4, 6e4, 9e4}) {
      const double boost = noncentral_t_upper_tail(t, freedom, 59999.9);
      EXPECT_NEAR(noncentral_t_upper_tail(t, freedom, 60000.1), boost, 1e-4) << freedom << ", " << t;
      EXPECT_NEAR(noncentral_t_probability(t, freedom, 60000.1), 1.0 - boost, 1e-4) << freedom << ", " << t;
    }
  }
  EXPECT_EQ(noncentral_t_upper_tail(12.7, 1.0, 1e100), 1.0);
}

TEST(Distributions, ExtremesAreNoAccident) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(f_upper_tail(infinity, 2.0, 3.0), 0.0);
  EXPECT_EQ(student_t_two_sided_p(infinity, 3.0), 0.0);
  EXPECT_TRUE(std::isnan(f_upper_tail(std::nan(""), 2.0, 3.0)));
}

}  // namespace
}  // namespace windhover::stats
