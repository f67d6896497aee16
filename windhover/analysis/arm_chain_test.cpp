#include "windhover/analysis/arm_chain.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/analysis/cells.hpp"
#include "windhover/analysis/testing/analysed.hpp"
#include "windhover/analysis/testing/as_json.hpp"
#include "windhover/analysis/testing/small_study.hpp"

namespace windhover::analysis {
namespace {

using testing::analysed;

using testing::arm_chain_json;
using testing::gap_json;

/// The small study with seed means of control arms in gru+ln, where a3c has 48 50 52 and individual 29 30 31:
/// a2c 45 46 50, individual-mixed 41 45 46, individual-matched 42 40 41. Other cells have no runs of them.
record::StudyRecord study_with(const std::vector<std::string>& control_arms) {
  auto record = testing::small_study();
  const std::map<std::string, std::array<double, 3>> means = {
      {"a2c", {45, 46, 50}}, {"individual-mixed", {41, 45, 46}}, {"individual-matched", {42, 40, 41}}};
  for (const auto& arm : control_arms) {
    record.study.arms.push_back(arm);
    for (std::size_t i = 0; i < 3; ++i)
      record.runs.push_back(testing::small_run("gru+ln", arm, record.study.seeds[i], means.at(arm)[i]));
  }
  return record;
}

Json chain_of(const record::StudyRecord& record) { return arm_chain_json(ScoreBook(record)); }

std::vector<std::string> names_of(const Json& links) {
  std::vector<std::string> names;
  for (const auto& link : links) names.push_back(link["name"]);
  return names;
}

TEST(ArmChain, IsThereWithControlArmsOnly) {
  EXPECT_TRUE(chain_of(testing::small_study()).is_null());
  auto single = study_with({"a2c"});
  single.study.arms = {"a2c"};
  EXPECT_TRUE(chain_of(single).is_null());
  EXPECT_FALSE(chain_of(study_with({"a2c"})).is_null());
}

TEST(ArmChain, LinksAreDifferencesOfNeighboursAndAddUp) {
  const auto record = study_with({"individual-matched", "a2c", "individual-mixed"});
  const Json chain = chain_of(record);
  EXPECT_EQ(chain["arms"], Json({"a3c", "a2c", "individual-mixed", "individual-matched", "individual"}));
  const Json& cell = chain["cells"][0]["greedy"];
  EXPECT_THAT(names_of(cell["links"]),
              ::testing::ElementsAre("asynchrony", "pooling of experience in one model",
                                     "diversity of training conditions", "sample budget"));
  const std::vector<std::vector<double>> expected = {{3, 4, 2}, {4, 1, 4}, {-1, 5, 5}, {13, 10, 10}};
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(cell["links"][i]["seed_values"].get<std::vector<double>>(), expected[i]);
    EXPECT_EQ(cell["links"][i]["contrast"]["n_seeds"], 3);
    sum += cell["links"][i]["contrast"]["estimate"].get<double>();
  }
  EXPECT_EQ(cell["total"]["seed_values"].get<std::vector<double>>(), (std::vector<double>{19, 20, 21}));
  EXPECT_DOUBLE_EQ(sum, 20);
  const Json gap = gap_json(ScoreBook(record), "gru+ln", {"a3c", "individual"}, ActionChoice::greedy);
  EXPECT_EQ(cell["total"]["contrast"], gap["contrast"]);
}

/// 3 4 2: mean 3, standard error 1/sqrt(3), t = sqrt(27) with 2 degrees of freedom, p = 1 - t / sqrt(t^2 + 2)
/// = 0.03510.
TEST(ArmChain, LinksWereExploredAndAreNeverConfirmed) {
  const auto results = analysed(study_with({"a2c", "individual-mixed", "individual-matched"}));
  const Json& links = results["arm_chain"]["cells"][0]["sampled"]["links"];
  EXPECT_NEAR(links[0]["contrast"]["p_value"].get<double>(), 0.03510, 1e-5);
  EXPECT_EQ(links[0]["contrast"]["verdict"], "worth a second look");
  for (const auto& link : links) {
    EXPECT_FALSE(link["contrast"].contains("holm_p"));
    EXPECT_GE(link["contrast"]["bh_p"].get<double>(), link["contrast"]["p_value"].get<double>());
  }
}

TEST(ArmChain, ALinkOverMissingArmsNamesEverythingItChanges) {
  const Json with_a2c = chain_of(study_with({"a2c"}));
  EXPECT_THAT(
      names_of(with_a2c["cells"][0]["greedy"]["links"]),
      ::testing::ElementsAre(
          "asynchrony",
          "pooling of experience in one model, diversity of training conditions and sample budget together"));
  const Json with_matched = chain_of(study_with({"individual-matched"}));
  EXPECT_THAT(
      names_of(with_matched["cells"][0]["greedy"]["links"]),
      ::testing::ElementsAre(
          "asynchrony, pooling of experience in one model and diversity of training conditions together",
          "sample budget"));
}

TEST(ArmChain, ASeedThatMissesAnArmCountsInNoLink) {
  auto record = study_with({"a2c"});
  std::erase_if(record.runs, [](const record::Run& run) { return run.id.arm == "a2c" && run.id.seed == 2; });
  const Json chain = chain_of(record);
  const Json& cell = chain["cells"][0]["greedy"];
  EXPECT_EQ(cell["seeds"], Json({1, 3}));
  EXPECT_EQ(cell["links"][1]["seed_values"], Json({16.0, 19.0}));
  EXPECT_EQ(cell["total"]["seed_values"], Json({19.0, 21.0}));
  const Json& without = chain["cells"][1]["greedy"];
  EXPECT_TRUE(without["seeds"].empty());
  EXPECT_TRUE(without["total"]["contrast"]["estimate"].is_null());
  EXPECT_EQ(without["total"]["contrast"]["note"], "no finished seed");
}

}  // namespace
}  // namespace windhover::analysis
