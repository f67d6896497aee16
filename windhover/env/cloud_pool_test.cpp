#include "windhover/env/cloud_pool.hpp"

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/core/bytes.hpp"
#include "windhover/core/random.hpp"
#include "windhover/env/adapter.hpp"
#include "windhover/env/offload.hpp"

namespace windhover::env {
namespace {

OffloadConfig paper() { return offload_profiles()[0].config; }

TEST(CloudPool, NeverExceedsItsCapacity) {
  CloudPool pool(paper());
  pool.give_back(1);
  EXPECT_EQ(pool.free(), 1000);
  EXPECT_TRUE(pool.take(1000));
  EXPECT_FALSE(pool.take(1));
  pool.refill();
  EXPECT_EQ(pool.free(), 1000);
}

TEST(CloudPool, ThreadsNeitherLoseNorInventUnits) {
  CloudPool pool(paper());
  std::vector<std::jthread> threads;
  std::atomic<bool> overdrawn = false;
  for (std::uint32_t number = 0; number < 4; ++number) {
    threads.emplace_back([&, number] {
      Stream stream({.seed = 1, .episode = number});
      for (int count = 0; count < 20'000; ++count) {
        const int units = 1 + static_cast<int>(stream.uniform_below(500));
        if (!pool.take(units)) continue;
        if (pool.free() < 0) overdrawn = true;
        pool.give_back(units);
      }
    });
  }
  threads.clear();
  EXPECT_FALSE(overdrawn);
  EXPECT_EQ(pool.free(), 1000);
}

TEST(CloudPool, MembersSteppedByTheirOwnThreadsReturnEverything) {
  OffloadConfig config = paper();
  config.max_task_epochs = 1;
  const auto group = EnvironmentGroup<OffloadEnv>::make(config, {1, Mode::training, {5, 10, 15, 20}}).value();
  group->refill_shared_resource();
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int member = 0; member < 4; ++member) {
      threads.emplace_back([&, member] {
        std::vector<float> row(48);
        for (std::uint32_t episode = 0; episode < 50; ++episode) {
          group->start_episode(member, episode, row);
          while (!group->step(member, static_cast<int>(OffloadAction::offload), row).done()) {
          }
        }
      });
    }
  }
  ByteWriter writer;
  group->save(writer);
  const auto bytes = writer.take();
  ByteReader reader(bytes);
  std::uint64_t members = 0;
  int units = 0;
  ASSERT_TRUE(reader.value(members).has_value());
  ASSERT_TRUE(reader.value(units).has_value());
  EXPECT_EQ(units, 1000);
}

}  // namespace
}  // namespace windhover::env
