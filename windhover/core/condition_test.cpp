#include "windhover/core/condition.hpp"

#include <gtest/gtest.h>

namespace windhover {
namespace {

TEST(Condition, IsWrittenWithItsUnit) {
  const Condition velocity{.name = "velocity_kmh", .label = "velocity", .unit = "km/h"};
  EXPECT_EQ(velocity.text(), "velocity, km/h");
  EXPECT_EQ(velocity.value_text(5), "5 km/h");
  const Condition bonus{.name = "bonus", .label = "bonus"};
  EXPECT_EQ(bonus.text(), "bonus");
  EXPECT_EQ(bonus.value_text(0.5), "0.5");
}

}  // namespace
}  // namespace windhover
