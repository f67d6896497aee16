#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/study/testing.hpp"

namespace windhover::study {
namespace {

using ::testing::AllOf;
using testing::expect_refused;
using ::testing::HasSubstr;
using testing::refusal_of;
using testing::RefusedStudy;

/// "1, 2, ..., count" without the brackets.
std::string counted(int count) {
  std::string text;
  for (int i = 1; i <= count; ++i) text += std::to_string(i) + ",";
  return text;
}

class AbsurdStudies : public ::testing::TestWithParam<RefusedStudy> {};

TEST_P(AbsurdStudies, AreRefusedWithTheKeyAndTheLimit) { expect_refused(GetParam()); }

const std::vector<RefusedStudy> absurd_studies = {
    {"[learner]\nhidden = 1000000000", {"'hidden' is 1000000000", "between 1 and 4096"}},
    {"[learner]\nhidden = 9223372036854775807", {"'hidden'", "between 1 and 4096"}},
    {"[training]\nworkers = 1000000000", {"'workers' is 1000000000", "between 1 and 65535"}},
    {"[training]\nsteps = 9223372036854775807", {"'steps'", "between 1 and 281474976710656"}},
    {"[training]\nsteps = 9223372036854775808", {"line 3", "steps = 9223372036854775808"}},
    {"[training]\nsteps = 100000000000000", {"GB of memory, but 16 is the most", "'training'"}},
    {"[training]\nepisodes = 100000000\nworkers = 60000", {"GB of memory, but 16 is the most", "'training'"}},
    {"[learner]\nhidden = 4096\nrollout = 10000\n[training]\nworkers = 1000",
     {"GB of memory, but 16 is the most", "'learner.rollout'"}},
    {"[learner]\nhidden = 4096\n[training]\nworkers = 65535",
     {"GB of memory, but 16 is the most", "'learner.hidden' and 'training.workers'"}},
    {"arms = ['a3c']\n[learner]\nhidden = 1024\ndelay = 10000",
     {"GB of memory, but 16 is the most", "'learner.delay'"}},
    {"[evaluation]\nepisodes = 100000000", {"GB of memory, but 16 is the most", "'evaluation.episodes'"}},
    {"seeds = [" + counted(1001) + "]", {"'seeds' has 1001 elements", "1000 is the most"}},
    {"[factors]\nhidden = [" + counted(20'000) + "]", {"'hidden' has 20000 levels", "1000 is the most"}},
    {"[factors]\nhidden = [" + counted(900) + "]\nrollout = [" + counted(900) + "]",
     {"810000 cells", "1000 is the most"}},
    {"seeds = [" + counted(1000) + "]\n[factors]\nhidden = [" + counted(60) + "]",
     {"60 cells, 2 'arms' and 1000 'seeds' make 120000 runs", "100000 is the most"}},
    {"[learner]\nhidden = 1\n[training]\nepisodes = 1\nworkers = 30000\n[factors]\nrollout = [" +
         counted(40) + "]",
     {"more than 1000000 'training.workers'"}},
    {"[training]\nvelocities = [" + counted(70'000) + "]", {"'velocities' has 70000 elements", "65535"}},
    {"[factors]\n'training.velocities' = [[" + counted(5) + "], [" + counted(400) + "]]", {"'velocities'"}},
    {std::string(2000, 'k') + " = 1", {"line 2", "longer than 1000 bytes"}},
};

INSTANTIATE_TEST_SUITE_P(Limits, AbsurdStudies, ::testing::ValuesIn(absurd_studies));

/// Of a design of single changes, where the sum is bounded and not the product.
TEST(Limits, AThousandCellsAreAStudy) {
  const std::string text =
      "name = 'x'\nseeds = [1]\narms = ['a3c']\ndesign = 'one-at-a-time'\n[factors]\nhidden = [" +
      counted(500) + "]\nrollout = [" + counted(501) + "]";
  const auto plan = testing::plan_of(text);
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(plan->cells.size(), 1000U);
}

/// Workers out of range were once divided by before they were refused.
TEST(Limits, ImpossibleWorkersAreRefusedInEveryArm) {
  for (const char* workers : {"0", "-1", "4294967296", "9223372036854775807", "2.5", "'five'"}) {
    const std::string text =
        std::string("name = 'x'\narms = ['individual-matched']\n[training]\nworkers = ") + workers;
    for (const bool quick : {false, true}) {
      const auto plan = testing::plan_of(text, {}, quick);
      ASSERT_FALSE(plan.has_value()) << workers;
      EXPECT_THAT(plan.error().message, HasSubstr("'workers'"));
    }
  }
}

TEST(Limits, ANameThatIsTooLongForAFolderIsRefused) {
  const std::string text =
      "name = 'x'\n[training]\nworkers = 100\n[factors]\n'training.velocities' = [[" + counted(100) + "]]";
  EXPECT_THAT(refusal_of(text), AllOf(HasSubstr("too long for a folder"), HasSubstr("velocities=1-2-3")));
}

/// Levels with the names of paths: what cells are called stays one folder each.
TEST(Limits, NoLevelLeavesTheOutputFolder) {
  const std::string text = "name = '../../x'\n[factors]\n'learner.schedule' = ['../../etc', '/tmp']";
  EXPECT_THAT(refusal_of(text), HasSubstr("must be one of"));
  const auto plan = testing::plan_of("name = '../../x'");
  ASSERT_TRUE(plan.has_value());
  for (const auto& run : runs_of(*plan)) {
    for (const auto& part : run.id.folder()) EXPECT_NE(part, "..");
  }
}

}  // namespace
}  // namespace windhover::study
