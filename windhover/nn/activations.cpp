#include "windhover/nn/activations.hpp"

namespace windhover::nn {

template <class T>
Activations<T>::Activations(const Architecture& architecture, int rows, RowOrder order) : rows_(rows) {
  std::size_t size = 0;
  const auto reserve = [&](int width, int count) {
    constexpr std::size_t line = 16;
    const Part part{size, static_cast<std::size_t>(width)};
    size += (part.width * static_cast<std::size_t>(count) + line - 1) / line * line;
    return part;
  };
  const int hidden = architecture.hidden;
  const int recurrent = architecture.recurrent ? hidden : 0;
  const int normalised = architecture.layer_norm ? hidden : 0;
  const int inverse_std = architecture.layer_norm ? 1 : 0;

  observations_ = reserve(architecture.observations, rows);
  features_normalised_ = reserve(normalised, rows);
  features_inverse_std_ = reserve(inverse_std, rows);
  features_ = reserve(hidden, rows);
  gates_ = reserve(3 * recurrent, rows);
  hidden_gates_ = reserve(3 * recurrent, rows);
  if (order == RowOrder::chained) {
    hidden_before_ = reserve(recurrent, rows + 1);
    hidden_after_ = {hidden_before_.offset + static_cast<std::size_t>(recurrent), hidden_before_.width};
  } else {
    hidden_before_ = reserve(recurrent, rows);
    hidden_after_ = reserve(recurrent, rows);
  }
  body_normalised_ = reserve(normalised, rows);
  body_inverse_std_ = reserve(inverse_std, rows);
  // Without LayerNorm the GRU's output is the body itself.
  const bool own_body = !architecture.recurrent || architecture.layer_norm;
  body_ = own_body ? reserve(hidden, rows) : hidden_after_;
  heads_ = reserve(architecture.actions + 1, rows);
  block_.resize(size);
}

template class Activations<float>;
template class Activations<double>;

}  // namespace windhover::nn
