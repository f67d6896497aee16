#include <cstddef>
#include <cstdint>

#include "fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto& target = windhover::fuzz::target(WINDHOVER_FUZZ_TARGET);
  target.read(std::as_bytes(std::span(data, size)));
  return 0;
}
