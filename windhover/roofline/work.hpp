#pragma once

#include "windhover/nn/architecture.hpp"
#include "windhover/roofline/rates.hpp"

namespace windhover::roofline {

/// What one environment step of training asks of the machine at the least, whatever the code: the products
/// and the memory that the algorithm cannot do without. A fused multiply-add counts as two operations.
/// Elementwise functions, LayerNorm, the environment and random numbers are left out, so a time made of this
/// is a lower bound. docs/performance.md derives it.
struct TrainingWork {
  double acting = 0;  ///< operations of forward products; each step needs the last one's, so vector x matrix
  double recurrent = 0;  ///< operations of the chain of hidden states backwards, likewise step by step
  double batched = 0;    ///< operations of products that take a whole rollout at once
  double optimiser = 0;  ///< bytes read and written by Adam, divided over the rollout's steps

  [[nodiscard]] double operations() const { return acting + recurrent + batched; }
};

/// Operations of the network's forward products for one observation.
[[nodiscard]] double forward_operations(const nn::Layout& layout);

/// `rollout`: steps of a gradient; `rollouts_an_update`: gradients that one update takes the mean of. Both at
/// least 1.
[[nodiscard]] TrainingWork training_work(const nn::Layout& layout, int rollout, int rollouts_an_update = 1);

/// Seconds of one core, by part.
struct TrainingBound {
  double acting = 0;
  double recurrent = 0;
  double batched = 0;
  double optimiser = 0;

  [[nodiscard]] double seconds() const { return acting + recurrent + batched + optimiser; }
};

[[nodiscard]] TrainingBound bound(const TrainingWork& work, const Rates& rates);

}  // namespace windhover::roofline
