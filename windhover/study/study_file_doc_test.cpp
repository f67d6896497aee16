#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/env/registered.hpp"
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
  if (!std::isfinite(field.range.least)) return type_of(field);
  return fmt::format("{}, {} to {}", type_of(field), number_text(field.range.least),
                     number_text(field.range.most));
}

TEST(StudyFileDocument, HasEveryFieldOfTheLearner) {
  const auto text = document();
  const Json defaults = fields::to_json(rl::preset("published").value());
  for (const auto& field : rl::LearnerConfig::fields()) {
    EXPECT_THAT(text, HasSubstr(fmt::format("| `{}` | {} | {} | {} |\n", field.name, range_of(field),
                                            defaults[field.name].dump(), field.description)));
  }
}

/// The part of the document about one environment's fields.
std::string fields_of(const std::string& document, const std::string& environment) {
  const auto begin = document.find("Of the environment `" + environment + "`");
  if (begin == std::string::npos) return {};
  return document.substr(begin, document.find("Of the environment `", begin + 1) - begin);
}

template <class E>
void expect_every_field(const std::string& document) {
  const auto text = fields_of(document, std::string(E::name()));
  for (const auto& field : E::Config::fields()) {
    std::vector<std::string> values;
    std::vector<std::string> named;
    for (const auto& profile : E::profiles()) {
      values.push_back(fields::to_json(profile.config)[field.name].dump());
      named.push_back(profile.name + ": " + values.back());
    }
    const bool one = std::ranges::count(values, values.front()) == std::ssize(values);
    EXPECT_THAT(text, HasSubstr(fmt::format("| `{}` | {} | {} | {} |\n", field.name, range_of(field),
                                            one ? values.front() : fmt::format("{}", fmt::join(named, ", ")),
                                            field.description)));
  }
}

template <class... Environments>
void expect_every_field_of(env::EnvironmentList<Environments...> /*list*/, const std::string& document) {
  (expect_every_field<Environments>(document), ...);
}

TEST(StudyFileDocument, HasEveryFieldOfEveryEnvironment) {
  expect_every_field_of(env::RegisteredEnvironments{}, document());
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
  EXPECT_EQ(plan->cells[1].settings.environment.json()["cloud_units"], 500);
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
