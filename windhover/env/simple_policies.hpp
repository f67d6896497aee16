#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "windhover/core/mean_with_error.hpp"
#include "windhover/env/adapter.hpp"
#include "windhover/env/concept.hpp"
#include "windhover/env/registry.hpp"

namespace windhover::env {

/// Flies episodes of a group whose members all follow one simple policy, each by the numbers in its own
/// parameters.
template <Environment E>
class SimplePolicyFlight {
 public:
  using Parameters = typename E::Parameters;
  using Policy = SimplePolicy<Parameters, typename E::State>;

  SimplePolicyFlight(EnvironmentGroup<E>& group, std::uint64_t seed, double condition,
                     std::stop_token stop = {})
      : group_(group),
        seed_(seed),
        condition_(static_cast<float>(condition)),
        stop_(std::move(stop)),
        size_(static_cast<std::size_t>(group.members())),
        streams_(size_),
        actions_(size_),
        active_(size_),
        outcomes_(size_),
        returns_(size_),
        observations_(size_ * static_cast<std::size_t>(group.observation_size())) {
    for (int member = 0; member < group.members(); ++member) numbers_.push_back(group.parameters(member));
  }

  /// From now on this member's policy goes by the numbers in `parameters`; its environment stays what it is.
  void go_by(std::size_t member, const Parameters& parameters) { numbers_.at(member) = parameters; }

  /// The mean return per member of one whole episode. In tick t the member t mod n goes first. When a stop is
  /// requested the episode ends early, with a number that is of no use.
  [[nodiscard]] double fly(const Policy& policy, std::uint32_t episode) {
    start(episode);
    double sum = 0;
    std::size_t flying = size_;
    for (std::size_t tick = 0; flying > 0 && !stop_.stop_requested(); ++tick) {
      choose_actions(policy);
      group_.step_all(static_cast<int>(tick % size_), actions_, active_, outcomes_, observations_);
      for (std::size_t index = 0; index < size_; ++index) {
        if (active_[index] == 0) continue;
        sum += outcomes_[index].reward;
        returns_[index] += outcomes_[index].reward;
        if (!outcomes_[index].done()) continue;
        active_[index] = 0;
        --flying;
      }
    }
    return sum / static_cast<double>(size_);
  }

  /// What each member earned in the last episode.
  [[nodiscard]] std::span<const double> returns() const { return returns_; }

 private:
  void start(std::uint32_t episode) {
    group_.refill_shared_resource();
    const std::size_t width = observations_.size() / size_;
    for (std::size_t index = 0; index < size_; ++index) {
      const auto row = std::span(observations_).subspan(index * width, width);
      group_.start_episode(static_cast<int>(index), episode, row);
      streams_[index] = Stream({.seed = seed_,
                                .purpose = Purpose::baseline_actions,
                                .worker = static_cast<std::uint16_t>(index),
                                .episode = episode,
                                .condition = condition_});
    }
    std::ranges::fill(active_, std::uint8_t{1});
    std::ranges::fill(returns_, 0.0);
  }

  void choose_actions(const Policy& policy) {
    for (std::size_t index = 0; index < size_; ++index) {
      if (active_[index] == 0) continue;
      actions_[index] =
          policy.choose(numbers_[index], group_.state(static_cast<int>(index)), streams_[index]);
    }
  }

  EnvironmentGroup<E>& group_;
  std::uint64_t seed_;
  float condition_;
  std::stop_token stop_;
  std::size_t size_;
  std::vector<Stream> streams_;
  std::vector<int> actions_;
  std::vector<std::uint8_t> active_;
  std::vector<StepOutcome> outcomes_;
  std::vector<double> returns_;
  std::vector<Parameters> numbers_;
  std::vector<float> observations_;
};

/// Mean and standard error of the episodes' scores; the error of a single episode is 0.
[[nodiscard]] inline PolicyScore summarise(std::string policy, double condition,
                                           std::span<const double> scores) {
  const auto [mean, error] = mean_with_error(scores);
  return {std::move(policy), condition, mean, error, static_cast<int>(scores.size())};
}

/// The scores of `episodes` episodes in a row from `first_episode` on, of a fleet that follows one policy
/// under one condition and evaluation rules. Errors: a condition out of range; stopped.
template <Environment E>
[[nodiscard]] Result<std::vector<double>> episode_scores(const typename E::Config& config,
                                                         const typename SimplePolicyFlight<E>::Policy& policy,
                                                         double condition, int workers, std::uint64_t seed,
                                                         std::uint32_t first_episode, int episodes,
                                                         const std::stop_token& stop = {}) {
  auto group = evaluation_group<E>(config, condition, workers, seed);
  if (!group) return tl::make_unexpected(std::move(group).error());
  SimplePolicyFlight<E> flight(**group, seed, condition, stop);
  std::vector<double> scores;
  scores.reserve(static_cast<std::size_t>(episodes));
  for (int episode = 0; episode < episodes; ++episode) {
    scores.push_back(flight.fly(policy, first_episode + static_cast<std::uint32_t>(episode)));
    if (stop.stop_requested()) return stopped();
  }
  return scores;
}

/// Adds the scores of a policy in the first `episodes` episodes, a row a condition, under the name `name`.
/// Errors: a condition out of range; stopped.
template <Environment E>
[[nodiscard]] Result<void> add_scores(std::vector<PolicyScore>& rows, const std::string& name,
                                      const typename E::Config& config,
                                      const typename SimplePolicyFlight<E>::Policy& policy,
                                      std::span<const double> conditions, int workers, int episodes,
                                      std::uint64_t seed, const std::stop_token& stop) {
  for (const double condition : conditions) {
    const auto scores = episode_scores<E>(config, policy, condition, workers, seed, 0, episodes, stop);
    if (!scores) return tl::make_unexpected(scores.error());
    rows.push_back(summarise(name, condition, *scores));
  }
  return {};
}

/// Scores of every simple policy of E under evaluation rules, policy by policy. Every policy meets the same
/// draws. Errors: no episodes, no workers, a condition out of range; stopped.
template <Environment E>
[[nodiscard]] Result<std::vector<PolicyScore>> score_simple_policies(const typename E::Config& config,
                                                                     std::span<const double> conditions,
                                                                     int workers, int episodes,
                                                                     std::uint64_t seed,
                                                                     const std::stop_token& stop = {}) {
  if (episodes < 1) return usage_error("simple policies need at least one episode");
  if (workers < 1) return usage_error("simple policies need at least one worker");
  std::vector<PolicyScore> rows;
  for (const auto& policy : E::simple_policies()) {
    WINDHOVER_RETURN_IF_ERROR(add_scores<E>(rows, std::string(policy.name), config, policy, conditions,
                                            workers, episodes, seed, stop));
  }
  return rows;
}

}  // namespace windhover::env
