#pragma once

#include <span>

#include <Eigen/Core>

#include "windhover/nn/activations.hpp"
#include "windhover/nn/architecture.hpp"

namespace windhover::peers {

/// nn::Network with Eigen in place of the kernels: the same layout of parameters, the same activations, the
/// same order of work. Rows are steps.
class EigenNetwork {
 public:
  using Activations = nn::Activations<float>;

  EigenNetwork(const nn::Architecture& architecture, int longest_rollout);

  [[nodiscard]] const nn::Layout& layout() const { return layout_; }

  /// Row `row` of `activations`, from its observation and hidden_before to its heads and hidden_after.
  void forward(std::span<const float> parameters, Activations& activations, int row) const;

  /// From d_heads[steps x (A+1)] to the whole gradient (overwritten), over rows 0 .. steps - 1.
  void backward(std::span<float> gradient, std::span<const float> parameters, Activations& activations,
                int steps, std::span<const float> d_heads);

 private:
  using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  void forward_recurrent(std::span<const float> parameters, Activations& activations, int row) const;
  void forward_hidden(std::span<const float> parameters, Activations& activations, int row) const;
  void backward_recurrent(std::span<float> gradient, std::span<const float> parameters,
                          Activations& activations, int steps);
  void backward_step(std::span<const float> parameters, Activations& activations, int step);
  void backward_hidden(std::span<float> gradient, std::span<const float> parameters, Activations& activations,
                       int steps);

  nn::Layout layout_;
  Matrix d_body_, d_features_, d_input_gates_, d_hidden_gates_;  ///< one row a step
  Eigen::RowVectorXf d_hidden_;
};

}  // namespace windhover::peers
