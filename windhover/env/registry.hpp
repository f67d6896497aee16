#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/condition.hpp"
#include "windhover/core/fields.hpp"
#include "windhover/core/number_range.hpp"
#include "windhover/core/result.hpp"
#include "windhover/env/concept.hpp"
#include "windhover/env/configuration.hpp"
#include "windhover/env/group.hpp"
#include "windhover/env/linear_program.hpp"

namespace windhover::env {

/// The mean score of a simple policy under one condition.
struct PolicyScore {
  std::string policy;
  double condition = 0;
  double mean = 0;            ///< return per episode (and member of a fleet)
  double standard_error = 0;  ///< over episodes; 0 if there is one only
  int episodes = 0;           ///< episodes, or fleet episodes
};

/// For whom the two numbers of a simple policy are searched: what earns the whole group most ("best"), or
/// where members end of which each is after its own return ("selfish").
enum class SearchFor { group, self };

/// A setting of an environment's configuration, as it is shown.
struct Setting {
  std::string name;
  std::string type;                  ///< "true or false", "whole number", "number" or "text"
  NumberRange range;                 ///< of a number
  std::vector<std::string> choices;  ///< of a text; empty allows any
  std::string description;           ///< with the unit
};

/// A number that an environment hides (hidden.hpp).
struct HiddenNumber {
  std::string name;
  std::string description;
};

/// Everything the rest of the system knows of an environment. Made from an environment type by `describe`
/// (describe.hpp).
struct Description {
  std::string name;
  std::string summary;
  std::vector<std::string> profiles;  ///< the first is the default
  std::vector<std::string> action_names;
  std::optional<Condition> condition;    ///< what varies from episode to episode, if anything does
  ObservationBounds observation_bounds;  ///< the interval that holds every observation
  std::vector<std::string> field_names;  ///< of the configuration
  /// Fields that change what a learner sees or is given, or which of its scores come first: nothing that a
  /// simple policy earns, or that a relaxation bounds, depends on them.
  std::vector<std::string> learner_fields;
  std::vector<Setting> settings;     ///< the same fields, as they are shown
  std::vector<HiddenNumber> hidden;  ///< what no observation shows, in the order of Group::hidden_values

  /// The whole effective configuration: the profile's with `overrides` applied. Errors: unknown profile,
  /// unknown key, wrong type, out of range.
  std::function<Result<Configuration>(std::string_view profile, const Json& overrides)> configure;

  /// The configuration with one field changed. Errors: an unknown key, wrong type, out of range.
  std::function<Result<Configuration>(const Configuration& config, std::string_view name, const Json& value)>
      with;

  /// What each value of an observation is, a name of a column each: "epochs_left". Empty if the environment
  /// does not say.
  std::function<std::vector<std::string>(const Configuration& config)> observation_names;

  /// A group under an effective configuration.
  std::function<Result<std::unique_ptr<Group>>(const Configuration& config, const GroupSetup& setup)>
      make_group;

  /// How many members fly together in one evaluation episode, given the number of workers in training.
  std::function<int(const Configuration& config, int workers)> evaluation_members;

  /// Which choice of actions the profile reports first (true: sampled).
  std::function<bool(const Configuration& config)> sampled_first;

  /// Training conditions of n workers if the study names none.
  std::function<std::vector<double>(int workers)> default_conditions;

  /// Training conditions of n workers around a base, the key base_velocity of a study file. Empty if the
  /// environment has no velocities.
  std::function<std::vector<double>(double base, int workers)> conditions_from_base;

  /// Conditions of the evaluation if the study names none; {0} where there is no condition.
  std::vector<double> test_conditions;

  /// What makes some of these conditions mean less than they seem to, under an effective configuration: a
  /// sentence each, in the environment's own terms. Empty if the environment has no condition.
  std::function<std::vector<std::string>(const Configuration& config, std::span<const double> conditions)>
      condition_warnings;

  /// Scores of every simple policy of the environment under evaluation rules, one row a policy and condition.
  std::function<Result<std::vector<PolicyScore>>(
      const Configuration& config, std::span<const double> conditions, int workers, int episodes,
      std::uint64_t seed, const std::stop_token& stop)>
      score_simple_policies;

  /// Scores of the simple policy whose two numbers a search over other episodes chose, one row a condition,
  /// as those of the simple policies; it is named after the numbers: "best threshold (25,15)". Empty if the
  /// environment has no such policy.
  std::function<Result<std::vector<PolicyScore>>(
      const Configuration& config, std::span<const double> conditions, int workers, int episodes,
      std::uint64_t seed, SearchFor whom, const std::stop_token& stop)>
      score_searched_policy;

  /// A linear program whose maximum bounds what any policy can score in one evaluation episode, one that the
  /// simple policies meet under the same seed, condition and number (relaxation.hpp). Empty if the
  /// environment has none.
  std::function<Result<LinearProgram>(const Configuration& config, double condition, int workers,
                                      std::uint64_t seed, std::uint32_t episode)>
      relaxation;
};

/// All environments, by name.
[[nodiscard]] const std::vector<Description>& registry();

/// Error: an unknown name, with the nearest known one.
[[nodiscard]] Result<const Description*> find(std::string_view name);

}  // namespace windhover::env
