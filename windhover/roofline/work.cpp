#include "windhover/roofline/work.hpp"

#include "windhover/core/contract.hpp"

namespace windhover::roofline {
namespace {

/// Operations of a product of one row with a matrix.
double operations(const nn::Block& weights) { return 2.0 * static_cast<double>(weights.size); }

}  // namespace

double forward_operations(const nn::Layout& layout) {
  return operations(layout.feature_weight) + operations(layout.hidden_weight) +
         operations(layout.input_gates_weight) + operations(layout.hidden_gates_weight) +
         operations(layout.heads_weight);
}

TrainingWork training_work(const nn::Layout& layout, int rollout, int rollouts_an_update) {
  WINDHOVER_CHECK_OP(rollout, >=, 1);
  WINDHOVER_CHECK_OP(rollouts_an_update, >=, 1);
  const double steps = rollout;
  TrainingWork work;
  // The bootstrap value is one more forward pass a rollout.
  work.acting = forward_operations(layout) * (steps + 1) / steps;
  // From each hidden state but the first to the one before.
  work.recurrent = operations(layout.hidden_gates_weight) * (steps - 1) / steps;
  // Every weight has its gradient; inputs have one wherever something trainable lies below them.
  work.batched = forward_operations(layout) + operations(layout.hidden_weight) +
                 operations(layout.input_gates_weight) + operations(layout.heads_weight);
  // Parameters, both moments and the gradient are read; parameters, moments and the worker's copy written.
  constexpr double arenas = 8;
  work.optimiser =
      arenas * sizeof(float) * static_cast<double>(layout.arena_size()) / (steps * rollouts_an_update);
  return work;
}

TrainingBound bound(const TrainingWork& work, const Rates& rates) {
  return {.acting = work.acting / rates.vector_matrix_far,
          .recurrent = work.recurrent / rates.vector_matrix_near,
          .batched = work.batched / rates.peak,
          .optimiser = work.optimiser / rates.copy};
}

}  // namespace windhover::roofline
