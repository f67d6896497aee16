#include "windhover/nn/architecture.hpp"

#include <fmt/format.h>

#include "windhover/core/number_range.hpp"
#include "windhover/core/value_text.hpp"

namespace windhover::nn {
namespace {

constexpr std::size_t elements_per_line = 16;
constexpr NumberRange epsilon_range{.least = smallest_above_zero, .most = 1};

}  // namespace

std::string Architecture::text() const {
  return fmt::format("{}{} {}-{}-{}", recurrent ? "gru" : "mlp", layer_norm ? "+ln" : "", observations,
                     hidden, actions);
}

Layout::Layout(const Architecture& architecture) : architecture_(architecture) {
  const int hidden = architecture.hidden;
  feature_weight = add_matrix("feature.weight", hidden, architecture.observations);
  feature_bias = add_vector("feature.bias", hidden);
  if (architecture.layer_norm) add_norm("feature_norm", feature_gain, feature_offset);
  if (architecture.recurrent) {
    input_gates_weight = add_matrix("gru.weight_ih", 3 * hidden, hidden);
    hidden_gates_weight = add_matrix("gru.weight_hh", 3 * hidden, hidden);
    input_gates_bias = add_vector("gru.bias_ih", 3 * hidden);
    hidden_gates_bias = add_vector("gru.bias_hh", 3 * hidden);
  } else {
    hidden_weight = add_matrix("hidden.weight", hidden, hidden);
    hidden_bias = add_vector("hidden.bias", hidden);
  }
  if (architecture.layer_norm) add_norm("body_norm", body_gain, body_offset);
  add_heads();
}

std::size_t Layout::parameter_count() const {
  std::size_t count = 0;
  for (const auto& tensor : tensors_) count += tensor.size();
  return count;
}

std::string_view Layout::name_at(std::size_t index) const {
  for (const auto& tensor : tensors_) {
    if (index < tensor.offset) continue;
    const std::size_t distance = index - tensor.offset;
    const bool inside = distance / tensor.input_stride < static_cast<std::size_t>(tensor.inputs()) &&
                        distance % tensor.input_stride < static_cast<std::size_t>(tensor.outputs());
    if (inside) return tensor.name;
  }
  return {};
}

Block Layout::reserve(std::size_t size) {
  const Block block{arena_size_, size};
  arena_size_ += (size + elements_per_line - 1) / elements_per_line * elements_per_line;
  return block;
}

Block Layout::add_matrix(const std::string& name, int outputs, int inputs) {
  const Block block = reserve(static_cast<std::size_t>(outputs) * static_cast<std::size_t>(inputs));
  tensors_.push_back({name, {outputs, inputs}, block.offset, static_cast<std::size_t>(outputs)});
  return block;
}

Block Layout::add_vector(const std::string& name, int size) {
  const Block block = reserve(static_cast<std::size_t>(size));
  tensors_.push_back({name, {size}, block.offset, block.size});
  return block;
}

void Layout::add_norm(const std::string& name, Block& gain, Block& offset) {
  gain = add_vector(name + ".weight", architecture_.hidden);
  offset = add_vector(name + ".bias", architecture_.hidden);
}

void Layout::add_heads() {
  const int actions = architecture_.actions;
  const int inputs = architecture_.hidden;
  const auto outputs = static_cast<std::size_t>(actions) + 1;
  heads_weight = reserve(outputs * static_cast<std::size_t>(inputs));
  heads_bias = reserve(outputs);
  const std::size_t value_column = outputs - 1;
  tensors_.push_back({"policy.weight", {actions, inputs}, heads_weight.offset, outputs});
  tensors_.push_back({"policy.bias", {actions}, heads_bias.offset, outputs});
  tensors_.push_back({"value.weight", {1, inputs}, heads_weight.offset + value_column, outputs});
  tensors_.push_back({"value.bias", {1}, heads_bias.offset + value_column, outputs});
}

Result<void> validate(const Architecture& architecture) {
  const auto check = [](const char* what, int value) -> Result<void> {
    if (value >= 1 && value <= 65536) return {};
    return usage_error(fmt::format("a network's {} is {}, but must be between 1 and 65536", what, value));
  };
  WINDHOVER_RETURN_IF_ERROR(check("number of observations", architecture.observations));
  WINDHOVER_RETURN_IF_ERROR(check("number of actions", architecture.actions));
  WINDHOVER_RETURN_IF_ERROR(check("hidden size", architecture.hidden));
  const double epsilon = architecture.layer_norm_epsilon;
  if (epsilon_range.holds(epsilon)) return {};
  return usage_error(fmt::format("a network's LayerNorm epsilon is {}, but must be {}", number_text(epsilon),
                                 epsilon_range.of("a number")));
}

double activation_bytes(const Architecture& architecture) {
  return sizeof(float) *
         (12.0 * architecture.hidden + architecture.observations + 3.0 * architecture.actions);
}

}  // namespace windhover::nn
