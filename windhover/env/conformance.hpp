#pragma once

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/core/bytes.hpp"
#include "windhover/core/random.hpp"
#include "windhover/env/group.hpp"
#include "windhover/env/registry.hpp"

/// What every environment promises, as tests. A test program instantiates the suite with
/// `conformance_cases(entry)`:
///     INSTANTIATE_TEST_SUITE_P(Mine, Conformance, ::testing::ValuesIn(conformance_cases(entries)),
///     case_name);
namespace windhover::env {

/// One environment under one profile, in training or in evaluation.
struct ConformanceCase {
  Description entry;
  std::string profile;
  Mode mode = Mode::training;

  friend std::ostream& operator<<(std::ostream& out, const ConformanceCase& tested) {
    return out << tested.entry.name << " " << tested.profile;
  }
};

[[nodiscard]] inline std::vector<ConformanceCase> conformance_cases(const std::vector<Description>& entries) {
  std::vector<ConformanceCase> cases;
  for (const Description& entry : entries) {
    for (const std::string& profile : entry.profiles) {
      for (const Mode mode : {Mode::training, Mode::evaluation}) cases.push_back({entry, profile, mode});
    }
  }
  return cases;
}

/// A name that GoogleTest accepts.
[[nodiscard]] inline std::string case_name(const ::testing::TestParamInfo<ConformanceCase>& info) {
  std::string name = info.param.entry.name + "_" + info.param.profile;
  name += info.param.mode == Mode::training ? "_training" : "_evaluation";
  std::ranges::replace_if(
      name, [](unsigned char letter) { return std::isalnum(letter) == 0; }, '_');
  return name;
}

/// Everything that members gave, in order; equal recordings are equal trajectories.
struct Recording {
  std::vector<float> observations;
  std::vector<double> rewards;
  std::vector<bool> dones;
  friend bool operator==(const Recording&, const Recording&) = default;
};

/// Steps one member by its first action to the end of its episode, which must come within the limit.
inline void finish_episode(Group& group, int member, std::span<float> observation) {
  for (int steps = 0; steps < group.episode_limit(); ++steps) {
    if (group.step(member, 0, observation).done()) return;
  }
  ADD_FAILURE() << "the episode passes its limit of " << group.episode_limit() << " steps";
}

/// Steps all members of a group with random actions, restarting episodes as they end.
class GroupDriver {
 public:
  GroupDriver(Group& group, std::uint64_t action_seed)
      : group_(group),
        size_(static_cast<std::size_t>(group.members())),
        width_(static_cast<std::size_t>(group.observation_size())),
        stream_({.seed = action_seed, .purpose = Purpose::test}),
        episodes_(size_, 0),
        actions_(size_),
        active_(size_, 1),
        outcomes_(size_),
        observations_(size_ * width_) {}

  /// A copy of the driver's own state, to steer another group from here on.
  GroupDriver(Group& group, const GroupDriver& other) : GroupDriver(group, 0) {
    stream_ = other.stream_;
    episodes_ = other.episodes_;
    observations_ = other.observations_;
    tick_ = other.tick_;
  }

  void start_all() {
    group_.refill_shared_resource();
    for (std::size_t index = 0; index < size_; ++index) start(index);
  }

  /// One tick with `step_all`, or with single steps in the same order.
  void tick(bool single_steps, Recording& recording) {
    for (int& action : actions_) {
      action = static_cast<int>(stream_.uniform_below(static_cast<std::uint32_t>(group_.action_count())));
    }
    const std::size_t first = tick_ % size_;
    if (single_steps) {
      for (std::size_t turn = 0; turn < size_; ++turn) {
        const std::size_t index = (first + turn) % size_;
        outcomes_[index] = group_.step(static_cast<int>(index), actions_[index], row(index));
      }
    } else {
      group_.step_all(static_cast<int>(first), actions_, active_, outcomes_, observations_);
    }
    ++tick_;
    record(recording);
    restart();
  }

  [[nodiscard]] Recording run(int ticks, bool single_steps = false) {
    Recording recording;
    for (int count = 0; count < ticks; ++count) tick(single_steps, recording);
    return recording;
  }

  [[nodiscard]] std::span<float> row(std::size_t index) {
    return std::span(observations_).subspan(index * width_, width_);
  }

 private:
  void start(std::size_t index) {
    group_.start_episode(static_cast<int>(index), episodes_[index]++, row(index));
  }

  void record(Recording& recording) const {
    recording.observations.insert(recording.observations.end(), observations_.begin(), observations_.end());
    for (const StepOutcome& outcome : outcomes_) {
      recording.rewards.push_back(outcome.reward);
      recording.dones.push_back(outcome.done());
    }
  }

  /// Members that share a resource start together, the others when they are done.
  void restart() {
    const auto done = [](const StepOutcome& outcome) { return outcome.done(); };
    if (group_.in_step()) {
      if (std::ranges::all_of(outcomes_, done)) start_all();
      return;
    }
    for (std::size_t index = 0; index < size_; ++index) {
      if (outcomes_[index].done()) start(index);
    }
  }

  Group& group_;
  std::size_t size_;
  std::size_t width_;
  std::size_t tick_ = 0;
  Stream stream_;
  std::vector<std::uint32_t> episodes_;
  std::vector<int> actions_;
  std::vector<std::uint8_t> active_;
  std::vector<StepOutcome> outcomes_;
  std::vector<float> observations_;
};

class Conformance : public ::testing::TestWithParam<ConformanceCase> {
 protected:
  static constexpr int member_count = 3;

  [[nodiscard]] Configuration config(const Json& overrides = Json::object()) const {
    const auto config = GetParam().entry.configure(GetParam().profile, overrides);
    EXPECT_TRUE(config.has_value());
    return config.value_or(Configuration());
  }

  [[nodiscard]] std::unique_ptr<Group> make(std::uint64_t seed, int members = member_count) const {
    const Description& entry = GetParam().entry;
    auto group = entry.make_group(config(), {seed, GetParam().mode, entry.default_conditions(members)});
    EXPECT_TRUE(group.has_value());
    return group ? std::move(*group) : nullptr;
  }

  /// Enough ticks for several episodes, the last of them unfinished.
  [[nodiscard]] static int several_episodes(const Group& group) { return 2 * group.episode_limit() + 7; }

  [[nodiscard]] Recording trajectory(std::uint64_t seed, bool single_steps = false) const {
    const auto group = make(seed);
    GroupDriver driver(*group, 1);
    driver.start_all();
    return driver.run(several_episodes(*group), single_steps);
  }
};

TEST_P(Conformance, DeclaresItself) {
  const Description& entry = GetParam().entry;
  const auto group = make(1);
  EXPECT_EQ(group->members(), member_count);
  EXPECT_GT(group->observation_size(), 0);
  EXPECT_EQ(group->action_count(), static_cast<int>(entry.action_names.size()));
  EXPECT_GT(group->episode_limit(), 0);
  EXPECT_FALSE(entry.summary.empty());
  EXPECT_EQ(config().json().size(), entry.field_names.size());
  ASSERT_EQ(entry.settings.size(), entry.field_names.size());
  for (std::size_t i = 0; i < entry.settings.size(); ++i) {
    EXPECT_EQ(entry.settings[i].name, entry.field_names[i]);
    EXPECT_FALSE(entry.settings[i].description.empty()) << entry.settings[i].name;
  }
}

/// Names are those of columns: letters of the alphabet in lower case, digits and underscores, each once.
TEST_P(Conformance, NamesWhatIsObservedAndWhatIsHidden) {
  const Description& entry = GetParam().entry;
  const auto group = make(1);
  std::vector<std::string> names;
  if (entry.observation_names) names = entry.observation_names(config());
  if (!names.empty()) {
    EXPECT_EQ(names.size(), static_cast<std::size_t>(group->observation_size()));
  }
  for (const auto& hidden : entry.hidden) {
    names.push_back(hidden.name);
    EXPECT_FALSE(hidden.description.empty()) << hidden.name;
  }
  for (const auto& name : names) {
    EXPECT_FALSE(name.empty());
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string::npos) << name;
  }
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end()) << "a name stands for two numbers";

  GroupDriver driver(*group, 1);
  driver.start_all();
  for (int tick = 0; tick < several_episodes(*group); ++tick) {
    static_cast<void>(driver.run(1));
    for (int member = 0; member < member_count; ++member) {
      const auto values = group->hidden_values(member);
      ASSERT_EQ(values.size(), entry.hidden.size());
      for (const double value : values) ASSERT_TRUE(std::isfinite(value));
    }
  }
}

TEST_P(Conformance, ConfigurationRoundTripsAndRefusesNonsense) {
  const Description& entry = GetParam().entry;
  const auto again = entry.configure(GetParam().profile, config().json());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(*again, config());
  const auto& first = entry.field_names.front();
  EXPECT_EQ(entry.with(config(), first, config().json()[first]).value_or(Configuration()), config());
  EXPECT_FALSE(entry.with(config(), "no such key", 1).has_value());
  EXPECT_FALSE(entry.with(config(), first, "text").has_value());
  EXPECT_FALSE(entry.with(Configuration(), first, config().json()[first]).has_value()) << "of no environment";
  EXPECT_FALSE(entry.configure("no such profile", Json::object()).has_value());
  EXPECT_FALSE(entry.configure(GetParam().profile, Json{{"no such key", 1}}).has_value());
  EXPECT_FALSE(entry.configure(GetParam().profile, Json{{entry.field_names.front(), "text"}}).has_value());
  EXPECT_FALSE(entry.make_group(Configuration(), {1, GetParam().mode, {1.0}}).has_value());
  EXPECT_FALSE(entry.make_group(config(), {1, GetParam().mode, {}}).has_value());
}

TEST_P(Conformance, ConditionsAreThoseItHas) {
  const Description& entry = GetParam().entry;
  const auto accepts = [&](std::vector<double> conditions) {
    return entry.make_group(config(), {1, GetParam().mode, std::move(conditions)}).has_value();
  };
  EXPECT_EQ(entry.default_conditions(member_count).size(), std::size_t{member_count});
  auto tested = entry.test_conditions;
  ASSERT_FALSE(tested.empty());
  EXPECT_TRUE(accepts(tested));
  std::ranges::sort(tested);
  EXPECT_EQ(std::ranges::adjacent_find(tested), tested.end()) << "a condition is tested twice";
  EXPECT_FALSE(accepts({std::numeric_limits<double>::quiet_NaN()}));
  EXPECT_FALSE(accepts({1e-50})) << "single precision, in which it names random numbers, makes it 0";
  if (entry.condition) return;
  EXPECT_EQ(tested, std::vector<double>{0.0});
  EXPECT_EQ(entry.default_conditions(2), (std::vector<double>{0.0, 0.0}));
  EXPECT_FALSE(accepts({0.0, 5.0}));
}

TEST_P(Conformance, SameSeedSameTrajectory) { EXPECT_EQ(trajectory(1), trajectory(1)); }

TEST_P(Conformance, OtherSeedOtherTrajectory) {
  EXPECT_NE(trajectory(1).observations, trajectory(2).observations);
  EXPECT_NE(trajectory(1).observations, trajectory(1ULL << 40).observations);
}

TEST_P(Conformance, EpisodesAndMembersDiffer) {
  const Description& entry = GetParam().entry;
  const double condition = entry.default_conditions(1).front();
  const auto group = entry.make_group(config(), {1, GetParam().mode, {condition, condition}});
  ASSERT_TRUE(group.has_value());
  const auto fly = [&](int member, std::uint32_t episode) {
    std::vector<float> row(static_cast<std::size_t>((*group)->observation_size()));
    std::vector<float> seen;
    (*group)->refill_shared_resource();
    (*group)->start_episode(member, episode, row);
    for (bool done = false; !done; seen.insert(seen.end(), row.begin(), row.end())) {
      done = (*group)->step(member, 0, row).done();
    }
    return seen;
  };
  EXPECT_EQ(fly(0, 0), fly(0, 0));
  EXPECT_NE(fly(0, 0), fly(0, 1));
  EXPECT_NE(fly(0, 0), fly(1, 0));
}

TEST_P(Conformance, ObservationsAndRewardsAreInBounds) {
  const auto bounds = GetParam().entry.observation_bounds;
  const auto recording = trajectory(3);
  for (const float value : recording.observations) {
    ASSERT_TRUE(std::isfinite(value));
    ASSERT_GE(value, bounds.lowest);
    ASSERT_LE(value, bounds.highest);
  }
  for (const double reward : recording.rewards) ASSERT_TRUE(std::isfinite(reward));
}

TEST_P(Conformance, AnObservationIsWrittenWhole) {
  const auto group = make(4, 1);
  const auto width = static_cast<std::size_t>(group->observation_size());
  std::vector<float> clean(width, 0.0F);
  std::vector<float> dirty(width, 1e30F);
  group->refill_shared_resource();
  group->start_episode(0, 0, dirty);
  group->refill_shared_resource();
  group->start_episode(0, 0, clean);
  EXPECT_EQ(clean, dirty);
  ByteWriter writer;
  group->save(writer);
  const auto saved = writer.take();
  group->step(0, 0, clean);
  ByteReader reader(saved);
  ASSERT_TRUE(group->restore(reader).has_value());
  std::ranges::fill(dirty, 1e30F);
  group->step(0, 0, dirty);
  EXPECT_EQ(clean, dirty);
}

TEST_P(Conformance, RestoredGroupContinuesTheSame) {
  const auto group = make(5);
  GroupDriver driver(*group, 6);
  driver.start_all();
  static_cast<void>(driver.run(group->episode_limit() / 2));
  ByteWriter writer;
  group->save(writer);
  const auto bytes = writer.take();

  const auto copy = make(5);
  GroupDriver elsewhere(*copy, 7);
  elsewhere.start_all();
  static_cast<void>(elsewhere.run(group->episode_limit() / 3));
  ByteReader reader(bytes);
  ASSERT_TRUE(copy->restore(reader).has_value());
  EXPECT_TRUE(reader.at_end());
  GroupDriver copy_driver(*copy, driver);
  EXPECT_EQ(driver.run(several_episodes(*group)), copy_driver.run(several_episodes(*group)));
}

TEST_P(Conformance, RestoreRefusesDamage) {
  const auto group = make(5);
  GroupDriver driver(*group, 6);
  driver.start_all();
  ByteWriter writer;
  group->save(writer);
  auto bytes = writer.take();
  const auto refused = [&](Group& target, std::span<const std::byte> from) {
    ByteReader reader(from);
    return !target.restore(reader).has_value();
  };
  EXPECT_TRUE(refused(*group, std::span(bytes).first(bytes.size() - 1)));
  EXPECT_TRUE(refused(*group, {}));
  EXPECT_TRUE(refused(*make(5, member_count + 1), bytes));
  std::fill(bytes.begin() + sizeof(std::uint64_t), bytes.end(),
            std::byte{0xff});  // behind the count of members
  EXPECT_TRUE(refused(*group, bytes));
}

TEST_P(Conformance, StepAllEqualsSingleSteps) {
  const auto together = trajectory(7, false);
  const auto single = trajectory(7, true);
  EXPECT_EQ(together, single);
}

/// Under another's condition a member is what it would be in a group made with those conditions, and a saved
/// state keeps that.
TEST_P(Conformance, AMemberTakesTheConditionOfAnother) {
  const Description& entry = GetParam().entry;
  auto conditions = entry.default_conditions(member_count);
  const auto group = make(9), restored = make(9);
  for (int member = 0; member < member_count; ++member)
    group->take_condition(member, (member + 1) % member_count);
  ByteWriter writer;
  group->save(writer);
  const auto bytes = writer.take();
  ByteReader reader(bytes);
  ASSERT_TRUE(restored->restore(reader).has_value());
  std::rotate(conditions.begin(), conditions.begin() + 1, conditions.end());
  const auto direct = entry.make_group(config(), {9, GetParam().mode, conditions});
  ASSERT_TRUE(direct.has_value());
  const auto fly = [](Group& flown) {
    GroupDriver driver(flown, 10);
    driver.start_all();
    return driver.run(several_episodes(flown));
  };
  const auto expected = fly(**direct);
  EXPECT_EQ(fly(*group), expected);
  EXPECT_EQ(fly(*restored), expected);
}

TEST_P(Conformance, OnlyActiveMembersMove) {
  const auto group = make(8);
  GroupDriver driver(*group, 1);
  driver.start_all();
  const auto width = static_cast<std::size_t>(group->observation_size());
  std::vector<float> observations(member_count * width, -7.0F);
  std::vector<StepOutcome> outcomes(member_count, StepOutcome{-7, -7, true, true});
  const std::vector<int> actions = {-1, 0, -1};  // those of members that do not take part are not read
  const std::vector<std::uint8_t> active = {0, 1, 0};
  group->step_all(2, actions, active, outcomes, observations);
  for (const std::size_t idle : {std::size_t{0}, std::size_t{2}}) {
    EXPECT_EQ(outcomes[idle].reward, -7);
    EXPECT_TRUE(outcomes[idle].truncated);
    EXPECT_EQ(observations[idle * width], -7.0F);
  }
  EXPECT_NE(outcomes[1].reward, -7);
  EXPECT_NE(observations[width], -7.0F);
}

TEST_P(Conformance, EpisodesEndInTime) {
  const auto group = make(9, 1);
  std::vector<float> observation(static_cast<std::size_t>(group->observation_size()));
  for (std::uint32_t episode = 0; episode < 20; ++episode) {
    group->refill_shared_resource();
    group->start_episode(0, episode, observation);
    int steps = 0;
    StepOutcome outcome;
    while (!outcome.done() && steps <= group->episode_limit()) {
      outcome = group->step(0, static_cast<int>(episode) % group->action_count(), observation);
      ++steps;
    }
    EXPECT_LE(steps, group->episode_limit());
    EXPECT_TRUE(outcome.done());
    EXPECT_FALSE(outcome.terminated && outcome.truncated)
        << "what has ended has no value beyond to bootstrap";
  }
}

TEST_P(Conformance, ResetForgetsThePast) {
  const auto fresh = make(10);
  const auto used = make(10);
  GroupDriver past(*used, 3);
  past.start_all();
  static_cast<void>(past.run(used->episode_limit() / 2));
  GroupDriver one(*fresh, 4);
  GroupDriver other(*used, 4);
  one.start_all();
  other.start_all();
  EXPECT_EQ(one.run(several_episodes(*fresh)), other.run(several_episodes(*used)));
}

TEST_P(Conformance, SimplePoliciesScore) {
  const Description& entry = GetParam().entry;
  const std::vector<double> conditions = entry.default_conditions(2);
  const auto rows = entry.score_simple_policies(config(), conditions, 2, 10, 1, {});
  ASSERT_TRUE(rows.has_value());
  ASSERT_FALSE(rows->empty());
  EXPECT_NE(std::ranges::find(*rows, "random", &PolicyScore::policy), rows->end())
      << "a study compares with the policy called random";
  EXPECT_EQ(rows->size() % conditions.size(), 0U);
  for (const PolicyScore& row : *rows) {
    EXPECT_TRUE(std::isfinite(row.mean));
    EXPECT_TRUE(std::isfinite(row.standard_error));
    EXPECT_EQ(row.episodes, 10);
  }
  EXPECT_FALSE(entry.score_simple_policies(config(), conditions, 2, 0, 1, {}).has_value());
  EXPECT_FALSE(entry.score_simple_policies(config(), conditions, 0, 10, 1, {}).has_value());
}

TEST_P(Conformance, LearnerFieldsChangeNoScore) {
  const Description& entry = GetParam().entry;
  const std::vector<double> conditions = entry.default_conditions(2);
  const auto means = [&](const Configuration& changed) {
    const auto scores = entry.score_simple_policies(changed, conditions, 2, 3, 1, {});
    std::vector<double> all;
    for (const PolicyScore& row : *scores) all.push_back(row.mean);
    return all;
  };
  for (const std::string& name : entry.learner_fields) {
    ASSERT_TRUE(config().json().contains(name)) << name;
    const Json field = config().json()[name];
    const auto changed = config(
        {{name, field.is_boolean() ? Json(!field.get<bool>()) : Json(0.5 * field.get<double>() + 0.25)}});
    EXPECT_EQ(means(changed), means(config())) << name;
    if (!entry.relaxation) continue;
    const auto gains = [&](const Configuration& fields) {
      return entry.relaxation(fields, 5, 2, 1, 0)->gains;
    };
    EXPECT_EQ(gains(changed), gains(config())) << name;
  }
}

using ConformanceDeathTest = Conformance;

TEST_P(ConformanceDeathTest, BrokenContractsAbort) {
  ::testing::GTEST_FLAG(death_test_style) = "threadsafe";
  const auto group = make(11, 1);
  std::vector<float> observation(static_cast<std::size_t>(group->observation_size()));
  EXPECT_DEATH(group->step(0, 0, observation), "running");
  group->refill_shared_resource();
  group->start_episode(0, 0, observation);
  EXPECT_DEATH(group->step(0, group->action_count(), observation), "action");
  EXPECT_DEATH(group->step(0, -1, observation), "action");
  EXPECT_DEATH(group->step(1, 0, observation), "index");
  if (observation.size() > 1) {
    EXPECT_DEATH(group->step(0, 0, std::span(observation).first(observation.size() - 1)), "observation");
  }
  finish_episode(*group, 0, observation);
  EXPECT_DEATH(group->step(0, 0, observation), "running");
}

}  // namespace windhover::env
