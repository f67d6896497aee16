#include <cmath>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/env/offload_config.hpp"
#include "windhover/study/settings.hpp"
#include "windhover/study/testing.hpp"

/// docs/study-file.md against the code.
namespace windhover::study {
namespace {

using ::testing::HasSubstr;

std::string document() {
  std::ifstream file(WINDHOVER_SOURCE_DIR "/docs/study-file.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

template <class Config>
std::string type_of(const Field<Config>& field) {
  constexpr const char* types[] = {"true or false", "whole number", "number", "text"};
  return types[field.member.index()];
}

template <class Config>
std::string range_of(const Field<Config>& field) {
  if (!field.choices.empty()) return fmt::format("{}: {}", type_of(field), fmt::join(field.choices, ", "));
  if (!std::isfinite(field.minimum)) return type_of(field);
  return fmt::format("{}, {:.12g} to {:.12g}", type_of(field), field.minimum, field.maximum);
}

TEST(StudyFileDocument, HasEveryFieldOfTheLearner) {
  const auto text = document();
  const Json defaults = fields::to_json(rl::preset("published").value());
  for (const auto& field : rl::LearnerConfig::fields()) {
    EXPECT_THAT(text, HasSubstr(fmt::format("| `{}` | {} | {} | {} |\n", field.name, range_of(field),
                                            defaults[field.name].dump(), field.description)));
  }
}

TEST(StudyFileDocument, HasEveryFieldOfTheEnvironment) {
  const auto text = document();
  const auto profiles = env::offload_profiles();
  for (const auto& field : env::OffloadConfig::fields()) {
    std::string defaults = fields::to_json(profiles[0].config)[field.name].dump();
    const std::string other = fields::to_json(profiles[1].config)[field.name].dump();
    if (other != defaults)
      defaults = fmt::format("{}: {}, {}: {}", profiles[0].name, defaults, profiles[1].name, other);
    EXPECT_THAT(text, HasSubstr(fmt::format("| `{}` | {} | {} | {} |\n", field.name, range_of(field),
                                            defaults, field.description)));
  }
}

TEST(StudyFileDocument, HasEveryKeyOfTraining) {
  const auto text = document();
  const auto training = text.substr(text.find("## [training]"));
  for (const auto& key : training_keys()) EXPECT_THAT(training, HasSubstr("| `" + key + "` |"));
}

TEST(StudyFileDocument, HasEveryKeyOfWhere) {
  const auto text = document();
  const auto section = text.substr(text.find("## [[where]]"));
  for (const char* key :
       {"is", "profile", "preset", "learner", "environment_fields", "training", "evaluation"})
    EXPECT_THAT(section, HasSubstr(fmt::format("`{}`", key)));
  const std::string fence = "```toml\n";
  const auto begin = section.find(fence) + fence.size();
  const auto plan =
      testing::plan_of("name = 'x'\n" + section.substr(begin, section.find("```", begin) - begin));
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(plan->cells[1].settings.environment["cloud_units"], 500);
  EXPECT_EQ(plan->cells[1].cell.profile, "sound");
}

TEST(StudyFileDocument, ItsExampleIsAccepted) {
  const auto text = document();
  const std::string fence = "```toml\n";
  const auto begin = text.find(fence) + fence.size();
  const auto plan = testing::plan_of(text.substr(begin, text.find("```", begin) - begin));
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(plan->study.claims.size(), 2U);
  EXPECT_TRUE(plan->study.noise_floor.has_value());
}

}  // namespace
}  // namespace windhover::study
