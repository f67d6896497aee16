#include "windhover/rl/worker.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "windhover/core/contract.hpp"
#include "windhover/rl/policy.hpp"

namespace windhover::rl {

Worker::Worker(int number, std::uint64_t seed, const nn::Layout& layout, const LearnerConfig& learner)
    : number_(number),
      seed_(seed),
      reward_factor_(learner.reward_factor),
      local_(layout.arena_size()),
      rollout_(layout.architecture(), learner.rollout) {}

std::uint32_t Worker::start_episode() {
  const std::uint32_t episode = episodes_started_++;
  action_draws_ = Stream({.seed = seed_,
                          .purpose = Purpose::training_actions,
                          .worker = static_cast<std::uint16_t>(number_),
                          .episode = episode});
  rollout_.start_episode();
  account_ = {};
  active = true;
  return episode;
}

int Worker::act(const nn::Network<float>& network) {
  const int row = rollout_.length;
  const auto actions = static_cast<std::size_t>(network.layout().architecture().actions);
  network.forward(local_, rollout_.activations, row, 1);
  const auto probabilities =
      std::span<float>(rollout_.probabilities).subspan(static_cast<std::size_t>(row) * actions, actions);
  policy_distribution<float>(
      probabilities,
      std::span<float>(rollout_.log_probabilities).subspan(static_cast<std::size_t>(row) * actions, actions),
      rollout_.activations.heads(row), 1, static_cast<int>(actions));
  const int action = sample_action<float>(probabilities, action_draws_.uniform());
  rollout_.actions[static_cast<std::size_t>(row)] = action;
  return action;
}

void Worker::receive(const env::StepOutcome& outcome, std::span<const float> next_observation) {
  rollout_.rewards[static_cast<std::size_t>(rollout_.length)] =
      static_cast<float>(reward_factor_ * outcome.learner_reward);
  ++rollout_.length;
  rollout_.terminated = outcome.terminated;
  rollout_.truncated = outcome.truncated;
  std::ranges::copy(next_observation, rollout_.activations.observations(rollout_.length).begin());
  ++steps_;
  ++account_.length;
  account_.episode_return += outcome.reward;
}

void Worker::updated(const Losses<float>& losses, float gradient_norm, std::uint64_t staleness) {
  account_.policy_loss += static_cast<double>(losses.policy);
  account_.value_loss += static_cast<double>(losses.value);
  account_.entropy += static_cast<double>(losses.entropy) * rollout_.length;
  account_.total_loss += static_cast<double>(losses.total);
  account_.gradient_norm += static_cast<double>(gradient_norm);
  account_.staleness += static_cast<double>(staleness);
  ++account_.updates;
  if (!episode_over()) rollout_.carry_over();
}

TrainingRow Worker::finish_episode(std::uint64_t step) {
  WINDHOVER_CHECK(account_.updates > 0 && account_.length > 0);
  const double inverse_updates = 1.0 / static_cast<double>(account_.updates);
  active = false;
  return {.step = step,
          .worker = number_,
          .episode = static_cast<std::int32_t>(episodes_started_ - 1),
          .episode_return = account_.episode_return,
          .length = static_cast<std::int32_t>(account_.length),
          .policy_loss = account_.policy_loss * inverse_updates,
          .value_loss = account_.value_loss * inverse_updates,
          .entropy = account_.entropy / static_cast<double>(account_.length),
          .total_loss = account_.total_loss * inverse_updates,
          .gradient_norm = account_.gradient_norm * inverse_updates,
          .staleness = account_.staleness * inverse_updates};
}

void Worker::save(ByteWriter& writer) const {
  writer.values(std::span<const float>(local_));
  rollout_.save(writer);
  writer.value(action_draws_);
  writer.value(episodes_started_);
  writer.value(steps_);
  writer.value(account_);
  writer.value(copied_at);
  writer.value(active);
}

Result<void> Worker::restore(ByteReader& reader) {
  WINDHOVER_RETURN_IF_ERROR(reader.values(std::span<float>(local_)));
  WINDHOVER_RETURN_IF_ERROR(rollout_.restore(reader));
  WINDHOVER_RETURN_IF_ERROR(reader.value(action_draws_));
  WINDHOVER_RETURN_IF_ERROR(reader.value(episodes_started_));
  WINDHOVER_RETURN_IF_ERROR(reader.value(steps_));
  WINDHOVER_RETURN_IF_ERROR(reader.value(account_));
  WINDHOVER_RETURN_IF_ERROR(reader.value(copied_at));
  WINDHOVER_RETURN_IF_ERROR(reader.value(active));
  if (plausible()) return {};
  return failure(fmt::format("the saved state of worker {} is damaged", number_));
}

bool Worker::plausible() const {
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  const bool counts = account_.length >= rollout_.length && account_.length < most && account_.updates >= 0 &&
                      account_.updates < most;
  const bool started = !active || episodes_started_ > 0;
  const bool has_steps = !active || !rollout_.complete() || rollout_.length > 0;
  return action_draws_.valid() && (counts || !active) && started && has_steps;
}

}  // namespace windhover::rl
