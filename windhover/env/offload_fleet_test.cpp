#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/env/adapter.hpp"
#include "windhover/env/offload.hpp"
#include "windhover/env/testing/profiles.hpp"

namespace windhover::env {
namespace {

using testing::paper;
using testing::sound;

/// Members that all have a good channel for ever: they stand still, and the start is chosen.
std::unique_ptr<EnvironmentGroup<OffloadEnv>> standing_fleet(OffloadConfig config, int members) {
  config.channel_starts_uniform = false;
  config.snr_threshold_db = 0.1;
  config.channel_ratio_in_decibels = false;
  GroupSetup setup{1, Mode::training, std::vector<double>(static_cast<std::size_t>(members), 0.0)};
  return EnvironmentGroup<OffloadEnv>::make(config, setup).value();
}

/// Starts an episode of every member and lets one tick pass in which all discard, so that later tasks wait.
class Fleet {
 public:
  Fleet(const OffloadConfig& config, int members)
      : group_(standing_fleet(config, members)),
        actions_(static_cast<std::size_t>(members)),
        active_(actions_.size(), 1),
        outcomes_(actions_.size()),
        rows_(actions_.size() * width) {}

  void start(std::uint32_t episode) {
    group_->refill_shared_resource();
    for (std::size_t member = 0; member < actions_.size(); ++member) {
      group_->start_episode(static_cast<int>(member), episode,
                            std::span(rows_).subspan(member * width, width));
    }
    tick(0, OffloadAction::discard);
  }

  void tick(int first, OffloadAction action) {
    std::ranges::fill(actions_, static_cast<int>(action));
    group_->step_all(first, actions_, active_, outcomes_, rows_);
  }

  [[nodiscard]] const OffloadState& state(int member) const { return group_->state(member); }

 private:
  static constexpr std::size_t width = 48;

  std::unique_ptr<EnvironmentGroup<OffloadEnv>> group_;
  std::vector<int> actions_;
  std::vector<std::uint8_t> active_;
  std::vector<StepOutcome> outcomes_;
  std::vector<float> rows_;
};

/// A cloud of one unit, and tasks of one unit after the first.
OffloadConfig contested_cloud() {
  OffloadConfig config = sound();
  config.cloud_units = 1;
  config.max_task_units = 2;
  config.later_task_units_exclusive_maximum = true;
  return config;
}

TEST(OffloadFleet, WhoeverStartsATickGetsTheCloud) {
  Fleet fleet(contested_cloud(), 3);
  int contested = 0;
  for (std::uint32_t episode = 0; episode < 12; ++episode) {
    const int first = static_cast<int>(episode % 3);
    fleet.start(episode);
    const bool lasting = fleet.state(first).task.epochs > 1;
    fleet.tick(first, OffloadAction::offload);
    if (!lasting) continue;
    ++contested;
    for (int member = 0; member < 3; ++member) EXPECT_EQ(fleet.state(member).offload_ok, member == first);
  }
  EXPECT_GT(contested, 5);
}

TEST(OffloadFleet, AMembersStepIsWholeBeforeTheNextBegins) {
  OffloadConfig config = contested_cloud();
  config.max_task_epochs = 1;  // the unit is back before the next member asks
  Fleet fleet(config, 3);
  for (const int first : {0, 1, 2}) {
    fleet.start(0);
    fleet.tick(first, OffloadAction::offload);
    for (int member = 0; member < 3; ++member)
      EXPECT_TRUE(fleet.state(member).offload_ok) << first << " " << member;
  }
}

TEST(OffloadFleet, RewardSharingMixesInTheMeanOfThoseThatTakePart) {
  OffloadConfig config = paper();
  config.reward_sharing = 0.25;
  config.max_task_epochs = 1;
  const auto group = standing_fleet(config, 3);
  std::vector<float> rows(std::size_t{3} * 48);
  group->refill_shared_resource();
  for (int member = 0; member < 3; ++member) {
    group->start_episode(member, 0, std::span(rows).subspan(static_cast<std::size_t>(member) * 48, 48));
  }
  std::vector<StepOutcome> outcomes(3);
  const std::vector<std::uint8_t> active = {1, 0, 1};
  group->step_all(0, std::vector<int>{0, 0, 2}, active, outcomes, rows);
  EXPECT_GT(outcomes[0].reward, 0);
  EXPECT_EQ(outcomes[2].reward, 0);
  const double mean = outcomes[0].reward / 2;
  EXPECT_DOUBLE_EQ(outcomes[0].learner_reward, 0.75 * outcomes[0].reward + 0.25 * mean);
  EXPECT_DOUBLE_EQ(outcomes[2].learner_reward, 0.25 * mean);
  const StepOutcome alone = group->step(1, 0, std::span(rows).first(48));
  EXPECT_GT(alone.reward, 0);
  EXPECT_EQ(alone.learner_reward, alone.reward);
}

}  // namespace
}  // namespace windhover::env
