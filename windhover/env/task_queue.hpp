#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "windhover/env/offload_config.hpp"

namespace windhover::env {

/// A task: compute units it needs, for this many epochs.
struct Task {
  std::uint16_t units = 0;
  std::uint16_t epochs = 0;
  friend bool operator==(const Task&, const Task&) = default;
};

/// Running tasks in the order of their arrival, as two short arrays: every step passes over the occupied
/// slots only.
class TaskQueue {
 public:
  [[nodiscard]] int size() const { return count_; }

  /// Of all its tasks together.
  [[nodiscard]] int units() const {
    int sum = 0;
    for (std::uint16_t slot = 0; slot < count_; ++slot) sum += units_[slot];
    return sum;
  }

  void clear() { count_ = 0; }

  /// Precondition: size() < max_slots.
  void append(Task task) {
    units_[count_] = task.units;
    epochs_[count_] = task.epochs;
    ++count_;
  }

  /// Lets an epoch pass. Tasks with exactly one epoch left complete and leave, the others keep their order.
  /// Returns the units of those that completed.
  int advance() {
    int completed_units = 0;
    std::uint16_t kept = 0;
    for (std::uint16_t slot = 0; slot < count_; ++slot) {
      const std::uint16_t units = units_[slot];
      const std::uint16_t epochs = epochs_[slot];
      units_[kept] = units;
      epochs_[kept] = static_cast<std::uint16_t>(epochs - (epochs > 0 ? 1 : 0));
      const bool completes = epochs == 1;
      completed_units += completes ? units : 0;
      kept = static_cast<std::uint16_t>(kept + (completes ? 0 : 1));
    }
    count_ = kept;
    return completed_units;
  }

  /// Overwrites both spans (each of the environment's `slots` values) with the tasks, scaled, then zeros.
  void observe(float units_factor, float epochs_factor, std::span<float> units,
               std::span<float> epochs) const {
    for (std::size_t slot = 0; slot < count_; ++slot) {
      units[slot] = static_cast<float>(units_[slot]) * units_factor;
      epochs[slot] = static_cast<float>(epochs_[slot]) * epochs_factor;
    }
    std::ranges::fill(units.subspan(count_), 0.0F);
    std::ranges::fill(epochs.subspan(count_), 0.0F);
  }

 private:
  std::uint16_t count_ = 0;
  std::array<std::uint16_t, max_slots> units_{};
  std::array<std::uint16_t, max_slots> epochs_{};
};

}  // namespace windhover::env
