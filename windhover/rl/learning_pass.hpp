#pragma once

#include <span>

#include "windhover/nn/network.hpp"
#include "windhover/rl/loss.hpp"
#include "windhover/rl/rollout.hpp"

namespace windhover::rl {

/// From a finished rollout to the gradient of its loss. Owns the gradient arena and every intermediate, so
/// that nothing is allocated in an update; one object is one thread's.
template <class T>
class LearningPass {
 public:
  LearningPass(const nn::Architecture& architecture, const LearnerConfig& config);

  [[nodiscard]] const nn::Network<T>& network() const { return network_; }

  /// The value beyond the rollout's last step: V of the state after it, or 0 if the episode terminated there.
  /// A truncated episode is bootstrapped like a running one.
  [[nodiscard]] T bootstrap_value(Rollout<T>& rollout, std::span<const T> parameters) const;

  /// The losses of the rollout, and their gradient by the parameters that acted in it. `progress`: the share
  /// of the training that is over, for the entropy bonus that fades.
  [[nodiscard]] Losses<T> differentiate(Rollout<T>& rollout, std::span<const T> parameters, T bootstrap,
                                        double progress = 0.0);

  [[nodiscard]] std::span<const T> gradient() const { return gradient_; }
  [[nodiscard]] std::span<const T> returns() const {
    return returns_;
  }  ///< of the last rollout differentiated
  [[nodiscard]] std::span<const T> advantages() const {
    return advantages_;
  }  ///< likewise, as used in the loss

 private:
  LearnerConfig config_;
  nn::Network<T> network_;
  nn::AlignedVector<T> gradient_, d_heads_;
  std::vector<T> returns_, advantages_;
};

extern template class LearningPass<float>;
extern template class LearningPass<double>;

}  // namespace windhover::rl
