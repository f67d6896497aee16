#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <limits>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "windhover/core/contract.hpp"
#include "windhover/env/simple_policies.hpp"

namespace windhover::env {

template <class E>
concept Tunable = Environment<E> && requires(const typename E::Config& config) {
  { E::tunable_policy(config) } -> std::same_as<TunablePolicy<typename E::Config>>;
};

/// Episodes of the search have numbers from here on: none of them is one that scores policies or models.
inline constexpr std::uint32_t first_search_episode = std::uint32_t{1} << 31;

/// The two numbers of the tunable policy of E that earn most on average over all conditions, found from a
/// coarse grid to a fine one. All candidates meet the same episodes, so that they differ by what they do
/// alone. The same arguments give the same numbers.
template <Tunable E>
class PolicySearch {
 public:
  using Config = typename E::Config;
  using Policy = SimplePolicy<typename E::Parameters, typename E::State>;
  using Numbers = std::pair<int, int>;

  PolicySearch(const Config& config, std::span<const double> conditions, int workers, std::uint64_t seed,
               std::stop_token stop = {})
      : config_(config),
        conditions_(conditions),
        workers_(workers),
        seed_(seed),
        stop_(std::move(stop)),
        tuned_(E::tunable_policy(config)) {
    const auto all = E::simple_policies();
    const auto found = std::ranges::find(all, tuned_.name, &Policy::name);
    WINDHOVER_CHECK(found != all.end());
    policy_ = *found;
  }

  /// What earns the whole group most. Errors: a condition out of range; stopped.
  [[nodiscard]] Result<Numbers> best() const {
    return search([this](Numbers numbers, int episodes) { return sum_of_means(numbers, episodes); });
  }

  /// What earns one member most while all others go by `others`. Errors: as best.
  [[nodiscard]] Result<Numbers> best_reply(Numbers others) const {
    return search([this, others](Numbers own, int episodes) { return sum_of_own(own, others, episodes); });
  }

  /// Where members end of which each is after its own return: from `best()` on, everybody takes the best
  /// reply to what everybody does, until a rule comes again. If that rule is the best reply to itself, it is
  /// a symmetric equilibrium among these policies; otherwise it is the first that the cycle comes back to.
  /// Errors: as best.
  [[nodiscard]] Result<Numbers> selfish() const;

  [[nodiscard]] Config with(Numbers numbers) const {
    Config config = config_;
    config.*tuned_.first = numbers.first;
    config.*tuned_.second = numbers.second;
    return config;
  }

  [[nodiscard]] const Policy& policy() const { return policy_; }

 private:
  using Bounds = std::pair<int, int>;
  using Flight = SimplePolicyFlight<E>;

  static constexpr int coarse_steps = 10;
  static constexpr int reach = 2;  // steps to either side of the best so far

  // Episodes of one member, over all conditions together: the finer the grid, the smaller what it has to tell
  // apart.
  static constexpr int coarse_episodes = 200;
  static constexpr int middle_episodes = 500;
  static constexpr int fine_episodes = 2000;

  [[nodiscard]] Bounds around(int center, int step) const {
    int lowest = center - reach * step;
    while (lowest < 0) lowest += step;
    return {lowest, std::min(tuned_.largest, center + reach * step)};
  }

  template <class Objective>
  [[nodiscard]] Result<Numbers> search(const Objective& objective) const {
    const int coarse = std::max(1, tuned_.largest / coarse_steps);
    auto found = best_of(objective, {0, tuned_.largest}, {0, tuned_.largest}, coarse, coarse_episodes);
    for (int step = coarse / 2; found && step >= 1; step /= 2) {
      found = best_of(objective, around(found->first, step), around(found->second, step), step,
                      step > 1 ? middle_episodes : fine_episodes);
    }
    return found;
  }

  template <class Objective>
  [[nodiscard]] Result<Numbers> best_of(const Objective& objective, Bounds first, Bounds second, int step,
                                        int episodes) const {
    Numbers best{0, 0};
    double highest = -std::numeric_limits<double>::infinity();
    for (int a = first.first; a <= first.second; a += step) {
      for (int b = second.first; b <= second.second; b += step) {
        const auto sum = objective(Numbers{a, b}, episodes);
        if (!sum) return tl::make_unexpected(sum.error());
        if (*sum > highest) {
          highest = *sum;
          best = {a, b};
        }
      }
    }
    return best;
  }

  [[nodiscard]] Result<double> sum_of_means(Numbers numbers, int member_episodes) const {
    const Config config = with(numbers);
    const int share = E::evaluation_members(config, workers_) * static_cast<int>(conditions_.size());
    const int episodes = (member_episodes + share - 1) / share;
    double sum = 0;
    for (const double condition : conditions_) {
      const auto scores = episode_scores<E>(config, policy_, condition, workers_, seed_, first_search_episode,
                                            episodes, stop_);
      if (!scores) return tl::make_unexpected(scores.error());
      for (const double score : *scores) sum += score / episodes;
    }
    return sum;
  }

  /// Of member 0, in as many episodes of the group as it takes.
  [[nodiscard]] Result<double> sum_of_own(Numbers own, Numbers others, int member_episodes) const {
    const Config config = with(others);
    const auto conditions = static_cast<int>(conditions_.size());
    const int episodes = (member_episodes + conditions - 1) / conditions;
    double sum = 0;
    for (const double condition : conditions_) {
      const auto group = evaluation_group<E>(config, condition, workers_, seed_);
      if (!group) return tl::make_unexpected(group.error());
      const auto parameters = E::make_parameters(with(own), condition, Mode::evaluation);
      if (!parameters) return tl::make_unexpected(parameters.error());
      Flight flight(**group, seed_, condition, stop_);
      flight.go_by(0, *parameters);
      for (int episode = 0; episode < episodes; ++episode) {
        static_cast<void>(flight.fly(policy_, first_search_episode + static_cast<std::uint32_t>(episode)));
        if (stop_.stop_requested()) return stopped();
        sum += flight.returns()[0] / episodes;
      }
    }
    return sum;
  }

  Config config_;
  std::span<const double> conditions_;
  int workers_;
  std::uint64_t seed_;
  std::stop_token stop_;
  TunablePolicy<Config> tuned_;
  Policy policy_{};
};

template <Tunable E>
Result<typename PolicySearch<E>::Numbers> PolicySearch<E>::selfish() const {
  std::vector<Numbers> rules;  // one after the other
  auto rule = best();
  while (rule && std::ranges::find(rules, *rule) == rules.end()) {
    rules.push_back(*rule);
    rule = best_reply(rules.back());
  }
  return rule;
}

/// Scores of the tunable policy with the numbers that PolicySearch finds for these conditions together, in
/// the episodes that the simple policies meet. Errors: as score_simple_policies.
template <Tunable E>
[[nodiscard]] Result<std::vector<PolicyScore>> score_searched_policy(const typename E::Config& config,
                                                                     std::span<const double> conditions,
                                                                     int workers, int episodes,
                                                                     std::uint64_t seed, SearchFor whom,
                                                                     const std::stop_token& stop = {}) {
  if (episodes < 1) return usage_error("the searched policy needs at least one episode");
  if (workers < 1) return usage_error("the searched policy needs at least one worker");
  const PolicySearch<E> search(config, conditions, workers, seed, stop);
  const auto numbers = whom == SearchFor::group ? search.best() : search.selfish();
  if (!numbers) return tl::make_unexpected(numbers.error());
  const auto name = fmt::format("{} {} ({},{})", whom == SearchFor::group ? "best" : "selfish",
                                search.policy().name, numbers->first, numbers->second);
  std::vector<PolicyScore> rows;
  WINDHOVER_RETURN_IF_ERROR(add_scores<E>(rows, name, search.with(*numbers), search.policy(), conditions,
                                          workers, episodes, seed, stop));
  return rows;
}

}  // namespace windhover::env
