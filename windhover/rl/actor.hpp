#pragma once

#include <span>

#include "windhover/core/random.hpp"
#include "windhover/core/result.hpp"
#include "windhover/core/rows.hpp"
#include "windhover/nn/network.hpp"

namespace windhover::rl {

/// What a model makes of one observation.
struct Decision {
  std::span<const float> probabilities;  ///< of the actions; overwritten by the next decision
  int action = 0;
  float value = 0;
};

/// A model that acts by itself: observation by observation, with the hidden state of a recurrent network
/// carried from one to the next. Its decisions are those of evaluation (evaluation.hpp), to the bit.
class Actor {
 public:
  /// `model` is an arena of the layout of `architecture`, and outlives the actor.
  Actor(const nn::Architecture& architecture, std::span<const float> model, ActionChoice choice);

  /// Forgets what came before. Sampled actions are drawn from this stream; an evaluation's is
  /// `evaluation_actions` of its seed, member, episode and condition.
  void start_episode(const StreamName& name);

  /// Of an observation[observations] of finite numbers. Error: the model puts out NaN or infinity.
  [[nodiscard]] Result<Decision> decide(std::span<const float> observation);

 private:
  std::span<const float> model_;
  ActionChoice choice_;
  nn::Network<float> network_;
  nn::Activations<float> activations_;
  nn::AlignedVector<float> probabilities_, log_probabilities_;
  Stream draws_;
};

}  // namespace windhover::rl
