#include "bench/peers/agreement.hpp"

#include <functional>

#include "bench/peers/libraries.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace windhover::peers {
namespace {

constexpr int updates = 8;

PeerSetup small_setup(const std::string& cell) {
  auto setup = make_setup(cell, 24, 20);
  EXPECT_TRUE(setup.has_value());
  return *std::move(setup);
}

/// How Windhover with `setup` compares to Windhover after `change` of the settings.
Agreement compare_with_changed(const PeerSetup& setup,
                               const std::function<void(rl::LearnerConfig&)>& change) {
  PeerSetup changed = setup;
  change(changed.config);
  const auto experience = record_experience(setup, updates);
  EXPECT_TRUE(experience.has_value());
  return compare(*make_windhover_peer(setup), *make_windhover_peer(changed), setup, *experience);
}

class PeersAgree : public ::testing::TestWithParam<const char*> {
 protected:
  static void SetUpTestSuite() { use_one_torch_thread(); }
};

TEST_P(PeersAgree, OnTheSameUpdates) {
  const PeerSetup setup = small_setup(GetParam());
  const auto experience = record_experience(setup, updates);
  ASSERT_TRUE(experience.has_value());
  for (const auto& peer : make_all_peers(setup)) {
    const Agreement agreement = compare(*make_windhover_peer(setup), *peer, setup, *experience);
    EXPECT_LE(agreement.largest, tolerance) << peer->name() << ": " << agreement.where;
    EXPECT_LE(agreement.largest_change, change_tolerance) << peer->name() << ": " << agreement.where_change;
  }
}

INSTANTIATE_TEST_SUITE_P(Cells, PeersAgree, ::testing::Values("gru+ln", "gru", "mlp+ln", "mlp"));

TEST(Agreement, IsExactForTheSameThing) {
  const Agreement agreement = compare_with_changed(small_setup("gru+ln"), [](rl::LearnerConfig&) {});
  EXPECT_EQ(agreement.largest, 0.0);
  EXPECT_EQ(agreement.largest_change, 0.0);
}

TEST(Agreement, SeesEverySettingOfTheUpdate) {
  const PeerSetup setup = small_setup("gru+ln");
  const std::vector<std::function<void(rl::LearnerConfig&)>> changes = {
      [](auto& config) { config.gamma = 0.98; },
      [](auto& config) { config.value_coef = 0.26; },
      [](auto& config) { config.entropy_coef = 0.04; },
      [](auto& config) { config.lr = 1.05e-4; },
      [](auto& config) { config.adam_beta1 = 0.85; },
      [](auto& config) { config.adam_beta2 = 0.99; },
      [](auto& config) { config.adam_eps = 1e-5; },
      [](auto& config) { config.normalise_advantage = false; },
      [](auto& config) { config.max_grad_norm = 1e6; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    EXPECT_FALSE(compare_with_changed(setup, changes[i]).within_tolerance()) << "change " << i;
  }
}

TEST(Agreement, NamesWhereTheWorstDifferenceIs) {
  const Agreement agreement =
      compare_with_changed(small_setup("gru+ln"), [](auto& config) { config.lr = 1.5e-4; });
  EXPECT_THAT(agreement.where_change, ::testing::ContainsRegex("'.+' after update [1-8]"));
}

}  // namespace
}  // namespace windhover::peers
