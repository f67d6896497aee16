#include "windhover/study/condition_warnings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/study/audit.hpp"
#include "windhover/study/testing.hpp"

namespace windhover::study {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::plan_of;
using ::testing::StartsWith;

TEST(ConditionWarnings, AreOfConditionsOfTrainingAndOfTheTest) {
  const std::string head = "name = 'x'\nprofile = 'sound'\n[training]\nworkers = 2\n";
  const auto trained = plan_of(head + "velocities = [5, 40]\n[evaluation]\nvelocities = [10, 20]");
  EXPECT_THAT(warning_texts(*trained), ElementsAre(StartsWith("At 40 km/h ")));
  const auto tested = plan_of(head + "velocities = [5, 20]\n[evaluation]\nvelocities = [10, 60, 50]");
  EXPECT_THAT(warning_texts(*tested), ElementsAre(StartsWith("At 50, 60 km/h ")));
  const auto neither = plan_of(head + "velocities = [5, 20]\n[evaluation]\nvelocities = [10, 20]");
  EXPECT_THAT(warning_texts(*neither), IsEmpty());
}

TEST(ConditionWarnings, NameTheCellsIfTheyAreNotAll) {
  const auto plan = plan_of(
      "name = 'x'\n[factors]\nenvironment = ['offload', 't-maze']\nrecurrent = [true, false]\n"
      "[[where]]\nis = { environment = 'offload' }\nprofile = 'sound'\n");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  const auto warnings = condition_warnings(*plan);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_THAT(warnings[0].cells, ElementsAre("gru+ln,environment=offload", "mlp+ln,environment=offload"));
  EXPECT_THAT(
      warning_texts(*plan)[0],
      StartsWith("gru+ln,environment=offload, mlp+ln,environment=offload: At 25, 30, 50, 75, 100 km/h "));
}

TEST(ConditionWarnings, CountTheCellsIfTheyAreMany) {
  const auto plan = plan_of(
      "name = 'x'\nprofile = 'sound'\ndesign = 'one-at-a-time'\n[evaluation]\nvelocities = [5]\n"
      "[training]\nworkers = 1\n[factors]\nhidden = [8, 16, 32, 64]\nbase_velocity = [5, 30]\n");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_THAT(warning_texts(*plan), ElementsAre(StartsWith("gru+ln,base_velocity=30: At 35 km/h ")));
  const auto other = plan_of(
      "name = 'x'\nprofile = 'sound'\ndesign = 'one-at-a-time'\n[evaluation]\nvelocities = [5]\n"
      "[training]\nworkers = 1\n[factors]\nhidden = [8, 16, 32, 64]\nbase_velocity = [30, 5]\n");
  EXPECT_THAT(warning_texts(*other), ElementsAre(StartsWith("4 of 5 cells: At 35 km/h ")));
}

TEST(ConditionWarnings, ArePartOfTheAudit) {
  const auto plan = plan_of(testing::tiny_study);
  const auto result = audit(*plan);
  ASSERT_TRUE(result.has_value()) << result.error().message;
  EXPECT_TRUE(result->passed);
  ASSERT_EQ(result->warnings.size(), condition_warnings(*plan).size());
  EXPECT_THAT(result->warnings[0].text, HasSubstr("At 50 km/h"));
  EXPECT_THAT(result->warnings[0].cells, ElementsAre("gru+ln", "mlp+ln"));
}

}  // namespace
}  // namespace windhover::study
