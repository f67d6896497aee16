#include "windhover/golden/updates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/golden/testing.hpp"

namespace windhover::golden {
namespace {

using testing::load;

class Update : public ::testing::TestWithParam<const char*> {};

TEST_P(Update, MeetsTheRecordedNumbers) {
  const auto errors = check_update(load(GetParam()));
  ASSERT_TRUE(errors.has_value()) << errors.error().message;
  EXPECT_LE(errors->in_double, double_tolerance) << errors->worst_in_double;
  EXPECT_LE(errors->in_float, float_tolerance) << errors->worst_in_float;
}

INSTANTIATE_TEST_SUITE_P(Golden, Update,
                         ::testing::Values("update_mlp_plain_h8.json", "update_mlp_ln_h8.json",
                                           "update_gru_plain_h8.json", "update_gru_ln_h8.json"));

TEST(Async, MeetsTheRecordedNumbers) {
  const auto errors = check_async(load("async_gru_ln_h8.json"));
  ASSERT_TRUE(errors.has_value()) << errors.error().message;
  EXPECT_LE(errors->in_double, double_tolerance) << errors->worst_in_double;
  EXPECT_LE(errors->in_float, float_tolerance) << errors->worst_in_float;
}

TEST(Golden, ATouchedNumberIsFound) {
  Json file = load("update_gru_ln_h8.json");
  auto& value = file["updates"][2]["parameters_after"]["gru.weight_hh"]["data"][7];
  value = value.get<double>() + 1e-6;
  const auto errors = check_update(file);
  ASSERT_TRUE(errors.has_value());
  EXPECT_GT(errors->in_double, double_tolerance);
  EXPECT_EQ(errors->worst_in_double, "update 3: updated gru.weight_hh");
}

TEST(Golden, MalformedFilesAreErrors) {
  const Json good = load("update_mlp_plain_h8.json");
  const auto message_after = [&](auto&& spoil) {
    Json file = good;
    spoil(file);
    const auto errors = check_update(file);
    return errors ? std::string("accepted") : errors.error().message;
  };
  EXPECT_THAT(message_after([](Json& file) { file["kind"] = "other"; }),
              ::testing::HasSubstr("actor_critic_update"));
  EXPECT_THAT(message_after([](Json& file) { file.erase("updates"); }), ::testing::HasSubstr("'updates'"));
  EXPECT_THAT(message_after([](Json& file) { file["hidden_dim"] = 4096; }), ::testing::HasSubstr("shape"));
  EXPECT_THAT(message_after([](Json& file) { file["hidden_dim"] = 1e18; }),
              ::testing::HasSubstr("hidden_dim"));
  EXPECT_THAT(message_after([](Json& file) { file["updates"][0]["rollout"]["actions"][3] = 7; }),
              ::testing::HasSubstr("action"));
  EXPECT_THAT(message_after([](Json& file) { file["updates"][1]["rollout"]["rewards"].clear(); }),
              ::testing::HasSubstr("'rewards'"));
  EXPECT_THAT(message_after([](Json& file) { file["updates"][0]["rollout"]["terminated"][2] = true; }),
              ::testing::HasSubstr("before the rollout's last step"));
  EXPECT_THAT(message_after([](Json& file) { file["hyperparameters"]["gama"] = 1; }),
              ::testing::HasSubstr("gamma"));
  EXPECT_THAT(message_after([](Json& file) { file = Json::array(); }), ::testing::HasSubstr("kind"));
}

}  // namespace
}  // namespace windhover::golden
