#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "windhover/core/bytes.hpp"
#include "windhover/nn/activations.hpp"

namespace windhover::rl {

/// What a worker saw and did between two updates: at most `longest` steps, cut short at the end of an
/// episode, so that `terminated` and `truncated` speak of the last step only. Row `length` of the activations
/// is the state after it.
template <class T>
struct Rollout {
  Rollout(const nn::Architecture& architecture, int longest);

  nn::Activations<T> activations;          ///< longest + 1 rows; the last one is for the bootstrap value
  nn::AlignedVector<T> probabilities;      ///< [longest x actions]
  nn::AlignedVector<T> log_probabilities;  ///< [longest x actions]
  std::vector<int> actions;                ///< [longest]
  std::vector<T> rewards;                  ///< [longest]
  int length = 0;
  bool terminated = false;
  bool truncated = false;

  [[nodiscard]] int longest() const { return static_cast<int>(actions.size()); }
  [[nodiscard]] bool complete() const { return terminated || truncated || length == longest(); }

  /// Starts an episode: an empty rollout from a zero hidden state. The caller has written, or will write, row
  /// 0's observation.
  void start_episode();

  /// Goes on after an update: what followed the last step becomes row 0, and the hidden state is carried.
  void carry_over();

  void save(ByteWriter& writer) const;
  [[nodiscard]] Result<void> restore(ByteReader& reader);
};

extern template struct Rollout<float>;
extern template struct Rollout<double>;

}  // namespace windhover::rl
