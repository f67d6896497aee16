#pragma once

#include <cstdint>
#include <vector>

namespace windhover {

/// What one worker's training episode left behind: one row of training.csv. Losses are means over the
/// episode's updates.
struct TrainingRow {
  std::uint64_t step =
      0;  ///< environment steps of the whole run when the episode ended, all workers together
  std::int32_t worker = 0;
  std::int32_t episode = 0;
  double episode_return = 0;  ///< the worker's own, unshaped and undiscounted
  std::int32_t length = 0;    ///< steps
  double policy_loss = 0;
  double value_loss = 0;
  double entropy = 0;  ///< nats, mean over the steps
  double total_loss = 0;
  double gradient_norm = 0;  ///< before clipping
  double staleness = 0;      ///< shared updates since the worker's last copy, mean over the episode's updates
};

/// How actions are taken from a policy in evaluation.
enum class ActionChoice : std::int32_t {
  greedy = 0,   ///< the most probable action, ties to the lowest
  sampled = 1,  ///< drawn from the policy
};

/// One evaluated episode of one model: one row of evaluation.csv. For a fleet, means over its members.
struct EvaluationRow {
  std::int32_t model = 0;  ///< number of the model in its run
  ActionChoice choice = ActionChoice::greedy;
  double condition = 0;  ///< the test condition, km/h in OffloadEnv
  std::int32_t episode = 0;
  double episode_return = 0;
  double length = 0;                         ///< steps
  std::vector<double> action_shares;         ///< per action; sums to 1
  std::vector<double> action_probabilities;  ///< per action, mean over the steps; sums to 1
};

}  // namespace windhover
