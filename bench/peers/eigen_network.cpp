#include "bench/peers/eigen_network.hpp"

#include <cmath>

namespace windhover::peers {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Row = Eigen::RowVectorXf;

Eigen::Index index(std::size_t size) { return static_cast<Eigen::Index>(size); }

Eigen::Map<const Row> row_of(std::span<const float> values) { return {values.data(), index(values.size())}; }
Eigen::Map<Row> row_of(std::span<float> values) { return {values.data(), index(values.size())}; }

Eigen::Map<const Matrix> rows_of(std::span<const float> values, int rows) {
  return {values.data(), rows, index(values.size()) / rows};
}
Eigen::Map<Matrix> rows_of(std::span<float> values, int rows) {
  return {values.data(), rows, index(values.size()) / rows};
}

template <class T>
std::span<T> at(std::span<T> arena, const nn::Block& block) {
  return arena.subspan(block.offset, block.size);
}

/// output = bias + input * weights
void affine(std::span<float> output, std::span<const float> bias, std::span<const float> input,
            std::span<const float> weights) {
  auto result = row_of(output);
  result = row_of(bias);
  result.noalias() += row_of(input) * rows_of(weights, static_cast<int>(input.size()));
}

/// The gradients of that, summed over the rows.
template <class Derivative>
void affine_gradients(std::span<float> d_weights, std::span<float> d_bias, std::span<const float> input,
                      const Derivative& d_output) {
  const auto inputs = rows_of(input, static_cast<int>(d_output.rows()));
  rows_of(d_weights, static_cast<int>(inputs.cols())).noalias() = inputs.transpose() * d_output;
  row_of(d_bias) = d_output.colwise().sum();
}

void layer_norm(std::span<float> output, std::span<float> normalised, float& inverse_std,
                std::span<const float> input, std::span<const float> gain, std::span<const float> offset,
                double epsilon) {
  const auto x = row_of(input).array();
  auto centred = row_of(normalised).array();
  centred = x - x.mean();
  inverse_std = 1.0F / std::sqrt(centred.square().mean() + static_cast<float>(epsilon));
  centred *= inverse_std;
  row_of(output).array() = row_of(gain).array() * centred + row_of(offset).array();
}

/// `derivative` goes from the output's to the input's, in place.
template <class Derivative>
void layer_norm_backward(Derivative&& derivative, std::span<float> d_gain, std::span<float> d_offset,
                         std::span<const float> normalised, std::span<const float> inverse_std,
                         std::span<const float> gain) {
  const auto rows = derivative.rows();
  const auto x = rows_of(normalised, static_cast<int>(rows));
  row_of(d_gain) = derivative.cwiseProduct(x).colwise().sum();
  row_of(d_offset) = derivative.colwise().sum();
  for (Eigen::Index row = 0; row < rows; ++row) {
    auto d = derivative.row(row).array();
    const auto x_row = x.row(row).array();
    d *= row_of(gain).array();
    const float mean = d.mean();
    const float mean_product = (d * x_row).mean();
    d = (d - mean - x_row * mean_product) * inverse_std[static_cast<std::size_t>(row)];
  }
}

}  // namespace

EigenNetwork::EigenNetwork(const nn::Architecture& architecture, int longest_rollout)
    : layout_(architecture),
      d_body_(longest_rollout, architecture.hidden),
      d_features_(longest_rollout, architecture.hidden),
      d_input_gates_(longest_rollout, 3 * architecture.hidden),
      d_hidden_gates_(longest_rollout, 3 * architecture.hidden),
      d_hidden_(architecture.hidden) {}

void EigenNetwork::forward(std::span<const float> parameters, Activations& activations, int row) const {
  const auto features = activations.features(row);
  affine(features, at(parameters, layout_.feature_bias), activations.observations(row),
         at(parameters, layout_.feature_weight));
  if (layout_.architecture().layer_norm) {
    layer_norm(features, activations.features_normalised(row), activations.features_inverse_std(row)[0],
               features, at(parameters, layout_.feature_gain), at(parameters, layout_.feature_offset),
               layout_.architecture().layer_norm_epsilon);
  }
  row_of(features) = row_of(features).cwiseMax(0.0F);
  if (layout_.architecture().recurrent) {
    forward_recurrent(parameters, activations, row);
  } else {
    forward_hidden(parameters, activations, row);
  }
  affine(activations.heads(row), at(parameters, layout_.heads_bias), activations.body(row),
         at(parameters, layout_.heads_weight));
}

void EigenNetwork::forward_recurrent(std::span<const float> parameters, Activations& activations,
                                     int row) const {
  const Eigen::Index hidden = layout_.architecture().hidden;
  const auto before = activations.hidden_before(row);
  const auto after = activations.hidden_after(row);
  affine(activations.gates(row), at(parameters, layout_.input_gates_bias), activations.features(row),
         at(parameters, layout_.input_gates_weight));
  affine(activations.hidden_gates(row), at(parameters, layout_.hidden_gates_bias), before,
         at(parameters, layout_.hidden_gates_weight));
  auto gates = row_of(activations.gates(row)).array();
  const auto hidden_gates = row_of(activations.hidden_gates(row)).array();
  gates.head(2 * hidden) = 1.0F / (1.0F + (-(gates.head(2 * hidden) + hidden_gates.head(2 * hidden))).exp());
  const auto r = gates.head(hidden);
  const auto z = gates.segment(hidden, hidden);
  auto n = gates.tail(hidden);
  n = (n + r * hidden_gates.tail(hidden)).tanh();
  row_of(after).array() = (1.0F - z) * n + z * row_of(before).array();
  if (layout_.architecture().layer_norm) {
    layer_norm(activations.body(row), activations.body_normalised(row), activations.body_inverse_std(row)[0],
               after, at(parameters, layout_.body_gain), at(parameters, layout_.body_offset),
               layout_.architecture().layer_norm_epsilon);
  }
}

void EigenNetwork::forward_hidden(std::span<const float> parameters, Activations& activations,
                                  int row) const {
  const auto body = activations.body(row);
  affine(body, at(parameters, layout_.hidden_bias), activations.features(row),
         at(parameters, layout_.hidden_weight));
  if (layout_.architecture().layer_norm) {
    layer_norm(body, activations.body_normalised(row), activations.body_inverse_std(row)[0], body,
               at(parameters, layout_.body_gain), at(parameters, layout_.body_offset),
               layout_.architecture().layer_norm_epsilon);
  }
  row_of(body) = row_of(body).cwiseMax(0.0F);
}

void EigenNetwork::backward(std::span<float> gradient, std::span<const float> parameters,
                            Activations& activations, int steps, std::span<const float> d_heads) {
  const auto derivative = rows_of(d_heads, steps);
  affine_gradients(at(gradient, layout_.heads_weight), at(gradient, layout_.heads_bias),
                   activations.body(0, steps), derivative);
  const auto weights = rows_of(at(parameters, layout_.heads_weight), layout_.architecture().hidden);
  d_body_.topRows(steps).noalias() = derivative * weights.transpose();
  if (layout_.architecture().recurrent) {
    backward_recurrent(gradient, parameters, activations, steps);
  } else {
    backward_hidden(gradient, parameters, activations, steps);
  }
  d_features_.topRows(steps).array() *=
      (rows_of(activations.features(0, steps), steps).array() > 0.0F).cast<float>();
  if (layout_.architecture().layer_norm) {
    layer_norm_backward(d_features_.topRows(steps), at(gradient, layout_.feature_gain),
                        at(gradient, layout_.feature_offset), activations.features_normalised(0, steps),
                        activations.features_inverse_std(0, steps), at(parameters, layout_.feature_gain));
  }
  affine_gradients(at(gradient, layout_.feature_weight), at(gradient, layout_.feature_bias),
                   activations.observations(0, steps), d_features_.topRows(steps));
}

void EigenNetwork::backward_recurrent(std::span<float> gradient, std::span<const float> parameters,
                                      Activations& activations, int steps) {
  if (layout_.architecture().layer_norm) {
    layer_norm_backward(d_body_.topRows(steps), at(gradient, layout_.body_gain),
                        at(gradient, layout_.body_offset), activations.body_normalised(0, steps),
                        activations.body_inverse_std(0, steps), at(parameters, layout_.body_gain));
  }
  d_hidden_.setZero();
  for (int step = steps - 1; step >= 0; --step) backward_step(parameters, activations, step);
  affine_gradients(at(gradient, layout_.hidden_gates_weight), at(gradient, layout_.hidden_gates_bias),
                   activations.hidden_before(0, steps), d_hidden_gates_.topRows(steps));
  affine_gradients(at(gradient, layout_.input_gates_weight), at(gradient, layout_.input_gates_bias),
                   activations.features(0, steps), d_input_gates_.topRows(steps));
  const auto weights = rows_of(at(parameters, layout_.input_gates_weight), layout_.architecture().hidden);
  d_features_.topRows(steps).noalias() = d_input_gates_.topRows(steps) * weights.transpose();
}

/// One step of the chain through time, derived in docs/math/gru.md: d_hidden_ by the state after the step
/// becomes the one by the state before it.
void EigenNetwork::backward_step(std::span<const float> parameters, Activations& activations, int step) {
  const Eigen::Index hidden = layout_.architecture().hidden;
  d_hidden_ += d_body_.row(step);
  const auto gates = row_of(activations.gates(step)).array();
  const auto r = gates.head(hidden);
  const auto z = gates.segment(hidden, hidden);
  const auto n = gates.tail(hidden);
  const auto hidden_n = row_of(activations.hidden_gates(step)).array().tail(hidden);
  const auto before = row_of(activations.hidden_before(step)).array();
  auto d_input = d_input_gates_.row(step).array();
  auto d_hidden_gates = d_hidden_gates_.row(step).array();
  d_input.tail(hidden) = d_hidden_.array() * (1.0F - z) * (1.0F - n.square());
  d_input.head(hidden) = d_input.tail(hidden) * hidden_n * r * (1.0F - r);
  d_input.segment(hidden, hidden) = d_hidden_.array() * (before - n) * z * (1.0F - z);
  d_hidden_gates.head(2 * hidden) = d_input.head(2 * hidden);
  d_hidden_gates.tail(hidden) = d_input.tail(hidden) * r;
  d_hidden_.array() *= z;
  if (step == 0) return;
  const auto weights = rows_of(at(parameters, layout_.hidden_gates_weight), layout_.architecture().hidden);
  d_hidden_.noalias() += d_hidden_gates_.row(step) * weights.transpose();
}

void EigenNetwork::backward_hidden(std::span<float> gradient, std::span<const float> parameters,
                                   Activations& activations, int steps) {
  d_body_.topRows(steps).array() *= (rows_of(activations.body(0, steps), steps).array() > 0.0F).cast<float>();
  if (layout_.architecture().layer_norm) {
    layer_norm_backward(d_body_.topRows(steps), at(gradient, layout_.body_gain),
                        at(gradient, layout_.body_offset), activations.body_normalised(0, steps),
                        activations.body_inverse_std(0, steps), at(parameters, layout_.body_gain));
  }
  affine_gradients(at(gradient, layout_.hidden_weight), at(gradient, layout_.hidden_bias),
                   activations.features(0, steps), d_body_.topRows(steps));
  const auto weights = rows_of(at(parameters, layout_.hidden_weight), layout_.architecture().hidden);
  d_features_.topRows(steps).noalias() = d_body_.topRows(steps) * weights.transpose();
}

}  // namespace windhover::peers
