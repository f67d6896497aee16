#pragma once

#include <span>

#include "windhover/nn/activations.hpp"
#include "windhover/nn/aligned.hpp"
#include "windhover/nn/architecture.hpp"

namespace windhover::nn {

/// The four networks of the study, by two switches of the architecture. `[LN]` is LayerNorm with gain and
/// offset, there in every cell that has layer_norm on:
///   feed-forward: Linear(O, H) [LN] ReLU, Linear(H, H) [LN] ReLU, heads
///   recurrent:    Linear(O, H) [LN] ReLU, GRU(H, H), [LN] on the GRU's output (the carried state is not
///   normalised), heads
/// with heads = policy Linear(H, A) and value Linear(H, 1). The backward pass is derived in docs/math/.
///
/// Holds no parameters: they are an arena that the caller passes, so that copies of a model share one
/// Network. The scratch space inside makes an object one thread's.
template <class T>
class Network {
 public:
  /// `longest_rollout`: the most steps that `backward` will be given.
  Network(const Architecture& architecture, int longest_rollout);

  [[nodiscard]] const Layout& layout() const { return layout_; }

  /// Rows first .. first + count - 1 of `activations`, from their observations and hidden_before to their
  /// heads and hidden_after. Rows of a rollout are taken one at a time, since each needs the hidden state of
  /// the one before.
  void forward(std::span<const T> parameters, Activations<T>& activations, int first, int count) const;

  /// Back-propagation through time over rows 0 .. steps - 1 of a rollout whose activations a forward pass
  /// with the same parameters left. `d_heads`[steps x (A+1)] is the derivative of the loss by logits and
  /// value; the gradient stops at the start of the rollout. `gradient` (an arena) is overwritten, padding
  /// excepted.
  void backward(std::span<T> gradient, std::span<const T> parameters, Activations<T>& activations, int steps,
                std::span<const T> d_heads);

 private:
  void forward_feature(std::span<const T> parameters, Activations<T>& activations, int first,
                       int count) const;
  void forward_recurrent(std::span<const T> parameters, Activations<T>& activations, int first,
                         int count) const;
  void forward_hidden(std::span<const T> parameters, Activations<T>& activations, int first, int count) const;

  /// LayerNorm with the gain and offset of these blocks; nothing in cells without it, where the input is in
  /// place already.
  void normalise(std::span<const T> parameters, const Block& gain, const Block& offset, std::span<T> output,
                 std::span<T> normalised, std::span<T> inverse_std, std::span<const T> input) const;
  /// Turns a derivative by the output into one by the input, in place, and writes the gradients of gain and
  /// offset.
  void normalise_backward(std::span<T> gradient, std::span<const T> parameters, const Block& gain,
                          const Block& offset, std::span<T> derivative, std::span<const T> normalised,
                          std::span<const T> inverse_std) const;

  /// From d_body_ (by the body's output) to d_features_ (by the features' output).
  void backward_recurrent(std::span<T> gradient, std::span<const T> parameters, Activations<T>& activations,
                          int steps);
  void backward_hidden(std::span<T> gradient, std::span<const T> parameters, Activations<T>& activations,
                       int steps);
  void backward_through_time(std::span<const T> parameters, Activations<T>& activations, int steps);
  void backward_heads(std::span<T> gradient, std::span<const T> parameters, Activations<T>& activations,
                      int steps, std::span<const T> d_heads);
  void backward_feature(std::span<T> gradient, std::span<const T> parameters, Activations<T>& activations,
                        int steps);

  Layout layout_;
  // Scratch of the backward pass, one row a step.
  AlignedVector<T> d_body_, d_features_, d_input_gates_, d_hidden_gates_;
  AlignedVector<T> d_hidden_;    ///< one row: what flows from step t + 1 to step t
  AlignedVector<T> transposed_;  ///< the weights that an input gradient goes through
};

extern template class Network<float>;
extern template class Network<double>;

}  // namespace windhover::nn
