#pragma once

#include <span>

namespace windhover::rl {

/// The policy of each of `rows` rows: the softmax of the logits in heads[rows x (actions+1)] (the last
/// column, the value, is left out) and its logarithm. probabilities and log_probabilities are [rows x
/// actions]. Overwrites.
template <class T>
void policy_distribution(std::span<T> probabilities, std::span<T> log_probabilities, std::span<const T> heads,
                         int rows, int actions);

/// The action that a uniform draw from [0, 1) selects: the first whose cumulative probability exceeds it.
template <class T>
[[nodiscard]] int sample_action(std::span<const T> probabilities, double uniform);

/// The most probable action, ties to the lowest.
template <class T>
[[nodiscard]] int greedy_action(std::span<const T> probabilities);

}  // namespace windhover::rl
