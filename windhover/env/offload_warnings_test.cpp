#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/env/offload.hpp"
#include "windhover/env/registry.hpp"
#include "windhover/env/testing/profiles.hpp"

namespace windhover::env {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::vector<std::string> warnings(const OffloadConfig& config, const std::vector<double>& velocities) {
  return OffloadEnv::condition_warnings(config, velocities);
}

TEST(OffloadWarnings, OfThePublishedVelocities) {
  const auto tested = OffloadEnv::test_conditions();
  EXPECT_THAT(
      warnings(testing::paper(), tested),
      ElementsAre(AllOf(StartsWith("At 50, 75 km/h "), HasSubstr("more often than by chance"),
                        HasSubstr("42.5 km/h")),
                  AllOf(StartsWith("At 100 km/h "), HasSubstr("every other slot"), HasSubstr("94.3 km/h")),
                  AllOf(StartsWith("At 5, 10, 15, 20, 25 km/h "), HasSubstr("from 30 to 100 km/h"))));
  EXPECT_THAT(warnings(testing::sound(), tested),
              ElementsAre(AllOf(StartsWith("At 25, 30, 50, 75, 100 km/h "), HasSubstr("drawn by itself"),
                                HasSubstr("22.0 km/h"))));
}

TEST(OffloadWarnings, NoneWhereVelocityMatters) {
  EXPECT_THAT(warnings(testing::paper(), {30, 42}), IsEmpty());
  EXPECT_THAT(warnings(testing::sound(), {0, 5, 20, 21.9}), IsEmpty());
}

TEST(OffloadWarnings, BeyondTheContext) {
  OffloadConfig config = testing::sound();
  config.slot_us = 10;
  EXPECT_THAT(warnings(config, {100, 120}), IsEmpty());
  EXPECT_THAT(warnings(config, {100, 120, 121, 150}),
              ElementsAre(StartsWith("At 121, 150 km/h the velocity")));
}

/// The registry's entry says the same under an effective configuration; other environments say nothing.
TEST(OffloadWarnings, AreInTheRegistry) {
  const auto& offload = **find("offload");
  const auto config = offload.configure("sound", Json::object()).value();
  EXPECT_EQ(offload.condition_warnings(config, std::vector{5.0, 50.0}), warnings(testing::sound(), {5, 50}));
  EXPECT_FALSE((*find("t-maze"))->condition_warnings);
}

}  // namespace
}  // namespace windhover::env
