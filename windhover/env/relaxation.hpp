#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "windhover/core/result.hpp"
#include "windhover/env/adapter.hpp"
#include "windhover/env/concept.hpp"
#include "windhover/env/linear_program.hpp"

namespace windhover::env {

/// An environment that can bound the score of an episode whose draws are all known in advance.
/// `relaxation(config, members, course)` gives a linear program whose maximum no policy's score can exceed,
/// in evaluation. members[i] are the parameters of member i; course[tick * members.size() + i] is the state
/// in which it decides. Nothing in the course may be read that depends on actions.
template <class E>
concept Relaxable = Environment<E> &&
    requires(const typename E::Config& config, std::span<const typename E::Parameters> members,
             std::span<const typename E::State> course) {
  { E::relaxation(config, members, course) } -> std::same_as<LinearProgram>;
};

/// The relaxation of one evaluation episode of a fleet under one condition: the episode that evaluation and
/// the simple policies meet under the same seed, condition and number. Errors: no workers, a condition out of
/// range.
template <Relaxable E>
[[nodiscard]] Result<LinearProgram> relaxation_of_episode(const typename E::Config& config, double condition,
                                                          int workers, std::uint64_t seed,
                                                          std::uint32_t episode) {
  if (workers < 1) return usage_error("an upper bound needs at least one worker");
  auto group = evaluation_group<E>(config, condition, workers, seed);
  if (!group) return tl::make_unexpected(std::move(group).error());
  std::vector<float> observation(static_cast<std::size_t>((*group)->observation_size()));
  std::vector<typename E::Parameters> members;
  for (int member = 0; member < (*group)->members(); ++member) {
    (*group)->start_episode(member, episode, observation);
    members.push_back((*group)->parameters(member));
  }
  std::vector<typename E::State> course;
  for (bool running = true; running;) {
    for (int member = 0; member < (*group)->members(); ++member) {
      course.push_back((*group)->state(member));
      running = !(*group)->step(member, 0, observation).done();
    }
  }
  return E::relaxation(config, members, course);
}

}  // namespace windhover::env
