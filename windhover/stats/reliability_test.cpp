#include "windhover/stats/reliability.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/stats/golden_data_for_tests.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::stats {
namespace {

using golden::PrintsAs;

TEST(VarianceComponents, Dyestuff) {
  const auto batches = golden::Table("dyestuff").groups("Yield", "Batch");
  const auto components = variance_components_reml(batches);
  ASSERT_TRUE(components);
  EXPECT_THAT(components->between, PrintsAs("1764.05"));
  EXPECT_THAT(components->within, PrintsAs("2451.25"));
  EXPECT_THAT(intraclass_correlation(batches).value(), PrintsAs(".418487"));
}

TEST(VarianceComponents, Dyestuff2HasNoneBetweenBatches) {
  const auto batches = golden::Table("dyestuff2").groups("Yield", "Batch");
  const auto components = variance_components_reml(batches);
  ASSERT_TRUE(components);
  EXPECT_EQ(components->between, 0.0);
  std::vector<double> all;
  for (const auto& batch : batches) all.insert(all.end(), batch.begin(), batch.end());
  EXPECT_NEAR(components->within, std::pow(standard_deviation(all, 1), 2), 1e-12);
  EXPECT_EQ(intraclass_correlation(batches).value(), 0.0);
}

TEST(VarianceComponents, RemlOfUnequalBatches) {
  // Expected: the restricted likelihood of the full covariance matrix, minimised in mpmath outside this
  // project.
  auto batches = golden::Table("dyestuff").groups("Yield", "Batch");
  batches[0].resize(2);
  batches[2].pop_back();
  const auto components = variance_components_reml(batches);
  ASSERT_TRUE(components);
  EXPECT_NEAR(components->between, 1921.185, 0.005);
  EXPECT_NEAR(components->within, 2405.98, 0.005);
}

TEST(VarianceComponents, RefusesGroupsOfOne) {
  EXPECT_FALSE(variance_components_reml(std::vector<std::vector<double>>{{1.0}, {2.0}}));
  EXPECT_FALSE(variance_components_anova(std::vector<std::vector<double>>{{1.0, 2.0}}));
}

}  // namespace
}  // namespace windhover::stats
