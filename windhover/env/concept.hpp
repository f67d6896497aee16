#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "windhover/core/bytes.hpp"
#include "windhover/core/condition.hpp"
#include "windhover/core/random.hpp"
#include "windhover/core/result.hpp"
#include "windhover/env/group.hpp"

/// What the author of an environment writes. An environment is a type with static functions only, in the
/// manner of rl-tools: a plain State, Parameters computed once for a member, and a Draw, everything random
/// that one step needs. Dynamics (`reset`, `step`) take the draw as an argument and sampling (`draw_initial`,
/// `draw_next`) makes it, so that a test can drive the dynamics from a recorded tape. `describe`
/// (describe.hpp) turns the type into a registry entry.
namespace windhover::env {

/// A named configuration to start from.
template <class Config>
struct Profile {
  std::string name;
  Config config;
};

/// A policy that needs no learning. `choose` may look at the whole state, hidden parts included.
template <class Parameters, class State>
struct SimplePolicy {
  std::string_view name;
  int (*choose)(const Parameters& parameters, const State& state, Stream& stream);
};

/// A simple policy with two whole numbers of the configuration, each from 0 to `largest`, that a search may
/// choose (policy_search.hpp).
template <class Config>
struct TunablePolicy {
  std::string_view name;  ///< among the simple policies
  int Config::*first;
  int Config::*second;
  int largest = 0;
};

/// The interval that holds every observation.
struct ObservationBounds {
  float lowest = 0;
  float highest = 1;
};

/// The resource of an environment whose members do not meet.
struct NoSharedResource {
  template <class Config>
  explicit NoSharedResource(const Config& /*config*/) {}
  void refill() {}
  void save(ByteWriter& /*writer*/) const {}
  [[nodiscard]] Result<void> restore(ByteReader& /*reader*/) { return {}; }
};

/// Something that several members use, perhaps from several threads at once.
template <class Resource, class Config>
concept SharedResource = std::constructible_from<Resource, const Config&> &&
    requires(Resource& resource, const Resource& saved, ByteWriter& writer, ByteReader& reader) {
  resource.refill();
  saved.save(writer);
  { resource.restore(reader) } -> std::same_as<Result<void>>;
};

/// The types of an environment. State and Draw are plain values; Config lists its fields (core/fields.hpp).
template <class E>
concept EnvironmentTypes = std::is_trivially_copyable_v<typename E::State> &&
    std::default_initializable<typename E::State> && std::is_trivially_copyable_v<typename E::Draw> &&
    std::equality_comparable<typename E::Draw> && std::copyable<typename E::Parameters> &&
    std::copyable<typename E::Config> && SharedResource<typename E::Resource, typename E::Config>;

/// What happens in one step. `draw_next` may look at the exogenous part of the state only, so that nothing
/// random depends on an action. `step` takes an action in 0 .. action_names().size()-1 and sets
/// `learner_reward` as well.
template <class E>
concept EnvironmentDynamics = requires(const typename E::Parameters& parameters,
                                       const typename E::State& state, typename E::State& changed,
                                       const typename E::Draw& draw, typename E::Resource& resource,
                                       Stream& stream, std::span<float> observation) {
  { E::draw_initial(parameters, stream) } -> std::same_as<typename E::Draw>;
  { E::draw_next(parameters, state, stream) } -> std::same_as<typename E::Draw>;
  { E::reset(parameters, draw, changed) } -> std::same_as<void>;
  { E::step(parameters, resource, int{}, draw, changed) } -> std::same_as<StepOutcome>;
  { E::observe(parameters, state, observation) } -> std::same_as<void>;  // writes all of it
  { E::valid(parameters, state) } -> std::same_as<bool>;                 // of a state read from a file
};

/// What the rest of the system asks about an environment; Description (registry.hpp) explains each.
template <class E>
concept EnvironmentFacts = requires(const typename E::Config& config, double condition, Mode mode,
                                    int workers) {
  { E::name() } -> std::convertible_to<std::string_view>;
  { E::summary() } -> std::convertible_to<std::string_view>;
  { E::condition() } -> std::convertible_to<std::optional<Condition>>;
  { E::action_names() } -> std::same_as<std::vector<std::string>>;
  { E::profiles() } -> std::same_as<std::vector<Profile<typename E::Config>>>;  // not empty
  { E::observation_size(config) } -> std::same_as<int>;
  { E::episode_limit(config) } -> std::same_as<int>;  // the most steps an episode can have
  { E::observation_bounds() } -> std::same_as<ObservationBounds>;
  { E::make_parameters(config, condition, mode) } -> std::same_as<Result<typename E::Parameters>>;
  { E::resource_is_shared(config, mode) } -> std::same_as<bool>;  // false: each member has one to itself
  { E::reward_sharing(config) } -> std::same_as<double>;          // 0: none .. 1: the mean of all
  { E::evaluation_members(config, workers) } -> std::same_as<int>;
  { E::sampled_first(config) } -> std::same_as<bool>;
  { E::default_conditions(workers) } -> std::same_as<std::vector<double>>;
  { E::test_conditions() } -> std::same_as<std::vector<double>>;  // distinct; {0} without a condition
  {
    E::simple_policies()
    } -> std::same_as<std::span<const SimplePolicy<typename E::Parameters, typename E::State>>>;
};

template <class E>
concept Environment = EnvironmentTypes<E> && EnvironmentDynamics<E> && EnvironmentFacts<E>;

}  // namespace windhover::env
