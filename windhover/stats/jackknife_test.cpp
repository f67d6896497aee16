#include "windhover/stats/jackknife.hpp"

#include <limits>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/stats/summary.hpp"

namespace windhover::stats {
namespace {

const std::vector<double> scores = {3.0, 7.5, 4.25, 9.0, 5.5};

std::vector<double> selected(std::span<const std::size_t> seeds) {
  std::vector<double> values;
  for (const std::size_t seed : seeds) values.push_back(scores[seed]);
  return values;
}

TEST(Jackknife, OfAMeanIsTheValuesThemselves) {
  const auto values = jackknife_values(
      scores.size(), [](std::span<const std::size_t> seeds) { return mean(selected(seeds)); });
  ASSERT_TRUE(values);
  for (std::size_t i = 0; i < scores.size(); ++i) EXPECT_NEAR((*values)[i], scores[i], 1e-12);
}

TEST(Jackknife, HasTheStatisticAsItsMean) {
  const auto deviation = [](std::span<const std::size_t> seeds) {
    return standard_deviation(selected(seeds), 0);
  };
  const auto values = jackknife_values(scores.size(), deviation);
  ASSERT_TRUE(values);
  EXPECT_NEAR(mean(*values), standard_deviation(scores, 0), 1e-12);
}

TEST(Jackknife, RefusesWhatItCanNotTake) {
  EXPECT_FALSE(jackknife_values(1, [](std::span<const std::size_t>) { return 1.0; }));
  EXPECT_FALSE(jackknife_values(3, [](std::span<const std::size_t> seeds) {
    return seeds.size() == 3 ? 1.0 : std::numeric_limits<double>::quiet_NaN();
  }));
}

}  // namespace
}  // namespace windhover::stats
