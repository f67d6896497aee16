#pragma once

#include <cstddef>
#include <span>

#include "windhover/nn/aligned.hpp"
#include "windhover/nn/architecture.hpp"

namespace windhover::nn {

/// Everything a forward pass leaves behind, one row a step (of a rollout) or an environment (of a batch), in
/// one block. The learning pass reads what the acting pass wrote: the local parameters do not change within a
/// rollout.
///
/// `hidden_before` is row r's hidden state on entry and `hidden_after` on exit. In a rollout the exit of row
/// r is the entry of row r + 1 (`chained`); in a batch they are apart.
template <class T>
class Activations {
 public:
  enum class RowOrder { chained, independent };

  Activations(const Architecture& architecture, int rows, RowOrder order);

  [[nodiscard]] int rows() const { return rows_; }

  /// Spans over `count` rows from row `first`.
  [[nodiscard]] std::span<T> observations(int first, int count = 1) {
    return part(observations_, first, count);
  }
  [[nodiscard]] std::span<T> features_normalised(int first, int count = 1) {
    return part(features_normalised_, first, count);
  }
  [[nodiscard]] std::span<T> features_inverse_std(int first, int count = 1) {
    return part(features_inverse_std_, first, count);
  }
  [[nodiscard]] std::span<T> features(int first, int count = 1) { return part(features_, first, count); }
  [[nodiscard]] std::span<T> gates(int first, int count = 1) { return part(gates_, first, count); }
  [[nodiscard]] std::span<T> hidden_gates(int first, int count = 1) {
    return part(hidden_gates_, first, count);
  }
  [[nodiscard]] std::span<T> hidden_before(int first, int count = 1) {
    return part(hidden_before_, first, count);
  }
  [[nodiscard]] std::span<T> hidden_after(int first, int count = 1) {
    return part(hidden_after_, first, count);
  }
  [[nodiscard]] std::span<T> body_normalised(int first, int count = 1) {
    return part(body_normalised_, first, count);
  }
  [[nodiscard]] std::span<T> body_inverse_std(int first, int count = 1) {
    return part(body_inverse_std_, first, count);
  }
  [[nodiscard]] std::span<T> body(int first, int count = 1) { return part(body_, first, count); }
  /// Logits, then the value: actions + 1 a row.
  [[nodiscard]] std::span<T> heads(int first, int count = 1) { return part(heads_, first, count); }

  /// The whole block, for saving and restoring.
  [[nodiscard]] std::span<T> block() { return block_; }
  [[nodiscard]] std::span<const T> block() const { return block_; }

 private:
  struct Part {
    std::size_t offset = 0;
    std::size_t width = 0;
  };

  [[nodiscard]] std::span<T> part(const Part& which, int first, int count) {
    return std::span<T>(block_).subspan(which.offset + static_cast<std::size_t>(first) * which.width,
                                        static_cast<std::size_t>(count) * which.width);
  }

  int rows_;
  Part observations_, features_normalised_, features_inverse_std_, features_;
  Part gates_, hidden_gates_, hidden_before_, hidden_after_;
  Part body_normalised_, body_inverse_std_, body_, heads_;
  AlignedVector<T> block_;
};

extern template class Activations<float>;
extern template class Activations<double>;

}  // namespace windhover::nn
