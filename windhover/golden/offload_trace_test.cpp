#include "windhover/golden/offload_trace.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/golden/testing.hpp"

namespace windhover::golden {
namespace {

using testing::load;

Json solo() { return load("env_paper_solo_v5_random.json"); }
Json shared() { return load("env_paper_shared_random.json"); }

TEST(GoldenTraces, EveryTraceReplays) {
  int replayed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(testing::folder())) {
    if (!entry.path().filename().string().starts_with("env_")) continue;
    const auto errors = replay_trace(load(entry.path().filename().string()));
    ASSERT_TRUE(errors.has_value()) << entry.path() << ": " << errors.error().message;
    EXPECT_LE(errors->largest(), trace_tolerance) << entry.path() << ": " << errors->worst;
    EXPECT_GE(errors->steps, 100);
    ++replayed;
  }
  EXPECT_GE(replayed, 4);
}

TEST(GoldenTraces, PaperChannel) {
  const auto error = check_channel(load("channel_paper.json"));
  ASSERT_TRUE(error.has_value()) << error.error().message;
  EXPECT_LE(*error, 1e-9);
}

TEST(GoldenTraces, SoundProfileIsUnderstood) {
  Json file = load("channel_paper.json");
  file["profile"] = "sound";
  EXPECT_GT(check_channel(file).value(), 0.01);
  file = solo();
  file["profile"] = "sound";
  EXPECT_GT(replay_trace(file).value().largest(), 0.1);
}

TEST(TraceErrors, ADifferenceIsMeasuredAndNamed) {
  Json file = solo();
  Json& value = file["episodes"][1]["steps"][7]["observation"][42];
  value = value.get<double>() + 0.25;
  const auto errors = replay_trace(file);
  ASSERT_TRUE(errors.has_value());
  EXPECT_NEAR(errors->observation, 0.25, 1e-6);
  EXPECT_NE(errors->worst.find("episode 1, step 7: observation[42]"), std::string::npos) << errors->worst;
  EXPECT_EQ(errors->flags, 0);
}

TEST(TraceErrors, EverythingRecordedIsCompared) {
  const auto largest = [](const Json& file) { return replay_trace(file).value().largest(); };
  Json file = solo();
  file["episodes"][0]["steps"][3]["reward"] = 99;
  EXPECT_GT(largest(file), 1);
  file = solo();
  file["episodes"][0]["steps"][3]["terminated"] = true;
  EXPECT_EQ(largest(file), 1);
  file = solo();
  file["episodes"][0]["steps"][3]["cloud_units_free"] = 1;
  EXPECT_GT(largest(file), 1);
  file = solo();
  file["episodes"][0]["steps"][3]["local_units_free"] = -1;
  EXPECT_GE(largest(file), 1);
  file = solo();
  file["episodes"][0]["return"] = -50;
  EXPECT_GT(largest(file), 1);
  file = solo();
  file["episodes"][0]["initial_observation"][0] = 0.5;
  EXPECT_NEAR(largest(file), 0.5, 1e-6);
  file = solo();
  file["reward_scale"] = 0.1;
  EXPECT_GT(largest(file), 1);
  file = shared();
  file["episodes"][1]["steps"][499]["pool_units_free"] = -1;
  EXPECT_GE(largest(file), 1);
}

/// Each of these must be refused with a sentence, and none may crash.
TEST(TraceErrors, MalformedFilesAreRefused) {
  const std::vector<std::pair<std::string, Json>> patches = {
      {"/kind", "something"},
      {"/profile", "unknown"},
      {"/profile", 7},
      {"/setting", "elsewhere"},
      {"/velocity_kmh", -5},
      {"/velocity_kmh", "fast"},
      {"/velocities_kmh", Json::array()},
      {"/velocities_kmh", Json::array({5, 10})},
      {"/reward_scale", "much"},
      {"/slots", 1000},
      {"/episodes", Json::array()},
      {"/episodes", 3},
      {"/episodes/0", nullptr},
      {"/episodes/0/initial", nullptr},
      {"/episodes/0/initial/task_units", 100'000},
      {"/episodes/0/initial_observation", Json::array()},
      {"/episodes/0/steps", Json::array()},
      {"/episodes/0/steps/0", "step"},
      {"/episodes/0/steps/0/action", 3},
      {"/episodes/0/steps/0/action", -1},
      {"/episodes/0/steps/0/action", 0.5},
      {"/episodes/0/steps/0/action", 1e300},
      {"/episodes/0/steps/0/worker", 1},
      {"/episodes/0/steps/0/next", Json::object()},
      {"/episodes/0/steps/0/next/task_epochs", 0},
      {"/episodes/0/steps/0/next/channel_good", 2},
      {"/episodes/0/steps/0/observation", Json::array({1, 2})},
      {"/episodes/0/steps/0/observation/3", nullptr},
      {"/episodes/0/steps/0/terminated", "no"},
      {"/episodes/0/steps/0/reward", nullptr},
      {"/episodes/0/return", "high"},
  };
  for (const auto& [pointer, value] : patches) {
    Json file = solo();
    file[Json::json_pointer(pointer)] = value;
    const auto errors = replay_trace(file);
    ASSERT_FALSE(errors.has_value()) << pointer << " = " << value;
    EXPECT_FALSE(errors.error().message.empty());
  }
  for (const Json& file : {Json(), Json(3), Json::array(), Json::object()}) {
    EXPECT_FALSE(replay_trace(file).has_value());
    EXPECT_FALSE(check_channel(file).has_value());
  }
}

TEST(TraceErrors, StepsBeyondTheEndAreRefused) {
  Json file = solo();
  Json& steps = file["episodes"][0]["steps"];
  steps.push_back(steps[0]);
  const auto errors = replay_trace(file);
  ASSERT_FALSE(errors.has_value());
  EXPECT_NE(errors.error().message.find("episode 0, step 100"), std::string::npos) << errors.error().message;
}

TEST(TraceErrors, AMissingKeyIsNamedWithItsPlace) {
  Json file = shared();
  file["episodes"][1]["steps"][12].erase("worker");
  const auto errors = replay_trace(file);
  ASSERT_FALSE(errors.has_value());
  EXPECT_EQ(errors.error().message, "episode 1, step 12: 'worker' is missing");
}

TEST(ChannelCheck, DifferencesAndMalformedRows) {
  Json file = load("channel_paper.json");
  file["rows"][2]["good_to_bad"] = 0.5;
  EXPECT_GT(check_channel(file).value(), 0.1);
  file = load("channel_paper.json");
  file["slot_us"] = 2000;
  EXPECT_GT(check_channel(file).value(), 0.1);
  for (const char* pointer :
       {"/rows/0/velocity_kmh", "/rows/1/bad_to_good", "/rows/1/doppler_hz", "/rows/2", "/rows"}) {
    file = load("channel_paper.json");
    file[Json::json_pointer(pointer)] = nullptr;
    EXPECT_FALSE(check_channel(file).has_value()) << pointer;
  }
}

}  // namespace
}  // namespace windhover::golden
