#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "windhover/core/result.hpp"
#include "windhover/nn/architecture.hpp"

namespace windhover::nn {

/// Free text about a model: "cell", "arm", "seed", "episode", "version", "config". The architecture is added
/// by itself.
using Metadata = std::map<std::string, std::string>;

struct Checkpoint {
  Architecture architecture;
  Metadata metadata;
  std::vector<float> parameters;  ///< an arena of Layout(architecture)
};

/// The safetensors format (huggingface/safetensors, README "Format"): 8 bytes of header length, a JSON
/// header, the tensors as little-endian F32 in PyTorch's shapes. The metadata gets a `sha256`, that of the
/// file with zeros in place of its 64 digits.
[[nodiscard]] std::string write_safetensors(const Architecture& architecture,
                                            std::span<const float> parameters, const Metadata& metadata);

/// Errors: no safetensors file, another SHA-256 than the metadata claims (a file without one is taken as it
/// is), truncated, a header length beyond the file, not JSON, a key twice, missing or unknown tensors, wrong
/// shapes or types, tensors that overlap or leave bytes to none, offsets out of range, NaN or infinity. The
/// tensors' order in the file is free.
[[nodiscard]] Result<Checkpoint> read_safetensors(std::span<const std::byte> file);

/// The tensors' values in PyTorch's order and shape, one behind the other: what digests are made of.
[[nodiscard]] std::vector<std::byte> canonical_bytes(const Layout& layout, std::span<const float> parameters);

}  // namespace windhover::nn
