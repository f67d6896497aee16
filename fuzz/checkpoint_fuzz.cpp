#include <cstddef>
#include <cstdint>
#include <span>

#include "windhover/nn/checkpoint.hpp"

/// Any bytes give a checkpoint or an error, never a crash.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static_cast<void>(windhover::nn::read_safetensors(std::as_bytes(std::span(data, size))));
  return 0;
}
