#include "windhover/study/evaluation_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/study/testing.hpp"

namespace windhover::study {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// What a run of this study leaves in its models' metadata.
nn::Metadata metadata_of(const std::string& text) {
  const auto plan = testing::plan_of("name = 'x'\n" + text);
  EXPECT_TRUE(plan.has_value()) << plan.error().message;
  return {{"config", described::to_json(run_configuration(*plan, runs_of(*plan).front())).dump()}};
}

nn::Metadata sound_model() {
  return metadata_of(R"(
profile = "sound"
seeds = [7]
environment_fields.cloud_units = 200
training.workers = 3
evaluation.velocities = [5, 50]
evaluation.episodes = 6
)");
}

/// The request that options and --set make.
EvaluationRequest request(const std::vector<std::string>& overrides = {}) {
  auto keys = Document::parse("", "the command line");
  EXPECT_TRUE(keys.has_value());
  for (const auto& assignment : overrides) EXPECT_TRUE(keys->override_with(assignment).has_value());
  return {.keys = *keys};
}

struct Answer {
  EvaluationPlan plan;
  std::vector<std::string> sources;
};

Answer answer(const nn::Metadata& metadata, const EvaluationRequest& asked) {
  const auto own = origin_of(metadata, "m.safetensors");
  EXPECT_TRUE(own.has_value()) << own.error().message;
  auto plan = plan_evaluation(asked, *own);
  EXPECT_TRUE(plan.has_value()) << plan.error().message;
  return {*plan, sources_of(*plan, asked, *own)};
}

std::string plan_refusal_of(const nn::Metadata& metadata, const std::vector<std::string>& overrides = {}) {
  const auto own = origin_of(metadata, "m.safetensors");
  if (!own) return own.error().message;
  const auto plan = plan_evaluation(request(overrides), *own);
  return plan ? "accepted" : plan.error().message;
}

/// Of a run of the study itself nothing differs, so that the same episodes come out.
TEST(EvaluationPlan, IsThatOfTheRunThatMadeTheModel) {
  const auto study = testing::plan_of(R"(name = 'x'
profile = "sound"
seeds = [7]
environment_fields.cloud_units = 200
training.workers = 3
evaluation.velocities = [5, 50]
evaluation.episodes = 6
)");
  ASSERT_TRUE(study.has_value());
  const auto expected = evaluation_setup(runs_of(*study).front());
  const auto setup = answer(sound_model(), request()).plan.setup();
  EXPECT_EQ(setup.environment, expected.environment);
  EXPECT_EQ(setup.environment_config, expected.environment_config);
  EXPECT_EQ(setup.seed, expected.seed);
  EXPECT_EQ(setup.conditions, expected.conditions);
  EXPECT_EQ(setup.episodes, expected.episodes);
  EXPECT_EQ(setup.members, expected.members);
  EXPECT_EQ(setup.members, 3);
}

TEST(EvaluationPlan, SaysWhatItTookFromTheModel) {
  EXPECT_THAT(
      answer(sound_model(), request()).sources,
      ElementsAre("m.safetensors: as in its run: environment offload, profile sound with cloud_units = "
                  "200, 3 workers, velocity_kmh 5, 50, 6 episodes, seed 7"));
  EXPECT_THAT(answer({}, request()).sources,
              ElementsAre(AllOf(HasSubstr("m.safetensors says nothing of the run that made it; assumed"),
                                HasSubstr("environment offload, profile paper, 5 workers"),
                                HasSubstr("100 episodes, seed 42"))));
}

TEST(EvaluationPlan, AnnouncesEveryChange) {
  auto asked = request({"environment_fields.cloud_units=300", "training.workers=3"});
  asked.keys.assign("evaluation.velocities", Json::array({5.0}), "--velocities");
  asked.seed = 8;
  const auto [plan, sources] = answer(sound_model(), asked);
  EXPECT_EQ(plan.environment.json()["cloud_units"], 300);
  EXPECT_EQ(plan.seed, 8U);
  EXPECT_EQ(plan.workers, 3) << "which is no change";
  EXPECT_THAT(sources,
              ElementsAre(HasSubstr("as in its run, but for the changes below: "),
                          "--set environment_fields.cloud_units=300: the model's own is 200",
                          "--velocities 5: the model's own are 5, 50", "--seed 8: the model's own is 7"));
}

TEST(EvaluationPlan, AnotherProfileLeavesOutTheFieldsOfTheModel) {
  const auto [plan, sources] = answer(sound_model(), request({"profile=paper"}));
  EXPECT_EQ(plan.environment, *plan.basis.environment->configure("paper", Json::object()));
  EXPECT_EQ(plan.workers, 3);
  EXPECT_THAT(plan.evaluation.velocities, ElementsAre(5, 50));
  EXPECT_THAT(sources.back(), AllOf(HasSubstr("--set profile=paper: the model's own is sound"),
                                    HasSubstr("left out with it: the model's environment_fields")));
  EXPECT_EQ(answer(sound_model(), request({"profile=sound"})).plan.environment.json()["cloud_units"], 200);
}

TEST(EvaluationPlan, AnotherEnvironmentLeavesOutWhatIsOfTheFirst) {
  const auto [plan, sources] = answer(sound_model(), request({"environment=t-maze"}));
  EXPECT_EQ(plan.basis.profile, "short");
  EXPECT_THAT(plan.evaluation.velocities, ElementsAre(0));
  EXPECT_EQ(plan.evaluation.episodes, 6);
  EXPECT_THAT(sources.back(), AllOf(HasSubstr("the model's own is offload"),
                                    HasSubstr("profile, evaluation.velocities, environment_fields")));
}

TEST(EvaluationPlan, ATableTakesThePlaceOfTheModelsOwn) {
  const auto [plan, sources] = answer(sound_model(), request({"environment_fields={slots=10}"}));
  EXPECT_EQ(plan.environment.json()["slots"], 10);
  EXPECT_EQ(plan.environment.json()["cloud_units"], 1000) << "as the profile has it";
}

/// A model of a version that did not have the field yet.
TEST(EvaluationPlan, WhatTheModelDoesNotSayIsNamed) {
  auto metadata = sound_model();
  auto config = Json::parse(metadata["config"]);
  config["environment_fields"].erase("slots");
  config.erase("evaluation");
  metadata["config"] = config.dump();
  const auto [plan, sources] = answer(metadata, request());
  EXPECT_EQ(plan.environment.json()["slots"], 20);
  EXPECT_EQ(plan.environment.json()["cloud_units"], 200);
  EXPECT_EQ(sources.back(),
            "it says nothing of evaluation.velocities, evaluation.episodes, environment_fields.slots: as by "
            "default");
}

TEST(EvaluationPlan, KeysAreThoseOfAStudyWithItsHints) {
  EXPECT_EQ(plan_refusal_of({}, {"cloud_units=5"}), testing::refusal_of("name = 'x'", {"cloud_units=5"}));
  EXPECT_EQ(plan_refusal_of({}, {"environment_fields.cloud_unit=5"}),
            testing::refusal_of("name = 'x'", {"environment_fields.cloud_unit=5"}));
  EXPECT_EQ(plan_refusal_of({}, {"environment_fields.cloud_units=-5"}),
            testing::refusal_of("name = 'x'", {"environment_fields.cloud_units=-5"}));
  EXPECT_EQ(plan_refusal_of({}, {"training.wrokers=5"}),
            testing::refusal_of("name = 'x'", {"training.wrokers=5"}));
  EXPECT_THAT(plan_refusal_of({}, {"learner.lr=1e-3"}),
              HasSubstr("'learner.lr' plays no part in an evaluation"));
  EXPECT_THAT(plan_refusal_of({}, {"seeds=[1]"}), HasSubstr("the seed is given by --seed"));
}

TEST(EvaluationPlan, MetadataThatIsNoneOfOursIsRefusedWithTheFile) {
  const std::pair<const char*, const char*> all[] = {
      {"{", "the metadata's 'config'"},
      {"[1]", "is not an object"},
      {R"({"environment":"moon"})", "unknown environment 'moon'"},
      {R"({"environment":5})", "must be a text"},
      {R"({"training":{"workers":0}})", "'workers' is 0"},
      {R"({"evaluation":{"velocities":[-1]}})", "'velocities' must hold"},
      {R"({"environment_fields":{"cloud_units":"many"}})", "'cloud_units' must be"},
      {R"({"environment_fields":{"moons":1}})", "unknown key 'moons'"},
      {R"({"seed":-1})", "'seed'"}};
  for (const auto& [config, reason] : all)
    EXPECT_THAT(plan_refusal_of({{"config", config}}), AllOf(HasSubstr("m.safetensors"), HasSubstr(reason)))
        << config;
}

}  // namespace
}  // namespace windhover::study
