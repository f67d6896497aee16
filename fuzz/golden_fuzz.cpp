#include <cstddef>
#include <cstdint>

#include "windhover/env/cart_pole_trace.hpp"
#include "windhover/env/offload_trace.hpp"
#include "windhover/rl/golden.hpp"

/// Any text that is JSON gives a check of each kind or an error, never a crash.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = windhover::Json::parse(data, data + size, nullptr, false);
  if (file.is_discarded()) return 0;
  static_cast<void>(windhover::rl::check_update(file));
  static_cast<void>(windhover::rl::check_async(file));
  static_cast<void>(windhover::env::replay_trace(file));
  static_cast<void>(windhover::env::check_channel(file));
  static_cast<void>(windhover::env::replay_cart_pole(file));
  return 0;
}
