#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "windhover/core/fields.hpp"
#include "windhover/core/nearest.hpp"
#include "windhover/env/adapter.hpp"
#include "windhover/env/concept.hpp"
#include "windhover/env/hidden.hpp"
#include "windhover/env/policy_search.hpp"
#include "windhover/env/registry.hpp"
#include "windhover/env/relaxation.hpp"
#include "windhover/env/simple_policies.hpp"

namespace windhover::env {
namespace detail {

template <Environment E>
[[nodiscard]] std::vector<std::string> profile_names() {
  std::vector<std::string> names;
  for (const auto& profile : E::profiles()) names.push_back(profile.name);
  return names;
}

template <Environment E>
[[nodiscard]] Result<Configuration> configure(std::string_view name, const Json& overrides) {
  for (auto& profile : E::profiles()) {
    if (profile.name != name) continue;
    auto config = profile.config;
    WINDHOVER_RETURN_IF_ERROR(fields::set_all(config, overrides));
    return Configuration(std::move(config));
  }
  return usage_error(fmt::format("unknown profile '{}' of environment '{}'{}", name, E::name(),
                                 suggestion(name, profile_names<E>())));
}

/// `use` of the environment's own configuration, or the refusal of another's.
template <Environment E, class Use>
[[nodiscard]] auto with_own(const Configuration& configuration, Use use)
    -> decltype(use(std::declval<const typename E::Config&>())) {
  if (const auto* config = configuration.get_if<typename E::Config>()) return use(*config);
  return usage_error(fmt::format("the configuration is not one of environment '{}'", E::name()));
}

/// The fields of a configuration as they are shown.
template <class Config>
[[nodiscard]] std::vector<Setting> settings() {
  static constexpr const char* types[] = {"true or false", "whole number", "number", "text"};
  std::vector<Setting> all;
  for (const auto& field : Config::fields())
    all.push_back({field.name, types[field.member.index()], field.range, field.choices, field.description});
  return all;
}

}  // namespace detail

/// What only some environments have.
template <Environment E>
void describe_optional(Description& entry) {
  if constexpr (requires { E::learner_fields(); }) entry.learner_fields = E::learner_fields();
  if constexpr (requires(const typename E::Config& config) { E::observation_names(config); }) {
    entry.observation_names = [](const Configuration& config) {
      return E::observation_names(config.get<typename E::Config>());
    };
  }
  if constexpr (requires { E::conditions_from_base(double{}, int{}); })
    entry.conditions_from_base = E::conditions_from_base;
  if constexpr (Hides<E>) {
    for (const auto& quantity : E::hidden_quantities())
      entry.hidden.push_back({std::string(quantity.name), std::string(quantity.description)});
  }
  if constexpr (requires(const typename E::Config& config) { E::condition_warnings(config, {}); }) {
    entry.condition_warnings = [](const Configuration& config, std::span<const double> conditions) {
      return E::condition_warnings(config.get<typename E::Config>(), conditions);
    };
  }
  if constexpr (Tunable<E>) {
    entry.score_searched_policy = [](const Configuration& configuration, std::span<const double> conditions,
                                     int workers, int episodes, std::uint64_t seed, SearchFor whom,
                                     const std::stop_token& stop) {
      return detail::with_own<E>(configuration, [&](const auto& config) {
        return score_searched_policy<E>(config, conditions, workers, episodes, seed, whom, stop);
      });
    };
  }
  if constexpr (Relaxable<E>) {
    entry.relaxation = [](const Configuration& configuration, double condition, int workers,
                          std::uint64_t seed, std::uint32_t episode) {
      return detail::with_own<E>(configuration, [&](const auto& config) -> Result<LinearProgram> {
        return relaxation_of_episode<E>(config, condition, workers, seed, episode);
      });
    };
  }
}

/// The registry's entry of the environment E.
template <Environment E>
[[nodiscard]] Description describe() {
  Description entry;
  entry.name = E::name();
  entry.summary = E::summary();
  entry.profiles = detail::profile_names<E>();
  entry.action_names = E::action_names();
  entry.condition = E::condition();
  entry.observation_bounds = E::observation_bounds();
  entry.field_names = fields::names<typename E::Config>();
  entry.settings = detail::settings<typename E::Config>();
  entry.configure = detail::configure<E>;
  entry.with = [](const Configuration& configuration, std::string_view name, const Json& value) {
    return detail::with_own<E>(configuration, [&](auto config) -> Result<Configuration> {
      WINDHOVER_RETURN_IF_ERROR(fields::set(config, name, value));
      return Configuration(std::move(config));
    });
  };
  entry.make_group = [](const Configuration& configuration, const GroupSetup& setup) {
    return detail::with_own<E>(configuration, [&](const auto& config) -> Result<std::unique_ptr<Group>> {
      return EnvironmentGroup<E>::make(config, setup);
    });
  };
  entry.evaluation_members = [](const Configuration& config, int workers) {
    return E::evaluation_members(config.get<typename E::Config>(), workers);
  };
  entry.sampled_first = [](const Configuration& config) {
    return E::sampled_first(config.get<typename E::Config>());
  };
  entry.default_conditions = E::default_conditions;
  entry.test_conditions = E::test_conditions();
  entry.score_simple_policies = [](const Configuration& configuration, std::span<const double> conditions,
                                   int workers, int episodes, std::uint64_t seed,
                                   const std::stop_token& stop) {
    return detail::with_own<E>(configuration, [&](const auto& config) {
      return score_simple_policies<E>(config, conditions, workers, episodes, seed, stop);
    });
  };
  describe_optional<E>(entry);
  return entry;
}

}  // namespace windhover::env
