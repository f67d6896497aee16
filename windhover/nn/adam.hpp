#pragma once

#include <cstdint>
#include <span>

#include "windhover/core/bytes.hpp"
#include "windhover/kernels/kernels.hpp"
#include "windhover/nn/aligned.hpp"

namespace windhover::nn {

struct AdamSettings {
  double lr = 1e-4;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double max_grad_norm = 2.0;
};

/// Euclidean norm of a whole gradient arena.
template <class T>
[[nodiscard]] T gradient_norm(std::span<const T> gradient);

/// The factor that clips a gradient of this norm: min(1, max_grad_norm / (norm + 1e-6)), as
/// torch.nn.utils.clip_grad_norm_.
template <class T>
[[nodiscard]] T clip_factor(T norm, double max_grad_norm);

/// The scalars of update number `update` (from 1), with this share of the learning rate.
template <class T>
[[nodiscard]] kernels::AdamStep<T> adam_step(const AdamSettings& settings, std::uint64_t update,
                                             T gradient_scale, double lr_share = 1.0);

/// Adam's moments for one arena.
template <class T>
class Adam {
 public:
  Adam(const AdamSettings& settings, std::size_t arena_size);

  [[nodiscard]] const AdamSettings& settings() const { return settings_; }
  [[nodiscard]] std::uint64_t updates() const { return updates_; }

  /// Clips `gradient`, whose norm is `norm`, and takes one step with `lr_share` of the learning rate; the new
  /// parameters also go to `copy` (may be empty).
  void update(std::span<T> parameters, std::span<T> copy, std::span<const T> gradient, T norm,
              double lr_share = 1.0);

  void save(ByteWriter& writer) const;
  [[nodiscard]] Result<void> restore(ByteReader& reader);

 private:
  AdamSettings settings_;
  std::uint64_t updates_ = 0;
  AlignedVector<T> first_, second_;
};

extern template class Adam<float>;
extern template class Adam<double>;

}  // namespace windhover::nn
