#pragma once

#include <algorithm>
#include <atomic>

#include "windhover/core/bytes.hpp"
#include "windhover/core/result.hpp"
#include "windhover/env/offload_config.hpp"

namespace windhover::env {

/// The free compute units of a cloud. Any number of threads may take and give back at once: units are
/// counted, they publish nothing, so relaxed order is enough. `refill`, `save` and `restore` are for one
/// thread while no other is at work.
class CloudPool {
 public:
  explicit CloudPool(const OffloadConfig& config)
      : capacity_(config.cloud_units), free_(config.cloud_units) {}

  [[nodiscard]] int free() const { return free_.load(std::memory_order_relaxed); }

  /// Takes `units` if there are as many; otherwise takes nothing and says false.
  [[nodiscard]] bool take(int units) {
    int seen = free();
    while (seen >= units) {
      if (free_.compare_exchange_weak(seen, seen - units, std::memory_order_relaxed)) return true;
    }
    return false;
  }

  /// Never above capacity.
  void give_back(int units) {
    int seen = free();
    while (!free_.compare_exchange_weak(seen, std::min(capacity_, seen + units), std::memory_order_relaxed)) {
    }
  }

  void refill() { free_.store(capacity_, std::memory_order_relaxed); }

  void save(ByteWriter& writer) const { writer.value(free()); }

  [[nodiscard]] Result<void> restore(ByteReader& reader) {
    int units = 0;
    WINDHOVER_RETURN_IF_ERROR(reader.value(units));
    if (units < 0 || units > capacity_) return failure("the saved cloud pool is damaged");
    free_.store(units, std::memory_order_relaxed);
    return {};
  }

 private:
  int capacity_;
  alignas(64) std::atomic<int> free_;  // a cache line of its own: every worker writes it
};

}  // namespace windhover::env
