#include "windhover/analysis/verdicts.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "windhover/analysis/testing/analysed.hpp"
#include "windhover/analysis/testing/fake_study.hpp"
#include "windhover/analysis/testing/small_study.hpp"

namespace windhover::analysis {
namespace {

/// Holm by its definition: the largest of (m - rank) p over the p-values up to this one.
double holm_of(double p, std::vector<double> family) {
  std::ranges::sort(family);
  double adjusted = 0;
  for (std::size_t i = 0; i < family.size() && family[i] <= p; ++i) {
    adjusted = std::max(adjusted, static_cast<double>(family.size() - i) * family[i]);
  }
  return std::min(1.0, adjusted);
}

TEST(Verdicts, AreOfEveryEffectAndArmWithHolmOverThem) {
  const auto results = testing::analysed(testing::fake_study());
  const auto& verdicts = results["verdicts"];
  ASSERT_EQ(verdicts.size(), 2U * 3 * 2);
  for (const char* policy : {"greedy", "sampled"}) {
    std::vector<double> family;
    for (const auto& entry : verdicts) {
      if (entry["policy"] == policy) family.push_back(entry["p_value"]);
    }
    for (const auto& entry : verdicts) {
      if (entry["policy"] != policy) continue;
      const double expected = holm_of(entry["p_value"], family);
      EXPECT_NEAR(entry["holm_p"].get<double>(), expected, 1e-12);
      EXPECT_EQ(entry["verdict"], expected < 0.05 ? "effect, confirmed" : "no effect shown");
    }
  }
}

TEST(Verdicts, NeedAFullFactorialDesignAndASecondSeed) {
  auto record = testing::small_study();
  std::erase_if(record.runs, [](const record::Run& run) { return run.id.seed != 1; });
  record.study.seeds = {1};
  const auto results = testing::analysed(record);
  for (const auto& entry : results["verdicts"]) {
    EXPECT_EQ(entry["verdict"], "not decidable");
    EXPECT_EQ(entry["note"], "one seed: no interval");
  }
  record.study.cells.pop_back();
  EXPECT_TRUE(testing::analysed(record)["verdicts"].empty());
}

}  // namespace
}  // namespace windhover::analysis
