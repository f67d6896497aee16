#include "windhover/analysis/compare.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/analysis/testing/analysed.hpp"
#include "windhover/analysis/testing/small_study.hpp"

namespace windhover::analysis {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using testing::t_2;

Json compared(const record::StudyRecord& first, const record::StudyRecord& second) {
  const auto comparison = compare(first, second);
  EXPECT_TRUE(comparison) << comparison.error().message;
  return comparison ? described::to_json(*comparison) : Json();
}

std::string refusal(const record::StudyRecord& first, const record::StudyRecord& second) {
  const auto comparison = compare(first, second);
  return comparison ? std::string() : comparison.error().message;
}

Json entry(const Json& comparison, const char* cell, const char* arm) {
  for (const auto& item : comparison["comparisons"]) {
    if (item["cell"] == cell && item["arm"] == arm && item["actions"] == "greedy") return item;
  }
  return {};
}

/// The small study with every seed's scores raised by the seed's number.
record::StudyRecord raised_study() {
  auto record = testing::small_study();
  record.study.name = "raised";
  for (auto& run : record.runs) {
    run.summary.digest = "raised";
    for (auto& row : run.evaluation) row.episode_return += static_cast<double>(run.id.seed);
  }
  return record;
}

/// Raising both arms alike leaves their gaps as they are; raising one, its own way.
TEST(Compare, HasTheGapsOfBothStudies) {
  const auto alike = compared(testing::small_study(), raised_study());
  ASSERT_EQ(alike["gaps"].size(), 8U);  // 4 cells, both choices
  EXPECT_EQ(alike["gaps"][0]["arms"], Json({"a3c", "individual"}));
  for (const auto& gap : alike["gaps"]) {
    EXPECT_EQ(gap["first"], gap["second"]);
    EXPECT_EQ(gap["seed_values"], Json({0.0, 0.0, 0.0}));
  }
  auto record = testing::small_study();
  for (auto& run : record.runs) {
    for (auto& row : run.evaluation) {
      if (run.id.arm == "individual") row.episode_return -= static_cast<double>(run.id.seed);
    }
  }
  const auto one = compared(testing::small_study(), record);
  for (const auto& gap : one["gaps"]) EXPECT_EQ(gap["seed_values"], Json({1.0, 2.0, 3.0}));
  double largest = 0;
  for (const auto& gap : one["gaps"]) {
    const auto& difference = gap["difference"];
    const double p = difference["p_value"];
    // Eight gaps and as many means of Individual, all with this p; those of A3C, which are equal, have p = 1.
    largest = std::max(largest, std::abs(difference["holm_p"].get<double>() - std::min(1.0, 24 * p)));
  }
  EXPECT_LT(largest, 1e-9) << "means and gaps are one family";

  record.study.arms = {"a3c"};
  std::erase_if(record.runs, [](const auto& run) { return run.id.arm != "a3c"; });
  EXPECT_TRUE(compared(testing::small_study(), record)["gaps"].empty());
}

TEST(Compare, PairsTheSeedsOfBothStudies) {
  const auto comparison = compared(testing::small_study(), raised_study());
  EXPECT_EQ(comparison["comparisons"].size(), 16U);  // 4 cells, 2 arms, both choices
  const auto a3c = entry(comparison, "gru+ln", "a3c");
  EXPECT_EQ(a3c["first"]["mean"], 50.0);
  EXPECT_EQ(a3c["second"]["mean"], 52.0);
  EXPECT_EQ(a3c["seed_values"], Json({1.0, 2.0, 3.0}));
  const auto& difference = a3c["difference"];
  EXPECT_DOUBLE_EQ(difference["estimate"], 2.0);
  EXPECT_NEAR(difference["ci95"][0], 2 - t_2 / std::sqrt(3), 1e-9);
  EXPECT_DOUBLE_EQ(difference["sign_flip_p"], 0.25);
  // All sixteen p-values are the same, so Holm multiplies by 16.
  EXPECT_NEAR(difference["holm_p"], std::min(1.0, 16 * difference["p_value"].get<double>()), 1e-12);
}

TEST(Compare, TheOtherWayRoundIsTheOtherSign) {
  const auto forth = compared(testing::small_study(), raised_study());
  const auto back = compared(raised_study(), testing::small_study());
  EXPECT_EQ(entry(forth, "mlp", "a3c")["difference"]["estimate"].get<double>(),
            -entry(back, "mlp", "a3c")["difference"]["estimate"].get<double>());
  EXPECT_EQ(entry(forth, "mlp", "a3c")["difference"]["p_value"],
            entry(back, "mlp", "a3c")["difference"]["p_value"]);
}

TEST(Compare, AStudyWithItselfHasNoDifference) {
  const auto record = testing::small_study();
  const auto comparison = compared(record, record);
  EXPECT_THAT(comparison["differences"], IsEmpty());
  EXPECT_THAT(comparison["warnings"].dump(), HasSubstr("the same study"));
  for (const auto& item : comparison["comparisons"]) {
    EXPECT_EQ(item["difference"]["estimate"], 0.0);
    EXPECT_EQ(item["difference"]["holm_p"], 1.0);
  }
}

TEST(Compare, TwoHalvesOfOneStudyAreNotTheSame) {
  const auto whole = testing::small_study();
  auto half = whole;
  half.manifest = record::Manifest{.digest = "what the manifest says counts for nothing"};
  std::erase_if(half.runs, [](const record::Run& run) { return run.id.cell == "gru+ln"; });
  for (const record::StudyRecord* first : std::initializer_list<const record::StudyRecord*>{&whole, &half}) {
    const auto comparison = compared(*first, half);
    EXPECT_THAT(comparison["warnings"].dump(), Not(HasSubstr("the same study")));
    EXPECT_TRUE(comparison["studies"]["second"]["digest"].is_null());
    EXPECT_THAT(comparison["studies"]["second"]["digest_note"].get<std::string>(),
                HasSubstr("6 of 24 runs are missing: gru+ln/a3c/seed-1"));
    EXPECT_EQ(comparison["studies"]["first"]["digest"].is_string(), first == &whole);
  }
}

TEST(Compare, OnlySharedSeedsArePaired) {
  auto other = raised_study();
  other.study.seeds = {2, 3, 9};
  std::erase_if(other.runs, [](const record::Run& run) { return run.id.seed == 1; });
  other.runs.front().summary.status = record::RunStatus::failed;  // gru+ln / a3c / seed 2
  const auto comparison = compared(testing::small_study(), other);
  EXPECT_EQ(comparison["seeds"], Json({2, 3}));
  EXPECT_EQ(comparison["only_in_first"]["seeds"], Json({1}));
  EXPECT_EQ(comparison["only_in_second"]["seeds"], Json({9}));
  EXPECT_EQ(entry(comparison, "gru", "a3c")["seeds"], Json({2, 3}));
  EXPECT_EQ(entry(comparison, "gru+ln", "a3c")["seeds"], Json({3}));
  EXPECT_TRUE(entry(comparison, "gru+ln", "a3c")["difference"]["p_value"].is_null());
  EXPECT_THAT(comparison["warnings"].dump(), HasSubstr("15 of 24 runs finished"));
}

TEST(Compare, StudiesWithoutACommonSeedArePutSideBySideOnly) {
  auto other = raised_study();
  other.study.seeds = {11, 12, 13};
  for (auto& run : other.runs) run.id.seed += 10;
  const auto comparison = compared(testing::small_study(), other);
  const auto a3c = entry(comparison, "gru+ln", "a3c");
  EXPECT_EQ(a3c["second"]["mean"], 52.0);
  EXPECT_TRUE(a3c["difference"]["estimate"].is_null());
  EXPECT_EQ(a3c["difference"]["note"], "no seed that both studies finished");
  EXPECT_THAT(comparison["warnings"].dump(), HasSubstr("no seed in common"));
}

TEST(Compare, NamesSettingsThatDifferAndWarnsOfEnvironments) {
  auto other = raised_study();
  other.study.config["training"]["episodes"] = 4000;
  auto comparison = compared(testing::small_study(), other);
  EXPECT_EQ(comparison["differences"],
            Json({{{"key", "training.episodes"}, {"first", nullptr}, {"second", 4000}}}));
  EXPECT_THAT(comparison["warnings"], IsEmpty());

  other.study.config["environment_fields"]["noise"] = 0.5;
  other.study.config["evaluation"]["episodes"] = 7;
  comparison = compared(testing::small_study(), other);
  EXPECT_THAT(comparison["warnings"][0].get<std::string>(), HasSubstr("environment_fields.noise"));
  EXPECT_THAT(comparison["warnings"][0].get<std::string>(), HasSubstr("not comparable"));
  EXPECT_THAT(comparison["warnings"][1].get<std::string>(), HasSubstr("evaluation.episodes"));
}

TEST(Compare, RefusesWhatHasNothingInCommon) {
  const auto record = testing::small_study();
  auto other = record;
  for (auto& cell : other.study.cells) cell.id += "-x";
  for (auto& run : other.runs) run.id.cell += "-x";
  EXPECT_THAT(refusal(record, other),
              HasSubstr("no cell in common: the first has gru+ln, gru, mlp+ln and mlp"));
  other = record;
  other.study.arms = {"a2c"};
  for (auto& run : other.runs) run.id.arm = "a2c";
  EXPECT_THAT(refusal(record, other), HasSubstr("no arm in common"));
  other = record;
  other.runs.clear();
  EXPECT_THAT(refusal(record, other), HasSubstr("the second study, 'small', has no finished run"));
  EXPECT_THAT(refusal(other, record), HasSubstr("the first study"));
}

TEST(Compare, ANumberThatIsNotFiniteIsNull) {
  auto other = raised_study();
  other.runs[0].evaluation[0].episode_return = std::nan("");
  const auto a3c = entry(compared(testing::small_study(), other), "gru+ln", "a3c");
  EXPECT_TRUE(a3c["second"]["mean"].is_null());
  EXPECT_TRUE(a3c["difference"]["p_value"].is_null());
  EXPECT_EQ(a3c["difference"]["note"], "a score is not finite");
}

}  // namespace
}  // namespace windhover::analysis
