#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/result.hpp"

namespace windhover::nn {

/// An actor-critic network as data, apart from any computation.
struct Architecture {
  int observations = 0;  ///< inputs
  int actions = 0;       ///< logits of the policy head; the value head has one output
  int hidden = 128;
  bool recurrent = true;
  bool layer_norm = true;
  double layer_norm_epsilon = 1e-5;

  friend bool operator==(const Architecture&, const Architecture&) = default;

  /// "gru+ln 48-128-3"
  [[nodiscard]] std::string text() const;
};

/// One parameter tensor: its name and shape as PyTorch has them, and where it lies in the arena.
///
/// Weights are kept input-major: the weights that one input sends to all outputs are neighbours, because a
/// product with lanes over outputs reads them so. Element (output o, input i) is at `offset + i *
/// input_stride + o`. The two heads share one block, so that one product computes logits and value; hence the
/// stride. Vectors have one "input".
struct Tensor {
  std::string name;
  std::vector<int> shape;  ///< (outputs, inputs) or (size)
  std::size_t offset = 0;
  std::size_t input_stride = 0;

  [[nodiscard]] int outputs() const { return shape[0]; }
  [[nodiscard]] int inputs() const { return shape.size() == 2 ? shape[1] : 1; }
  [[nodiscard]] std::size_t size() const {
    return static_cast<std::size_t>(outputs()) * static_cast<std::size_t>(inputs());
  }
  [[nodiscard]] std::size_t index(int output, int input) const {
    return offset + static_cast<std::size_t>(input) * input_stride + static_cast<std::size_t>(output);
  }
};

/// A contiguous piece of the arena that one kernel reads: a weight matrix, a bias, a gain.
struct Block {
  std::size_t offset = 0;
  std::size_t size = 0;
};

/// Where every parameter of an architecture lies in one contiguous arena. Blocks start on cache lines; the
/// padding between them is zero and stays zero.
class Layout {
 public:
  explicit Layout(const Architecture& architecture);

  [[nodiscard]] const Architecture& architecture() const { return architecture_; }
  [[nodiscard]] const std::vector<Tensor>& tensors() const { return tensors_; }
  [[nodiscard]] std::size_t arena_size() const { return arena_size_; }

  /// Number of trainable parameters, without padding.
  [[nodiscard]] std::size_t parameter_count() const;

  /// Name of the tensor that holds an arena element; empty for padding.
  [[nodiscard]] std::string_view name_at(std::size_t index) const;

  Block feature_weight, feature_bias, feature_gain, feature_offset;
  Block hidden_weight, hidden_bias;                                                    ///< feed-forward only
  Block input_gates_weight, input_gates_bias, hidden_gates_weight, hidden_gates_bias;  ///< recurrent only
  Block body_gain, body_offset;
  Block heads_weight, heads_bias;  ///< policy outputs first, the value output last

 private:
  Block reserve(std::size_t size);
  Block add_matrix(const std::string& name, int outputs, int inputs);
  Block add_vector(const std::string& name, int size);
  void add_norm(const std::string& name, Block& gain, Block& offset);
  void add_heads();

  Architecture architecture_;
  std::vector<Tensor> tensors_;
  std::size_t arena_size_ = 0;
};

/// Checks the numbers of an architecture that come from a file. Errors: a size out of 1..65536, a LayerNorm
/// epsilon that single precision does not keep or that is above 1.
[[nodiscard]] Result<void> validate(const Architecture& architecture);

/// Bytes that a network keeps of one observation, about: twelve numbers a hidden unit with a GRU and
/// LayerNorm.
[[nodiscard]] double activation_bytes(const Architecture& architecture);

}  // namespace windhover::nn
