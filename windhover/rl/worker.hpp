#pragma once

#include <cstdint>
#include <span>

#include "windhover/core/bytes.hpp"
#include "windhover/core/random.hpp"
#include "windhover/core/rows.hpp"
#include "windhover/env/group.hpp"
#include "windhover/nn/network.hpp"
#include "windhover/rl/loss.hpp"
#include "windhover/rl/rollout.hpp"

namespace windhover::rl {

/// One worker of a training: its local copy of the model, the rollout it is filling, and the account of its
/// episode.
class Worker {
 public:
  Worker(int number, std::uint64_t seed, const nn::Layout& layout, const LearnerConfig& learner);

  /// Starts the next episode from a zero hidden state, with its own stream of action draws. Returns the
  /// episode's number.
  std::uint32_t start_episode();

  /// Runs the policy on the current observation and draws an action from it.
  [[nodiscard]] int act(const nn::Network<float>& network);

  /// What the environment answered. The next observation goes into the rollout's next row.
  void receive(const env::StepOutcome& outcome, std::span<const float> next_observation);

  /// Adds an update to the episode's account and makes the rollout ready to go on, if the episode does.
  void updated(const Losses<float>& losses, float gradient_norm, std::uint64_t staleness);

  /// The row of the finished episode. `step`: environment steps of the whole run.
  [[nodiscard]] TrainingRow finish_episode(std::uint64_t step);

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] std::uint32_t episodes_started() const { return episodes_started_; }
  [[nodiscard]] std::uint64_t steps() const { return steps_; }
  /// Of the running episode so far.
  [[nodiscard]] double episode_return() const { return account_.episode_return; }
  [[nodiscard]] std::uint64_t episode_steps() const { return static_cast<std::uint64_t>(account_.length); }
  [[nodiscard]] bool episode_over() const { return rollout_.terminated || rollout_.truncated; }
  [[nodiscard]] Rollout<float>& rollout() { return rollout_; }
  [[nodiscard]] std::span<float> local() { return local_; }
  [[nodiscard]] std::span<const float> local() const { return local_; }

  /// Shared updates that had been made when the local copy was taken.
  std::uint64_t copied_at = 0;
  bool active = false;  ///< false before the first and after the last episode

  void save(ByteWriter& writer) const;
  [[nodiscard]] Result<void> restore(ByteReader& reader);

 private:
  /// Whether a state that was read can be gone on from.
  [[nodiscard]] bool plausible() const;

  /// Sums over the running episode.
  struct Account {
    double episode_return = 0, policy_loss = 0, value_loss = 0, entropy = 0, total_loss = 0,
           gradient_norm = 0;
    double staleness = 0;
    std::int64_t length = 0, updates = 0;
  };

  int number_;
  std::uint64_t seed_;
  double reward_factor_;
  nn::AlignedVector<float> local_;
  Rollout<float> rollout_;
  Stream action_draws_;
  std::uint32_t episodes_started_ = 0;
  std::uint64_t steps_ = 0;
  Account account_;
};

}  // namespace windhover::rl
