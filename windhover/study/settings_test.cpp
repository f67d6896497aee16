#include "windhover/study/settings.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/env/registered.hpp"
#include "windhover/rl/config.hpp"

/// Every setting, of the learner and of every environment, in the type in which it is used.
namespace windhover::study {
namespace {

using ::testing::HasSubstr;

/// Numbers at and about the places where single precision differs from double.
std::vector<double> delicate_numbers(const NumberRange& range) {
  std::vector<double> numbers = {0, 5e-324, 1e-50, 1e-45, 1e-40, 1e-38, smallest_above_zero, 1e-30, 1e-8};
  for (double distance = 1e-17; distance < 1; distance *= 10) numbers.push_back(1 - distance);
  for (const double bound : {range.least, range.most}) {
    numbers.push_back(bound);
    numbers.push_back(std::nextafter(bound, -std::numeric_limits<double>::infinity()));
    numbers.push_back(std::nextafter(bound, std::numeric_limits<double>::infinity()));
  }
  return numbers;
}

/// What is accepted is still itself, or next to it, as the learner has it.
template <class Config>
void expect_kept(const Field<Config>& field) {
  for (const double number : delicate_numbers(field.range)) {
    Config config;
    if (!fields::set(config, field.name, number)) continue;
    const auto used = static_cast<float>(number);
    EXPECT_TRUE(std::isfinite(used)) << field.name << " " << number;
    EXPECT_LE(std::abs(static_cast<double>(used) - number), 1e-7 * std::abs(number))
        << field.name << " " << number;
  }
}

template <class Config>
void expect_sound_fields() {
  for (const auto& field : Config::fields()) {
    SCOPED_TRACE(field.name);
    if (std::holds_alternative<double Config::*>(field.member)) {
      EXPECT_TRUE(std::isfinite(field.range.least) && std::isfinite(field.range.most));
      expect_kept(field);
    }
    if (std::holds_alternative<int Config::*>(field.member)) {
      EXPECT_GE(field.range.least, std::numeric_limits<int>::min());
      EXPECT_LE(field.range.most, std::numeric_limits<int>::max());
    }
  }
}

template <class... Environments>
void expect_sound_fields_of(env::EnvironmentList<Environments...> /*list*/) {
  (expect_sound_fields<typename Environments::Config>(), ...);
}

TEST(Settings, AreKeptBySinglePrecisionOrRefused) {
  expect_sound_fields<rl::LearnerConfig>();
  expect_sound_fields_of(env::RegisteredEnvironments{});
}

/// A decay of 1 forgets nothing and learns nothing.
TEST(Settings, NoDecayOfAdamIsOneWhereItIsUsed) {
  for (const std::string name : {"adam_beta1", "adam_beta2"}) {
    for (double distance = 1e-17; distance < 1; distance *= 1.5) {
      rl::LearnerConfig config;
      const auto set = fields::set(config, name, 1 - distance);
      if (set) {
        EXPECT_LT(static_cast<float>(1 - distance), 1.0F) << name << " 1 - " << distance;
      } else {
        EXPECT_THAT(set.error().message, HasSubstr("between 0 and 0.99999994"));
      }
    }
    rl::LearnerConfig config;
    EXPECT_TRUE(fields::set(config, name, 0.99999994).has_value()) << "what the message says would be right";
  }
}

}  // namespace
}  // namespace windhover::study
