#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/study/testing.hpp"

namespace windhover::study {
namespace {

using ::testing::AllOf;
using testing::expect_refused;
using ::testing::HasSubstr;
using testing::plan_of;
using testing::refusal_of;
using testing::RefusedStudy;

TEST(StudyFile, EveryKeyButTheNameIsOptional) {
  const auto plan = plan_of("name = 'plain'");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(plan->study.seeds, (std::vector<std::uint64_t>{42, 123, 456, 789, 1024}));
  EXPECT_EQ(plan->study.arms, (std::vector<std::string>{"a3c", "individual"}));
  const Settings& settings = plan->cells.front().settings;
  EXPECT_EQ(settings.training.workers, 5);
  EXPECT_EQ(settings.training.episodes, 2000);
  EXPECT_EQ(settings.training.velocities, (std::vector<double>{5, 10, 15, 20, 25}));
  EXPECT_EQ(settings.evaluation.velocities, (std::vector<double>{5, 10, 15, 20, 25, 30, 50, 75, 100}));
  EXPECT_EQ(settings.evaluation.episodes, 100);
  EXPECT_EQ(settings.learner.hidden, 128);
}

TEST(StudyFile, EveryShippedStudyIsAccepted) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(WINDHOVER_SOURCE_DIR "/studies")) {
    if (entry.path().extension() != ".toml") continue;
    const auto document = Document::read(entry.path());
    ASSERT_TRUE(document.has_value()) << document.error().message;
    const auto plan = make_plan(*document, false);
    EXPECT_TRUE(plan.has_value()) << plan.error().message;
    ++count;
  }
  EXPECT_GT(count, 0);
}

TEST(StudyFile, MissingEmptyAndTruncatedFilesAreRefused) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "study.toml";
  EXPECT_THAT(Document::read(path).error().message, HasSubstr("No such file"));
  std::ofstream(path) << " \n\n";
  EXPECT_THAT(Document::read(path).error().message, HasSubstr("the file is empty"));
  std::ofstream(path) << "name = 'x'\nseeds = [1, 2";
  EXPECT_THAT(Document::read(path).error().message, AllOf(HasSubstr("line 2"), HasSubstr("not TOML")));
  EXPECT_THAT(Document::read(folder.path()).error().message, HasSubstr("not a file"));
}

class BadStudies : public ::testing::TestWithParam<RefusedStudy> {};

TEST_P(BadStudies, AreRefusedWithPlaceAndReason) { expect_refused(GetParam()); }

const RefusedStudy bad_studies[] = {
    {"this is not toml", {"study.toml, line 2", "not TOML"}},
    {"{\"name\": 3}", {"line 2", "not TOML"}},
    {"name = 'twice'", {"not TOML"}},
    {"seeds = 42", {"line 2", "'seeds' must be a list"}},
    {"seeds = []", {"line 2", "'seeds' is empty"}},
    {"seeds = [1, 2, 1]", {"line 2", "'seeds' holds 1 twice"}},
    {"seeds = [-1]", {"whole numbers from 0 on", "-1"}},
    {"seeds = [1.5]", {"whole numbers", "1.5"}},
    {"seeds = ['a']", {"whole numbers", "\"a\""}},
    {"seeds = [0xFFFFFFFFFFFFFFFF]", {"line 2"}},
    {"arms = []", {"'arms' is empty"}},
    {"arms = ['a3c', 'a3c']", {"'a3c' twice"}},
    {"arms = ['a3d']", {"'arms' is \"a3d\"", "did you mean 'a3c'"}},
    {"seed = [1]", {"line 2", "unknown key 'seed'", "did you mean 'seeds'"}},
    {"[trainng]\nworkers = 2", {"line 2", "unknown key 'trainng'", "did you mean 'training'"}},
    {"[training]\nworkrs = 2", {"line 3: [training]", "unknown key 'workrs'", "did you mean 'workers'"}},
    {"[learner]\nhiden = 2", {"line 3: [learner]", "unknown key 'hiden'", "did you mean 'hidden'"}},
    {"[environment_fields]\ncloud_unit = 2", {"line 3: [environment_fields]", "did you mean 'cloud_units'"}},
    {"[factors]\nhiden = [2]",
     {"line 3: [factors]", "'hiden' is no configuration key", "did you mean 'hidden'"}},
    {"training = 3", {"'training' must be a table"}},
    {"learner = 3", {"'learner' must be a table"}},
    {"factors = 3", {"'factors' must be a table"}},
    {"environment_fields = 3", {"'environment_fields' must be a table"}},
    {"[training]\nworkers = 0", {"line 3: [training]", "'workers' is 0", "between 1 and"}},
    {"[training]\nworkers = 2.5", {"'workers' must be a whole number"}},
    {"[training]\nworkers = 'two'", {"'workers' must be a whole number", "\"two\""}},
    {"[training]\nepisodes = 0", {"'episodes' is 0"}},
    {"[training]\nsteps = -5", {"'steps' is -5"}},
    {"[training]\nsteps = 500\nepisodes = 5", {"budget is one of the two"}},
    {"[training]\nworkers = 2\nvelocities = [5, -1]", {"line 4", "'velocities'", "-1"}},
    {"[training]\nworkers = 3\nvelocities = [5, 10]", {"has 2 for 3 workers", "leave the key out"}},
    {"[evaluation]\nvelocities = [-5]", {"line 3: [evaluation]", "'velocities'", "-5"}},
    {"[evaluation]\nvelocities = [nan]", {"'velocities' must hold numbers"}},
    {"[evaluation]\nvelocities = [5, 5.0]", {"holds 5 twice"}},
    {"[evaluation]\nvelocities = []", {"'velocities' is empty"}},
    {"[evaluation]\nepisodes = 0", {"'episodes' is 0"}},
    {"[learner]\nhidden = 0", {"line 3: [learner]", "'hidden' is 0"}},
    {"[learner]\nhidden = true", {"'hidden' must be a whole number"}},
    {"[learner]\nlr = 'fast'", {"'lr' must be a number"}},
    {"[learner]\nlr = inf", {"'lr'"}},
    {"[learner]\nschedule = 'magic'", {"'schedule' is \"magic\"", "logical, threads"}},
    {"[environment_fields]\ncloud_units = -4", {"line 3: [environment_fields]", "'cloud_units' is -4"}},
    {"environment = 'ofload'", {"line 2", "did you mean 'offload'"}},
    {"profile = 'papr'", {"'profile' is \"papr\"", "did you mean 'paper'"}},
    {"preset = 'publishd'", {"'preset' is \"publishd\"", "did you mean 'published'"}},
    {"design = 'fractional'", {"'design' is \"fractional\"", "factorial"}},
    {"profile = 3", {"'profile' must be a text in quotes"}},
    {"[factors]\nhidden = []", {"'hidden' must be a list with at least one level"}},
    {"[factors]\nhidden = 64", {"'hidden' must be a list with at least one level"}},
    {"[factors]\nhidden = [64, 64]", {"the level 64 twice", "changes nothing"}},
    {"[factors]\nhidden = [64, 0]", {"line 3: [factors]", "'hidden' is 0"}},
    {"[factors]\nhidden = [64, 'big']", {"line 3: [factors]", "'hidden' must be a whole number"}},
    {"[factors]\nhidden = [64]\n'learner.hidden' = [128]", {"the same key as factor 'hidden'"}},
    {"[factors]\nhidden = [64]\n[learner]\nhidden = 32", {"is a factor and also set as 'learner.hidden'"}},
    {"[factors]\nworkers = [2, 0]", {"'workers' is 0"}},
    {"analysis = 3", {"'analysis' must be a table"}},
    {"[analysis]\nfamily = []", {"line 3: [analysis]", "'family' is empty"}},
    {"[analysis]\nfamily = ['means']", {"line 3: [analysis]", "\"means\"", "did you mean 'mean'"}},
    {"[analysis]\nfamly = ['mean']", {"line 3: [analysis]", "unknown key 'famly'", "did you mean 'family'"}},
    {"when = 1979-05-27", {"line 2", "dates and times"}},
};

INSTANTIATE_TEST_SUITE_P(StudyFile, BadStudies, ::testing::ValuesIn(bad_studies));

TEST(StudyFile, TheNameIsRequired) {
  EXPECT_THAT(refusal_of("seeds = [1]"), HasSubstr("'name' is missing"));
  EXPECT_THAT(refusal_of("name = ''"), HasSubstr("'name' is empty"));
  EXPECT_THAT(refusal_of("name = 7"), HasSubstr("'name' must be a text"));
}

TEST(StudyFile, EveryRefusalIsAUsageError) {
  EXPECT_EQ(plan_of("name = 'x'\nseeds = []").error().kind, ErrorKind::usage);
  EXPECT_EQ(plan_of("name").error().kind, ErrorKind::usage);
}

TEST(StudyFile, OverridesTakeTomlValues) {
  const auto plan = plan_of("name = 'x'\n[training]\nsteps = 700",
                            {"training.episodes=50", "seeds = [1, 2]", "profile=sound", "learner.lr=1e-3",
                             "factors.hidden=[64,128]"});
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(plan->study.seeds, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(plan->cells[0].basis.profile, "sound");
  ASSERT_EQ(plan->cells.size(), 2U);
  EXPECT_EQ(plan->cells[1].settings.training.episodes, 50);
  EXPECT_EQ(plan->cells[1].settings.training.steps, 0U);
  EXPECT_DOUBLE_EQ(plan->cells[1].settings.learner.lr, 1e-3);
}

TEST(StudyFile, LevelsGivenAsAnOverrideTakeThePlaceOfTheFilesValue) {
  const std::string text = "name = 'x'\n[training]\nworkers = 2\nepisodes = 7\n[learner]\nhidden = 8";
  const auto plan =
      plan_of(text, {"factors.workers=[2, 3]", "factors.hidden=[16, 32]", "factors.steps=[300]"});
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  ASSERT_EQ(plan->cells.size(), 4U);
  EXPECT_EQ(plan->cells[3].settings.learner.hidden, 32);
  EXPECT_EQ(plan->cells[3].settings.training.workers, 3);
  EXPECT_EQ(plan->cells[3].settings.training.steps, 300U);
  EXPECT_FALSE(plan->study.config["learner"].contains("hidden"));
  EXPECT_THAT(refusal_of(text, {"factors.hidden=[16, 32]", "learner.hidden=4"}),
              HasSubstr("is a factor and also set as 'learner.hidden'"));
  EXPECT_EQ(plan_of(text, {"factors={hidden=[16, 32]}"})->cells.size(), 2U);
}

TEST(StudyFile, TheLargestSeedIsTomls) {
  EXPECT_TRUE(plan_of("name = 'x'\nseeds = [9223372036854775807]").has_value());
  for (const char* seed : {"9223372036854775808", "18446744073709551615", "0x8000000000000000"}) {
    EXPECT_THAT(refusal_of(std::string("name = 'x'\nseeds = [") + seed + "]"), HasSubstr("line 2")) << seed;
    EXPECT_THAT(refusal_of("name = 'x'", {std::string("seeds=[") + seed + "]"}), HasSubstr("--set")) << seed;
  }
  auto document = Document::parse("name = 'x'", "study.toml").value();
  document.assign("seeds", Json::array({std::uint64_t{1} << 63}), "--seed");
  const auto refused = make_plan(document, false);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
  EXPECT_THAT(refused.error().message,
              AllOf(HasSubstr("--seed"), HasSubstr("9223372036854775807 is the largest")));
}

TEST(StudyFile, BadOverridesAreRefused) {
  EXPECT_THAT(refusal_of("name = 'x'", {"training.workers"}), HasSubstr("expected KEY=VALUE"));
  EXPECT_THAT(refusal_of("name = 'x'", {"=3"}), HasSubstr("expected KEY=VALUE"));
  EXPECT_THAT(refusal_of("name = 'x'", {"training..workers=3"}), HasSubstr("expected KEY=VALUE"));
  EXPECT_THAT(refusal_of("name = 'x'", {"seeds=[1"}), HasSubstr("not a TOML value"));
  EXPECT_THAT(refusal_of("name = 'x'", {"seeds="}), HasSubstr("not a TOML value"));
  EXPECT_THAT(refusal_of("name = 'x'", {"training.workers=0"}),
              AllOf(HasSubstr("--set training.workers=0"), HasSubstr("'workers' is 0")));
  EXPECT_THAT(refusal_of("name = 'x'", {"trainig.workers=2"}), HasSubstr("unknown key 'trainig'"));
}

}  // namespace
}  // namespace windhover::study
