#include "windhover/nn/network.hpp"

#include <algorithm>

#include "windhover/core/contract.hpp"
#include "windhover/kernels/kernels.hpp"

namespace windhover::nn {
namespace {

template <class T>
std::span<T> at(std::span<T> arena, const Block& block) {
  return arena.subspan(block.offset, block.size);
}

/// output = bias + input * weights for `rows` rows; one row is a product of a vector and a matrix. Same bits
/// either way.
template <class T>
void affine(std::span<T> output, std::span<const T> bias, std::span<const T> input,
            std::span<const T> weights, int rows) {
  if (rows == 1) {
    kernels::vector_matrix(output, bias, input, weights);
  } else {
    const int inputs = static_cast<int>(input.size()) / rows;
    kernels::matrix_product(output, bias, input, weights, rows, inputs, static_cast<int>(bias.size()));
  }
}

/// The gradients of a layer output = bias + input * weights.
template <class T>
void affine_gradients(std::span<T> d_weights, std::span<T> d_bias, std::span<const T> input,
                      std::span<const T> d_output, int rows) {
  const int outputs = static_cast<int>(d_bias.size());
  const int inputs = static_cast<int>(d_weights.size()) / outputs;
  kernels::transposed_product(d_weights, input, d_output, rows, inputs, outputs);
  kernels::column_sums(d_bias, d_output, rows, outputs);
}

}  // namespace

template <class T>
Network<T>::Network(const Architecture& architecture, int longest_rollout) : layout_(architecture) {
  const auto rows = static_cast<std::size_t>(longest_rollout);
  const auto hidden = static_cast<std::size_t>(architecture.hidden);
  const auto outputs = static_cast<std::size_t>(architecture.actions) + 1;
  const std::size_t gates = architecture.recurrent ? 3 * hidden : 0;
  d_body_.resize(rows * hidden);
  d_features_.resize(rows * hidden);
  d_input_gates_.resize(rows * gates);
  d_hidden_gates_.resize(rows * gates);
  d_hidden_.resize(hidden);
  transposed_.resize(hidden * std::max({gates, hidden, outputs}));
}

template <class T>
void Network<T>::forward(std::span<const T> parameters, Activations<T>& activations, int first,
                         int count) const {
  forward_feature(parameters, activations, first, count);
  if (layout_.architecture().recurrent) {
    forward_recurrent(parameters, activations, first, count);
  } else {
    forward_hidden(parameters, activations, first, count);
  }
  affine<T>(activations.heads(first, count), at(parameters, layout_.heads_bias),
            activations.body(first, count), at(parameters, layout_.heads_weight), count);
}

template <class T>
void Network<T>::forward_feature(std::span<const T> parameters, Activations<T>& activations, int first,
                                 int count) const {
  const auto features = activations.features(first, count);
  affine<T>(features, at(parameters, layout_.feature_bias), activations.observations(first, count),
            at(parameters, layout_.feature_weight), count);
  normalise(parameters, layout_.feature_gain, layout_.feature_offset, features,
            activations.features_normalised(first, count), activations.features_inverse_std(first, count),
            features);
  kernels::relu(features, features);
}

template <class T>
void Network<T>::forward_recurrent(std::span<const T> parameters, Activations<T>& activations, int first,
                                   int count) const {
  const auto gates = activations.gates(first, count);
  const auto hidden_gates = activations.hidden_gates(first, count);
  const auto before = activations.hidden_before(first, count);
  const auto after = activations.hidden_after(first, count);
  affine<T>(gates, at(parameters, layout_.input_gates_bias), activations.features(first, count),
            at(parameters, layout_.input_gates_weight), count);
  affine<T>(hidden_gates, at(parameters, layout_.hidden_gates_bias), before,
            at(parameters, layout_.hidden_gates_weight), count);
  kernels::gru_gates(after, gates, gates, hidden_gates, before, count, layout_.architecture().hidden);
  normalise(parameters, layout_.body_gain, layout_.body_offset, activations.body(first, count),
            activations.body_normalised(first, count), activations.body_inverse_std(first, count), after);
}

template <class T>
void Network<T>::forward_hidden(std::span<const T> parameters, Activations<T>& activations, int first,
                                int count) const {
  const auto body = activations.body(first, count);
  affine<T>(body, at(parameters, layout_.hidden_bias), activations.features(first, count),
            at(parameters, layout_.hidden_weight), count);
  normalise(parameters, layout_.body_gain, layout_.body_offset, body,
            activations.body_normalised(first, count), activations.body_inverse_std(first, count), body);
  kernels::relu(body, body);
}

template <class T>
void Network<T>::normalise(std::span<const T> parameters, const Block& gain, const Block& offset,
                           std::span<T> output, std::span<T> normalised, std::span<T> inverse_std,
                           std::span<const T> input) const {
  if (!layout_.architecture().layer_norm) return;
  kernels::layer_norm(output, normalised, inverse_std, input, at(parameters, gain), at(parameters, offset),
                      static_cast<T>(layout_.architecture().layer_norm_epsilon));
}

template <class T>
void Network<T>::normalise_backward(std::span<T> gradient, std::span<const T> parameters, const Block& gain,
                                    const Block& offset, std::span<T> derivative,
                                    std::span<const T> normalised, std::span<const T> inverse_std) const {
  if (!layout_.architecture().layer_norm) return;
  kernels::layer_norm_backward(derivative, at(gradient, gain), at(gradient, offset), derivative, normalised,
                               inverse_std, at(parameters, gain));
}

template <class T>
void Network<T>::backward(std::span<T> gradient, std::span<const T> parameters, Activations<T>& activations,
                          int steps, std::span<const T> d_heads) {
  WINDHOVER_CHECK_OP(gradient.size(), ==, layout_.arena_size());
  WINDHOVER_CHECK_OP(parameters.size(), ==, layout_.arena_size());
  WINDHOVER_CHECK_OP(static_cast<std::size_t>(steps) * d_hidden_.size(), <=, d_body_.size());
  backward_heads(gradient, parameters, activations, steps, d_heads);
  if (layout_.architecture().recurrent) {
    backward_recurrent(gradient, parameters, activations, steps);
  } else {
    backward_hidden(gradient, parameters, activations, steps);
  }
  backward_feature(gradient, parameters, activations, steps);
}

template <class T>
void Network<T>::backward_heads(std::span<T> gradient, std::span<const T> parameters,
                                Activations<T>& activations, int steps, std::span<const T> d_heads) {
  const int hidden = layout_.architecture().hidden;
  const int outputs = layout_.architecture().actions + 1;
  affine_gradients<T>(at(gradient, layout_.heads_weight), at(gradient, layout_.heads_bias),
                      activations.body(0, steps), d_heads, steps);
  const auto weights = std::span<T>(transposed_).first(layout_.heads_weight.size);
  kernels::transpose(weights, at(parameters, layout_.heads_weight), hidden, outputs);
  const auto d_body =
      std::span<T>(d_body_).first(static_cast<std::size_t>(steps) * static_cast<std::size_t>(hidden));
  kernels::matrix_product(d_body, std::span<const T>(), d_heads, weights, steps, outputs, hidden);
}

template <class T>
void Network<T>::backward_recurrent(std::span<T> gradient, std::span<const T> parameters,
                                    Activations<T>& activations, int steps) {
  const int hidden = layout_.architecture().hidden;
  const auto rows = static_cast<std::size_t>(steps);
  const auto d_body = std::span<T>(d_body_).first(rows * d_hidden_.size());
  normalise_backward(gradient, parameters, layout_.body_gain, layout_.body_offset, d_body,
                     activations.body_normalised(0, steps), activations.body_inverse_std(0, steps));
  backward_through_time(parameters, activations, steps);

  const auto d_input_gates = std::span<const T>(d_input_gates_).first(rows * 3 * d_hidden_.size());
  const auto d_hidden_gates = std::span<const T>(d_hidden_gates_).first(rows * 3 * d_hidden_.size());
  affine_gradients<T>(at(gradient, layout_.hidden_gates_weight), at(gradient, layout_.hidden_gates_bias),
                      activations.hidden_before(0, steps), d_hidden_gates, steps);
  affine_gradients<T>(at(gradient, layout_.input_gates_weight), at(gradient, layout_.input_gates_bias),
                      activations.features(0, steps), d_input_gates, steps);
  const auto weights = std::span<T>(transposed_).first(layout_.input_gates_weight.size);
  kernels::transpose(weights, at(parameters, layout_.input_gates_weight), hidden, 3 * hidden);
  kernels::matrix_product(std::span<T>(d_features_).first(rows * d_hidden_.size()), std::span<const T>(),
                          d_input_gates, weights, steps, 3 * hidden, hidden);
}

/// The only part that is sequential in time: d_hidden flows from each step to the one before.
template <class T>
void Network<T>::backward_through_time(std::span<const T> parameters, Activations<T>& activations,
                                       int steps) {
  const int hidden = layout_.architecture().hidden;
  const auto width = static_cast<std::size_t>(hidden);
  const auto weights = std::span<T>(transposed_).first(layout_.hidden_gates_weight.size);
  kernels::transpose(weights, at(parameters, layout_.hidden_gates_weight), hidden, 3 * hidden);
  const std::span<T> d_hidden(d_hidden_);
  std::fill(d_hidden.begin(), d_hidden.end(), T{0});
  for (int step = steps - 1; step >= 0; --step) {
    const auto row = static_cast<std::size_t>(step);
    const auto d_after = std::span<T>(d_body_).subspan(row * width, width);
    for (std::size_t i = 0; i < width; ++i) d_hidden[i] += d_after[i];
    const auto d_hidden_gates = std::span<T>(d_hidden_gates_).subspan(row * 3 * width, 3 * width);
    kernels::gru_gates_backward(d_hidden, std::span<T>(d_input_gates_).subspan(row * 3 * width, 3 * width),
                                d_hidden_gates, d_hidden, activations.gates(step),
                                activations.hidden_gates(step).subspan(2 * width),
                                activations.hidden_before(step));
    if (step > 0) kernels::vector_matrix(d_hidden, d_hidden, d_hidden_gates, weights);
  }
}

template <class T>
void Network<T>::backward_hidden(std::span<T> gradient, std::span<const T> parameters,
                                 Activations<T>& activations, int steps) {
  const int hidden = layout_.architecture().hidden;
  const auto size = static_cast<std::size_t>(steps) * d_hidden_.size();
  const auto d_body = std::span<T>(d_body_).first(size);
  kernels::relu_backward(d_body, d_body, activations.body(0, steps));
  normalise_backward(gradient, parameters, layout_.body_gain, layout_.body_offset, d_body,
                     activations.body_normalised(0, steps), activations.body_inverse_std(0, steps));
  affine_gradients<T>(at(gradient, layout_.hidden_weight), at(gradient, layout_.hidden_bias),
                      activations.features(0, steps), d_body, steps);
  const auto weights = std::span<T>(transposed_).first(layout_.hidden_weight.size);
  kernels::transpose(weights, at(parameters, layout_.hidden_weight), hidden, hidden);
  kernels::matrix_product(std::span<T>(d_features_).first(size), std::span<const T>(), d_body, weights, steps,
                          hidden, hidden);
}

template <class T>
void Network<T>::backward_feature(std::span<T> gradient, std::span<const T> parameters,
                                  Activations<T>& activations, int steps) {
  const auto size = static_cast<std::size_t>(steps) * d_hidden_.size();
  const auto d_features = std::span<T>(d_features_).first(size);
  kernels::relu_backward(d_features, d_features, activations.features(0, steps));
  normalise_backward(gradient, parameters, layout_.feature_gain, layout_.feature_offset, d_features,
                     activations.features_normalised(0, steps), activations.features_inverse_std(0, steps));
  affine_gradients<T>(at(gradient, layout_.feature_weight), at(gradient, layout_.feature_bias),
                      activations.observations(0, steps), d_features, steps);
}

template class Network<float>;
template class Network<double>;

}  // namespace windhover::nn
