#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "windhover/core/contract.hpp"
#include "windhover/core/number_range.hpp"
#include "windhover/core/random.hpp"
#include "windhover/core/value_text.hpp"
#include "windhover/env/concept.hpp"
#include "windhover/env/conditions.hpp"
#include "windhover/env/group.hpp"
#include "windhover/env/hidden.hpp"

namespace windhover::env {

/// A Group of members of the environment E. The virtual call is made once a tick; within it the steps are
/// inlined. Stepping a member whose episode has not started or is over is a broken contract.
template <Environment E>
class EnvironmentGroup final : public Group {
 public:
  using Config = typename E::Config;
  using Parameters = typename E::Parameters;
  using State = typename E::State;
  using Resource = typename E::Resource;

  /// Errors: no members or too many, a condition out of range or other than 0 where there is none.
  [[nodiscard]] static Result<std::unique_ptr<EnvironmentGroup>> make(const Config& config,
                                                                      const GroupSetup& setup) {
    if (setup.conditions.empty()) return usage_error("a group needs at least one member");
    if (setup.conditions.size() > std::numeric_limits<std::uint16_t>::max()) {
      return usage_error(
          fmt::format("a group has at most 65535 members, but {} are asked for", setup.conditions.size()));
    }
    WINDHOVER_RETURN_IF_ERROR(check_conditions(setup.conditions));
    auto group = std::make_unique<EnvironmentGroup>(Key{}, config, setup);
    for (std::size_t index = 0; index < setup.conditions.size(); ++index) {
      auto parameters = E::make_parameters(config, setup.conditions[index], setup.mode);
      if (!parameters) return tl::make_unexpected(std::move(parameters).error());
      group->add_member(std::move(*parameters));
    }
    return group;
  }

  [[nodiscard]] int members() const override { return static_cast<int>(members_.size()); }
  [[nodiscard]] int observation_size() const override { return static_cast<int>(observation_size_); }
  [[nodiscard]] int action_count() const override { return action_count_; }
  [[nodiscard]] bool in_step() const override { return in_step_; }
  [[nodiscard]] int episode_limit() const override { return episode_limit_; }
  [[nodiscard]] bool shares_rewards() const override { return reward_sharing_ > 0; }

  void refill_shared_resource() override {
    for (Resource& resource : resources_) resource.refill();
  }

  void take_condition(int index, int other) override {
    WINDHOVER_CHECK(is_member(index) && is_member(other));
    Member& member = members_[static_cast<std::size_t>(index)];
    WINDHOVER_CHECK(!member.running);
    set_condition(member, other);
  }

  [[nodiscard]] std::vector<double> hidden_values(int index) const override {
    WINDHOVER_CHECK(is_member(index));
    std::vector<double> values;
    if constexpr (Hides<E>) {
      const Member& member = members_[static_cast<std::size_t>(index)];
      for (const auto& quantity : E::hidden_quantities())
        values.push_back(quantity.value(member.parameters, member.state, *member.resource));
    }
    return values;
  }

  [[nodiscard]] bool running(int index) const override {
    WINDHOVER_CHECK(is_member(index));
    return members_[static_cast<std::size_t>(index)].running;
  }

  void start_episode(int index, std::uint32_t episode, std::span<float> observation) override {
    check_member(index, observation);
    Member& member = members_[static_cast<std::size_t>(index)];
    if (!in_step_) member.resource->refill();
    member.stream = Stream(stream_name(index, episode));
    E::reset(member.parameters, E::draw_initial(member.parameters, member.stream), member.state);
    E::observe(member.parameters, member.state, observation);
    member.running = true;
  }

  StepOutcome step(int index, int action, std::span<float> observation) override {
    check_member(index, observation);
    return advance(members_[static_cast<std::size_t>(index)], action, observation);
  }

  void step_all(int first, std::span<const int> actions, std::span<const std::uint8_t> active,
                std::span<StepOutcome> outcomes, std::span<float> observations) override {
    const std::size_t count = members_.size();
    WINDHOVER_CHECK(first >= 0 && static_cast<std::size_t>(first) < count);
    WINDHOVER_CHECK_OP(actions.size(), ==, count);
    WINDHOVER_CHECK_OP(active.size(), ==, count);
    WINDHOVER_CHECK_OP(outcomes.size(), ==, count);
    WINDHOVER_CHECK_OP(observations.size(), ==, count * observation_size_);
    auto index = static_cast<std::size_t>(first);
    for (std::size_t turn = 0; turn < count; ++turn) {
      if (active[index] != 0) {
        outcomes[index] = advance(members_[index], actions[index],
                                  observations.subspan(index * observation_size_, observation_size_));
      }
      index = index + 1 == count ? 0 : index + 1;
    }
    if (shares_rewards()) share_rewards(active, outcomes);
  }

  void save(ByteWriter& writer) const override {
    writer.value(static_cast<std::uint64_t>(members_.size()));
    for (const Resource& resource : resources_) resource.save(writer);
    for (const Member& member : members_) {
      writer.value(member.condition);
      writer.value(member.state);
      writer.value(member.stream);
      writer.value(static_cast<std::uint8_t>(member.running ? 1 : 0));
    }
  }

  [[nodiscard]] Result<void> restore(ByteReader& reader) override {
    std::uint64_t count = 0;
    WINDHOVER_RETURN_IF_ERROR(reader.value(count));
    if (count != members_.size()) return failure("the saved state belongs to a group of another size");
    for (Resource& resource : resources_) WINDHOVER_RETURN_IF_ERROR(resource.restore(reader));
    for (Member& member : members_) {
      int condition = 0;
      WINDHOVER_RETURN_IF_ERROR(reader.value(condition));
      if (!is_member(condition)) return failure("the saved state of an environment is damaged");
      set_condition(member, condition);
      WINDHOVER_RETURN_IF_ERROR(reader.value(member.state));
      WINDHOVER_RETURN_IF_ERROR(reader.value(member.stream));
      WINDHOVER_RETURN_IF_ERROR(reader.value(member.running));
      const bool valid = !member.running || E::valid(member.parameters, member.state);
      if (!valid || !member.stream.valid()) {
        return failure("the saved state of an environment is damaged");
      }
    }
    return {};
  }

  /// For simple policies, which see everything.
  [[nodiscard]] const Parameters& parameters(int index) const {
    return members_.at(static_cast<std::size_t>(index)).parameters;
  }
  [[nodiscard]] const State& state(int index) const {
    return members_.at(static_cast<std::size_t>(index)).state;
  }

 private:
  struct Key {};  // makes the constructor reachable for std::make_unique, yet private

  /// On cache lines of its own, because threads may step different members at once.
  struct alignas(64) Member {
    Parameters parameters;
    State state;
    Stream stream;
    Resource* resource;
    int condition;  ///< which of the group's conditions
    bool running;
  };

 public:
  EnvironmentGroup(Key /*key*/, const Config& config, const GroupSetup& setup)
      : setup_(setup),
        observation_size_(static_cast<std::size_t>(E::observation_size(config))),
        action_count_(static_cast<int>(E::action_names().size())),
        episode_limit_(E::episode_limit(config)),
        in_step_(!std::is_same_v<Resource, NoSharedResource> && E::resource_is_shared(config, setup.mode)),
        reward_sharing_(E::reward_sharing(config)) {
    const std::size_t count = in_step_ ? 1 : setup.conditions.size();
    for (std::size_t index = 0; index < count; ++index) resources_.emplace_back(config);
  }

 private:
  [[nodiscard]] static Result<void> check_conditions(const std::vector<double>& conditions) {
    if (const auto impossible = impossible_condition(E::condition(), conditions)) {
      return usage_error(
          fmt::format("environment '{}' has no condition to vary, so it must be 0, but {} is given",
                      E::name(), *impossible));
    }
    // Streams are named by conditions in single precision.
    const auto lost = std::ranges::find_if(conditions, [](double condition) {
      return std::isfinite(condition) && !NumberRange().holds(condition);
    });
    if (lost == conditions.end()) return {};
    return usage_error(fmt::format("a condition is {}, but must be {}", number_text(*lost),
                                   NumberRange().wanted_instead_of(*lost, "a number")));
  }

  void add_member(Parameters parameters) {
    Resource* resource = in_step_ ? &resources_.front() : &resources_[members_.size()];
    members_.push_back(Member{parameters, State{}, Stream(), resource, members(), false});
    parameters_by_condition_.push_back(std::move(parameters));
  }

  [[nodiscard]] bool is_member(int index) const { return index >= 0 && index < members(); }

  void set_condition(Member& member, int condition) {
    member.condition = condition;
    member.parameters = parameters_by_condition_[static_cast<std::size_t>(condition)];
  }

  void check_member(int index, std::span<float> observation) const {
    WINDHOVER_CHECK(is_member(index));
    WINDHOVER_CHECK_OP(observation.size(), ==, observation_size_);
  }

  [[nodiscard]] StreamName stream_name(int index, std::uint32_t episode) const {
    const bool training = setup_.mode == Mode::training;
    const int condition = members_[static_cast<std::size_t>(index)].condition;
    return {.seed = setup_.seed,
            .purpose = training ? Purpose::training_environment : Purpose::evaluation_environment,
            .worker = static_cast<std::uint16_t>(index),
            .episode = episode,
            .condition =
                training ? 0.0F : static_cast<float>(setup_.conditions[static_cast<std::size_t>(condition)])};
  }

  StepOutcome advance(Member& member, int action, std::span<float> observation) {
    WINDHOVER_CHECK(action >= 0 && action < action_count_);
    WINDHOVER_CHECK(member.running);
    const typename E::Draw draw = E::draw_next(member.parameters, member.state, member.stream);
    const StepOutcome outcome = E::step(member.parameters, *member.resource, action, draw, member.state);
    E::observe(member.parameters, member.state, observation);
    member.running = !outcome.done();
    return outcome;
  }

  /// Mixes each learner's reward with the mean over those that took part in this tick.
  void share_rewards(std::span<const std::uint8_t> active, std::span<StepOutcome> outcomes) const {
    double sum = 0;
    int count = 0;
    for (std::size_t index = 0; index < outcomes.size(); ++index) {
      if (active[index] == 0) continue;
      sum += outcomes[index].learner_reward;
      ++count;
    }
    if (count == 0) return;
    const double shared = reward_sharing_ * (sum / count);
    for (std::size_t index = 0; index < outcomes.size(); ++index) {
      if (active[index] == 0) continue;
      outcomes[index].learner_reward = (1 - reward_sharing_) * outcomes[index].learner_reward + shared;
    }
  }

  GroupSetup setup_;
  std::size_t observation_size_;
  int action_count_;
  int episode_limit_;
  bool in_step_;
  double reward_sharing_;
  std::deque<Resource> resources_;  // one, or one a member; a deque never moves them
  std::vector<Member> members_;
  std::vector<Parameters> parameters_by_condition_;  // of each of the setup's conditions
};

/// The members that fly together under one condition and evaluation rules, given the number of workers in
/// training. Errors: a condition out of range.
template <Environment E>
[[nodiscard]] Result<std::unique_ptr<EnvironmentGroup<E>>> evaluation_group(const typename E::Config& config,
                                                                            double condition, int workers,
                                                                            std::uint64_t seed) {
  const auto members = static_cast<std::size_t>(E::evaluation_members(config, workers));
  return EnvironmentGroup<E>::make(
      config,
      {.seed = seed, .mode = Mode::evaluation, .conditions = std::vector<double>(members, condition)});
}

}  // namespace windhover::env
