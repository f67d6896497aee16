#include "windhover/golden/cart_pole_trace.hpp"

#include <gtest/gtest.h>

#include "windhover/golden/testing.hpp"

namespace windhover::golden {
namespace {

Json recorded() { return testing::load("cart_pole.json"); }

TEST(CartPoleTrace, EveryRecordedStepIsMet) {
  const auto errors = replay_cart_pole(recorded());
  ASSERT_TRUE(errors.has_value()) << errors.error().message;
  EXPECT_EQ(errors->episodes, 4);
  EXPECT_GE(errors->steps, 800);
  EXPECT_LE(errors->state, cart_pole_tolerance) << errors->worst;
  EXPECT_EQ(errors->flags, 0);
}

TEST(CartPoleTrace, DifferencesFromTheRecordAreNamed) {
  Json file = recorded();
  Json& value = file["episodes"][1]["states"][5][2];
  value = value.get<double>() + 1e-3;
  const auto moved = replay_cart_pole(file);
  ASSERT_TRUE(moved.has_value());
  EXPECT_GT(moved->largest(), cart_pole_tolerance);
  EXPECT_NE(moved->worst.find("episode 1, step"), std::string::npos) << moved->worst;
  file = recorded();
  file["episodes"][3]["ended"] = "terminated";
  EXPECT_EQ(replay_cart_pole(file)->largest(), 1);
}

TEST(CartPoleTrace, MalformedRecordsAreRefused) {
  const auto refused = [](auto change) {
    Json file = recorded();
    change(file);
    return !replay_cart_pole(file).has_value();
  };
  EXPECT_TRUE(refused([](Json& file) { file["kind"] = "other"; }));
  EXPECT_TRUE(refused([](Json& file) { file.erase("episodes"); }));
  EXPECT_TRUE(refused([](Json& file) { file["episodes"][0]["actions"].erase(0); }));
  EXPECT_TRUE(refused([](Json& file) { file["episodes"][0]["actions"][0] = 2; }));
  EXPECT_TRUE(refused([](Json& file) { file["episodes"][0]["states"][0][0] = 3.0; }));
  EXPECT_TRUE(refused([](Json& file) { file["episodes"][0]["initial"] = {1, 2}; }));
  EXPECT_TRUE(refused([](Json& file) { file["episodes"][0]["ended"] = "soon"; }));
}

}  // namespace
}  // namespace windhover::golden
