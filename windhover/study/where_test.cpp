#include "windhover/study/where.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/record/record.hpp"
#include "windhover/study/audit.hpp"
#include "windhover/study/testing.hpp"

namespace windhover::study {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::plan_of;
using testing::refusal_of;
using testing::tiny_study;

/// The tiny study with profiles as levels, and settings of one of them.
std::string two_profiles() {
  std::string text = tiny_study;
  text.insert(text.find("recurrent"), "profile = ['paper', 'sound']\n");
  return text + R"(
[[where]]
is = { profile = "sound" }
[where.learner]
lr = 3e-4
[where.training]
steps = 300
[where.evaluation]
velocities = [20]
[[where]]
is = { profile = "paper", recurrent = false }
[where.environment_fields]
cloud_units = 500
)";
}

const CellPlan& cell_of(const Plan& plan, const std::string& id) {
  const auto found =
      std::ranges::find_if(plan.cells, [&](const CellPlan& cell) { return cell.cell.id == id; });
  EXPECT_NE(found, plan.cells.end()) << id;
  return *found;
}

/// The same study, read from the study.toml that it is stored as.
Result<Plan> stored_and_read(const Plan& plan) {
  const TemporaryFolder folder;
  WINDHOVER_RETURN_IF_ERROR(record::write_study(folder.path(), plan.study));
  const auto document = Document::read(folder.path() / "study.toml");
  if (!document) return Failure(document.error());
  return make_plan(*document, false);
}

std::vector<record::RunConfig> run_configurations(const Plan& plan) {
  std::vector<record::RunConfig> all;
  for (const auto& run : runs_of(plan)) all.push_back(run_configuration(plan, run));
  return all;
}

TEST(PerCell, EveryProfileHasItsOwnEnvironmentFieldsAndFleet) {
  const auto plan = plan_of("name = 'x'\n[factors]\nprofile = ['paper', 'sound']");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  const auto& paper = cell_of(*plan, "gru+ln,profile=paper");
  const auto& sound = cell_of(*plan, "gru+ln,profile=sound");
  EXPECT_EQ(paper.members, 1);
  EXPECT_EQ(sound.members, 5);
  EXPECT_EQ(paper.settings.environment.json()["channel_stationary"], false);
  EXPECT_EQ(sound.settings.environment.json()["channel_stationary"], true);
  EXPECT_EQ(paper.cell.profile, "paper");
  EXPECT_EQ(sound.cell.environment, "offload");
  EXPECT_TRUE(run_configuration(*plan, runs_of(*plan).back()).evaluation.sampled_first);
  EXPECT_FALSE(plan->study.config.contains("profile"));
  EXPECT_FALSE(plan->study.config["environment_fields"].contains("channel_stationary"));
  EXPECT_EQ(plan->study.config["environment_fields"]["cloud_units"], 1000);
}

TEST(PerCell, AnEnvironmentWithoutAProfileTakesItsFirst) {
  const auto plan = plan_of("name = 'x'\n[factors]\nenvironment = ['offload']\nhidden = [8, 16]");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(plan->cells[0].cell.id, "gru+ln,environment=offload,hidden=8");
  EXPECT_EQ(plan->cells[0].cell.profile, "paper");
}

TEST(PerCell, TheAuditTellsProfilesApart) {
  const auto plan = plan_of(two_profiles());
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  const auto passed = audit(*plan);
  ASSERT_TRUE(passed.has_value()) << passed.error().message;
  EXPECT_TRUE(passed->passed) << described::to_json(passed->reasons);
}

TEST(Where, HoldsForTheCellsWithItsLevels) {
  const auto plan = plan_of(two_profiles());
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  const auto& sound = cell_of(*plan, "gru+ln,profile=sound").settings;
  EXPECT_EQ(sound.learner.lr, 3e-4);
  EXPECT_EQ(sound.training.steps, 300U);
  EXPECT_THAT(sound.evaluation.velocities, ElementsAre(20));
  EXPECT_EQ(sound.evaluation.episodes, 2);
  const auto& paper = cell_of(*plan, "gru+ln,profile=paper").settings;
  EXPECT_EQ(paper.learner.lr, 1e-4);
  EXPECT_EQ(paper.training.episodes, 6);
  EXPECT_EQ(paper.training.steps, 0U);
  EXPECT_EQ(paper.environment.json()["cloud_units"], 1000);
  EXPECT_EQ(cell_of(*plan, "mlp+ln,profile=paper").settings.environment.json()["cloud_units"], 500);
  EXPECT_EQ(cell_of(*plan, "mlp+ln,profile=sound").settings.environment.json()["cloud_units"], 1000);
}

TEST(Where, CanGiveAProfile) {
  const auto plan =
      plan_of("name = 'x'\n[factors]\nhidden = [8, 16]\n[[where]]\nis = { hidden = 16 }\nprofile = 'sound'");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(plan->cells[0].cell.profile, "paper");
  EXPECT_EQ(plan->cells[1].cell.profile, "sound");
}

TEST(Where, TheEffectiveConfigurationIsAStudyFileOfTheSameStudy) {
  for (const std::string& text :
       {two_profiles(), std::string("name = 'x'\n[factors]\nprofile = ['paper', 'sound']"),
        std::string("name = 'x'\n[factors]\nhidden = [8, 16]\n[[where]]\nis = { hidden = 16 }\nprofile = "
                    "'sound'\n[where.training]\nbase_velocity = 30"),
        std::string("name = 'x'\n[training]\nbase_velocity = 30\n[factors]\nworkers = [5, 3]"),
        std::string(
            "name = 'x'\n[factors]\nbase_velocity = [5, 30]\ntraining.workers = [5, 3]\n[[where]]\nis = "
            "{ training.workers = 3 }\npreset = 'published'\nlearner.lr = 1"),
        std::string("name = 'x'\n[factors]\nbase_velocity = [30]"),
        std::string(
            "name = 'x'\n[factors]\nevaluation.episodes = [10, 20]\nevaluation.velocities = [[5], [50]]"),
        std::string("name = 'x'\ndesign = 'one-at-a-time'\n[training]\nepisodes = 7\n[factors]\nhidden = [8, "
                    "16]\nlr = [1e-4, 1e-3]\n[[where]]\nis = { lr = 1e-3 }\ntraining.episodes = 9")}) {
    const auto plan = plan_of(text);
    ASSERT_TRUE(plan.has_value()) << plan.error().message << text;
    const auto again = stored_and_read(*plan);
    ASSERT_TRUE(again.has_value()) << again.error().message << text;
    EXPECT_THAT(differences(plan->study.config, again->study.config), IsEmpty()) << text;
    EXPECT_EQ(run_configurations(*plan), run_configurations(*again)) << text;
  }
}

TEST(Where, IsShortenedWithAQuickStudy) {
  const auto plan = plan_of(
      "name = 'x'\n[factors]\nepisodes = [1000, 4000]\n[[where]]\nis = { episodes = 4000 "
      "}\n[where.evaluation]\n"
      "episodes = 500",
      {}, true);
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(plan->cells[1].cell.id, "gru+ln,episodes=200");
  EXPECT_EQ(plan->study.config["where"],
            Json::array({{{"is", {{"episodes", 200}}}, {"evaluation", {{"episodes", 20}}}}}));
}

struct BadWhere {
  const char* text;                ///< after the name and two factors
  std::vector<const char*> parts;  ///< of the message
};

class BadWheres : public ::testing::TestWithParam<BadWhere> {};

TEST_P(BadWheres, AreRefusedWithPlaceAndReason) {
  const std::string message =
      refusal_of(std::string("name = 'x'\n[factors]\nhidden = [8, 16]\nprofile = ['paper', 'sound']\n") +
                 GetParam().text);
  for (const char* part : GetParam().parts) EXPECT_THAT(message, HasSubstr(part));
}

const BadWhere bad_wheres[] = {
    {"[where]\nis = 3", {"line 5", "'where' must be a list of tables"}},
    {"[[where]]\n[where.learner]\nlr = 1", {"line 5: [[where]]", "'is' is missing"}},
    {"[[where]]\nis = {}\nprofile = 'sound'", {"line 6: [[where]]", "'is' must be a table"}},
    {"[[where]]\nis = { hidden = 8 }", {"line 5: [[where]]", "sets nothing"}},
    {"[[where]]\nis = { hiden = 8 }\npreset = 'published'", {"line 6", "'hiden' is no factor", "hidden"}},
    {"[[where]]\nis = { hidden = 9 }\npreset = 'published'", {"line 6", "no level 9", "[8,16]"}},
    {"[[where]]\nis = { hidden = 8 }\nprofile = 'sound'", {"line 7: [[where]]", "is the factor 'profile'"}},
    {"[[where]]\nis = { hidden = 8 }\nlearners = 3",
     {"line 7: [[where]]", "unknown key 'learners'", "learner"}},
    {"[[where]]\nis = { hidden = 8 }\nlearner = 3", {"line 7", "'learner' must be a table"}},
    {"[[where]]\nis = { hidden = 8 }\n[where.learner]\nlearning_rate = 3",
     {"line 8: [[where]]: [learner]", "learning_rate"}},
    {"[[where]]\nis = { hidden = 8 }\n[where.environment_fields]\ncloud_unit = 3",
     {"line 8: [[where]]: [environment_fields]: environment 'offload'", "did you mean 'cloud_units'"}},
    {"[[where]]\nis = { hidden = 8 }\n[where.training]\nworkers = 0",
     {"line 8: [[where]]: [training]", "workers"}},
    {"[[where]]\nis = { hidden = 8 }\npreset = 'publishd'", {"line 7", "did you mean 'published'"}},
    {"[[where]]\nis = { hidden = 8 }\n[where.learner]\nhidden = 4", {"line 8", "is the factor 'hidden'"}},
    {"[[where]]\nis = { hidden = 8 }\nlearner.lr = 1\n[[where]]\nis = { profile = 'sound' }\nlearner.lr = 2",
     {"line 10: [[where]]", "'learner.lr' is also set by study.toml, line 5: [[where]] (hidden = 8)"}},
    {"[[where]]\nis = { hidden = 8 }\ntraining.steps = 100\n[[where]]\nis = { hidden = 8 }\n"
     "training.episodes = 2",
     {"line 10: [[where]]", "is also set"}},
};

INSTANTIATE_TEST_SUITE_P(StudyFile, BadWheres, ::testing::ValuesIn(bad_wheres));

TEST(Where, OneThatSelectsNoCellIsRefused) {
  EXPECT_THAT(
      refusal_of("name = 'x'\ndesign = 'one-at-a-time'\n[factors]\nhidden = [8, 16]\nlr = [1e-4, 1e-3]\n"
                 "[[where]]\nis = { hidden = 16, lr = 1e-3 }\nlearner.gamma = 0.9"),
      AllOf(HasSubstr("line 6: [[where]]"), HasSubstr("no cell of the design has hidden = 16, lr = 0.001")));
}

TEST(Where, TheSameKeyForDifferentCellsIsNoConflict) {
  EXPECT_EQ(
      refusal_of("name = 'x'\n[factors]\nhidden = [8, 16]\n[[where]]\nis = { hidden = 8 }\nlearner.lr = 1\n"
                 "[[where]]\nis = { hidden = 16 }\nlearner.lr = 2"),
      "accepted");
}

TEST(BaseVelocity, GivesTheWorkersTheirVelocities) {
  const auto velocities = [](const std::string& training) {
    const auto plan = plan_of("name = 'x'\n[training]\n" + training);
    EXPECT_TRUE(plan.has_value()) << plan.error().message;
    return plan->cells.front().settings.training.velocities;
  };
  EXPECT_THAT(velocities("workers = 5"), ElementsAre(5, 10, 15, 20, 25));
  EXPECT_THAT(velocities("base_velocity = 5"), ElementsAre(5, 10, 15, 20, 25));
  EXPECT_THAT(velocities("base_velocity = 30"), ElementsAre(30, 35, 40, 45, 50));
  EXPECT_THAT(velocities("base_velocity = 100\nworkers = 3"), ElementsAre(100, 110, 120));
  EXPECT_THAT(velocities("base_velocity = 5.5\nworkers = 4"), ElementsAre(5, 12, 18, 25));
  EXPECT_THAT(velocities("base_velocity = 5\nworkers = 1"), ElementsAre(10));
}

TEST(BaseVelocity, IsRefusedBesideVelocities) {
  EXPECT_THAT(
      refusal_of("name = 'x'\n[training]\nworkers = 2\nvelocities = [5, 6]\nbase_velocity = 30"),
      AllOf(HasSubstr("line 5: [training]"), HasSubstr("'base_velocity' is given and 'velocities' too")));
  EXPECT_THAT(refusal_of("name = 'x'\n[training]\nbase_velocity = -1"), HasSubstr("between 0 and 9980"));
}

TEST(BaseVelocity, CanBeAFactor) {
  const auto plan = plan_of("name = 'x'\n[factors]\nbase_velocity = [5, 100]");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(plan->cells[1].cell.id, "gru+ln,base_velocity=100");
  EXPECT_THAT(plan->cells[1].settings.training.velocities, ElementsAre(100, 105, 110, 115, 120));
}

TEST(Factors, EvaluationKeysAreNamedWithTheirTable) {
  const auto plan = plan_of("name = 'x'\n[factors]\nevaluation.episodes = [10, 20]\nepisodes = [1, 2]");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(plan->cells[0].cell.id, "gru+ln,episodes=1,evaluation.episodes=10");
  EXPECT_EQ(plan->cells[1].settings.evaluation.episodes, 20);
  EXPECT_EQ(plan->cells[1].settings.training.episodes, 1);
}

TEST(Factors, AnUnknownEnvironmentOrProfileAmongTheLevelsIsRefused) {
  EXPECT_THAT(refusal_of("name = 'x'\n[factors]\nenvironment = ['offload', 'ofload']"),
              AllOf(HasSubstr("line 3: [factors]"), HasSubstr("did you mean 'offload'")));
  EXPECT_THAT(refusal_of("name = 'x'\n[factors]\nenvironment = ['offload', 3]"), HasSubstr("must be a text"));
  EXPECT_THAT(
      refusal_of("name = 'x'\n[factors]\nprofile = ['paper', 'papr']"),
      AllOf(HasSubstr("line 3: [factors]"), HasSubstr("environment 'offload'"), HasSubstr("'paper'")));
  EXPECT_THAT(refusal_of("name = 'x'\nenvironment = 'offload'\n[factors]\nenvironment = ['offload']"),
              HasSubstr("is a factor and also set"));
}

TEST(Factors, AKeyCanNotBeAListAndATable) {
  EXPECT_THAT(
      Document::parse("[factors]\nenvironment = ['offload']\n\"environment.slots\" = [1, 2]", "study.toml")
          .error()
          .message,
      AllOf(HasSubstr("line 3"), HasSubstr("can not be a table as well")));
}

TEST(DeclaredClaims, DoNotWeighReturnsOfTwoProfiles) {
  const std::string study =
      "name = 'x'\n[factors]\nprofile = ['paper', 'sound']\nhidden = [8, 16]\n[[claims]]\nid = 'K'\n";
  const std::string contrast =
      "contrast = { \"gru+ln,profile=paper,hidden=8\" = 1, \"gru+ln,profile=sound,hidden=8\" = -1 }\n"
      "direction = 'larger'\n";
  EXPECT_THAT(refusal_of(study + contrast),
              AllOf(HasSubstr("line 5: [[claims]] 'K'"), HasSubstr("no common unit")));
  EXPECT_THAT(refusal_of(study + "effect = 'hidden'\ndirection = 'larger'"), HasSubstr("no common unit"));
  EXPECT_EQ(refusal_of(study + "metric = 'collapse'\n" + contrast), "accepted");
  EXPECT_EQ(refusal_of(study + "contrast = { \"gru+ln,profile=sound,hidden=8\" = 1, "
                               "\"gru+ln,profile=sound,hidden=16\" = -1 }\ndirection = 'larger'"),
            "accepted");
}

TEST(DeclaredClaims, OnTheNoiseFloorNeedOne) {
  const std::string claim = "[[claims]]\nid = 'K'\nnoise_floor = true\ndirection = 'none'\nwithin = 3";
  EXPECT_THAT(refusal_of("name = 'x'\n" + claim), HasSubstr("has no [noise_floor]"));
  EXPECT_EQ(refusal_of("name = 'x'\n[noise_floor]\nreplicate = 'gru+ln'\n" + claim), "accepted");
}

}  // namespace
}  // namespace windhover::study
