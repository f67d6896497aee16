#include <cmath>
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
    {"[evaluation]\nvelocities = [nan]", {"'velocities' must hold numbers between 0 and 10000", "holds nan"}},
    {"[evaluation]\nvelocities = [5, inf]", {"between 0 and 10000", "holds inf"}},
    {"[evaluation]\nvelocities = [1e-50]",
     {"line 3: [evaluation]", "at least 1.1754944e-38 if not 0", "1e-50"}},
    {"[evaluation]\nvelocities = [5, 5.0]", {"holds 5 twice"}},
    {"[evaluation]\nvelocities = [0, 5, -0.0]", {"holds 0 twice"}},
    {"[evaluation]\nvelocities = [5, 5.0000001]", {"holds 5 and 5.0000001", "single precision"}},
    {"environment = 'cartpole'\n[evaluation]\nvelocities = [5, 50]",
     {"study.toml, line 4: [evaluation]: 'velocities' holds 5", "'cartpole' has no condition to vary"}},
    {"environment = 'cartpole'\n[training]\nworkers = 2\nvelocities = [0, 50]",
     {"study.toml, line 5: [training]: 'velocities' holds 50", "'cartpole' has no condition to vary"}},
    {"environment = 'cartpole'\n[factors]\n'evaluation.velocities' = [[0], [5]]",
     {"study.toml, line 4: [factors]", "'velocities' holds 5", "'cartpole' has no condition to vary"}},
    {"environment = 'cartpole'\n[training]\nbase_velocity = 5", {"line 4: [training]", "has no velocities"}},
    {"[factors]\nenvironment = ['offload', 'cartpole']\n[evaluation]\nvelocities = [5]",
     {"study.toml, line 5: [evaluation]: 'velocities' holds 5", "'cartpole' has no condition to vary"}},
    {"[evaluation]\nvelocities = []", {"'velocities' is empty"}},
    {"[evaluation]\nepisodes = 0", {"'episodes' is 0"}},
    {"[learner]\nhidden = 0", {"line 3: [learner]", "'hidden' is 0"}},
    {"[learner]\nhidden = true", {"'hidden' must be a whole number"}},
    {"[learner]\nlr = 'fast'", {"'lr' must be a number"}},
    {"[learner]\nlr = inf", {"line 3: [learner]", "'lr' is inf", "between 0 and 1000"}},
    {"[learner]\nlr = nan", {"line 3: [learner]", "'lr' is nan", "between 0 and 1000"}},
    {"[learner]\nlr = 1e-50", {"line 3: [learner]", "'lr' is 1e-50", "at least 1.1754944e-38 if not 0"}},
    {"[learner]\nlr = 1e-40", {"'lr' is 1e-40", "at least 1.1754944e-38 if not 0"}},
    {"[learner]\nadam_beta1 = 0.999999999",
     {"line 3: [learner]", "'adam_beta1' is 0.999999999", "between 0 and 0.99999994"}},
    {"[learner]\nadam_beta2 = 0.99999999", {"'adam_beta2' is 0.99999999", "between 0 and 0.99999994"}},
    {"[factors]\nadam_beta1 = [0.9, 0.999999999]", {"line 3: [factors]", "between 0 and 0.99999994"}},
    {"[factors]\nentropy_coef = [0, 1e-45]", {"line 3: [factors]", "at least 1.1754944e-38 if not 0"}},
    {"[factors]\nhidden = [8, 16]\n[[where]]\nis = { hidden = 8 }\nlearner.adam_beta2 = 0.9999999999",
     {"line 6: [[where]]: [learner]", "between 0 and 0.99999994"}},
    {"[learner]\nhidden = nan", {"'hidden' must be a whole number between 1 and 4096", "is nan"}},
    {"[learner]\nschedule = inf", {"'schedule' must be a text in quotes", "is inf"}},
    {"[learner]\nrecurrent = nan", {"'recurrent' must be true or false", "is nan"}},
    {"[factors]\nlr = [nan, 1]", {"line 3: [factors]", "'lr' is nan", "between 0 and 1000"}},
    {"[factors]\nhidden = nan", {"'hidden' must be a list", "is nan"}},
    {"[factors]\nenvironment = [inf]", {"'environment' must be a text in quotes", "is inf"}},
    {"[environment_fields]\nreward_scale = 1e-60",
     {"line 3: [environment_fields]", "'reward_scale' is 1e-60", "at least 1.1754944e-38 if not 0"}},
    {"[environment_fields]\nslots = -inf", {"'slots' must be a whole number between 1 and 64", "is -inf"}},
    {"[training]\nworkers = nan", {"'workers' must be a whole number between 1 and 65535", "is nan"}},
    {"[training]\nsteps = inf", {"'steps' must be a whole number between 1 and", "is inf"}},
    {"[training]\nvelocities = [nan]", {"'velocities' must hold numbers between 0 and 10000", "holds nan"}},
    {"[training]\nbase_velocity = nan", {"'base_velocity' must be a number between 0 and 9980", "is nan"}},
    {"[training]\nbase_velocity = 1e-50", {"'base_velocity'", "at least 1.1754944e-38 if not 0"}},
    {"[evaluation]\nepisodes = nan", {"'episodes' must be a whole number between 1 and", "is nan"}},
    {"seeds = [nan]", {"whole numbers from 0 on", "holds nan"}},
    {"seeds = inf", {"'seeds' must be a list", "is inf"}},
    {"arms = [nan]", {"texts in quotes", "holds nan"}},
    {"profile = inf", {"'profile' must be a text in quotes", "is inf"}},
    {"training = nan", {"'training' must be a table", "is nan"}},
    {"learner = nan", {"'learner' must be a table", "is nan"}},
    {"factors = nan", {"'factors' must be a table", "is nan"}},
    {"claims = nan", {"'claims' must be a list of tables", "is nan"}},
    {"where = nan", {"'where' must be a list of tables", "is nan"}},
    {"[[where]]\nis = nan", {"'is' must be a table", "is nan"}},
    {"[factors]\nhidden = [8]\n[[where]]\nis = { hidden = nan }\nprofile = 'sound'", {"no level nan"}},
    {"[noise_floor]\nreplicate = 'gru+ln'\nseeds = [inf]", {"whole numbers from 0 on", "holds inf"}},
    {"lr = 0.1", {"line 2", "unknown key 'lr'", "did you mean 'learner.lr'"}},
    {"episodes = 5", {"did you mean 'training.episodes' or 'evaluation.episodes'"}},
    {"family = ['mean']", {"did you mean 'analysis.family'"}},
    {"[training]\nlr = 0.1", {"line 3: [training]", "unknown key 'lr'", "did you mean 'learner.lr'"}},
    {"[learner]\nepisodes = 5",
     {"line 3: [learner]", "unknown key 'episodes'", "'training.episodes' or 'evaluation.episodes'"}},
    {"[learner]\nseeds = [1]", {"line 3: [learner]", "unknown key 'seeds'", "at the top of the file"}},
    {"[environment_fields]\nhidden = 8",
     {"line 3: [environment_fields]", "'offload'", "did you mean 'learner.hidden'"}},
    {"[evaluation]\nworkers = 8", {"line 3: [evaluation]", "did you mean 'training.workers'"}},
    {"cloud_units = 8", {"did you mean 'environment_fields.cloud_units'"}},
    {"environment = 'cartpole'\n[environment_fields]\ncloud_units = 8",
     {"line 4: [environment_fields]", "'cartpole'", "unknown key 'cloud_units'"}},
    {"[factors]\nhidden = [8, 16]\n[[where]]\nis = { hidden = 8 }\nlr = 0.1",
     {"line 6: [[where]]", "unknown key 'lr'", "did you mean 'learner.lr'"}},
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

TEST(StudyFile, TheSignOfAZeroIsNoSetting) {
  const auto plain = plan_of("name = 'x'\n[evaluation]\nvelocities = [0, 5]\n[factors]\ngamma = [0.0, 0.9]");
  const auto with_sign =
      plan_of("name = 'x'\n[factors]\ngamma = [-0.0, 0.9]", {"evaluation.velocities=[-0.0, 5]"});
  ASSERT_TRUE(plain.has_value() && with_sign.has_value());
  EXPECT_EQ(with_sign->study.config.dump(), plain->study.config.dump());
  EXPECT_EQ(with_sign->cells[0].cell.id, plain->cells[0].cell.id);
  EXPECT_FALSE(std::signbit(with_sign->cells[0].settings.evaluation.velocities[0]));
}

TEST(StudyFile, OverridesSayWhereAKeyStands) {
  EXPECT_THAT(refusal_of("name = 'x'", {"lr=0.1"}),
              AllOf(HasSubstr("--set lr=0.1"), HasSubstr("did you mean 'learner.lr'?")));
  EXPECT_THAT(refusal_of("name = 'x'", {"adam_beta1=0.999999999"}), HasSubstr("'learner.adam_beta1'"));
  EXPECT_THAT(
      refusal_of("name = 'x'", {"learner.adam_beta1=0.999999999"}),
      AllOf(HasSubstr("--set learner.adam_beta1=0.999999999"), HasSubstr("between 0 and 0.99999994")));
  EXPECT_EQ(refusal_of("name = 'x'", {"learner.adam_beta1=0.99999994", "learner.lr=1.1754944e-38"}),
            "accepted");
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
