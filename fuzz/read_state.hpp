#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace windhover::fuzz {

/// A saved state. The first byte chooses: a whole file, as a resumed run reads it, or the body of one of
/// several trainings, which has no checksum before it. A training that takes the body must be able to go on.
void read_state(std::span<const std::byte> bytes);

/// A body that a training of each kind has written, after that byte: the corpus.
[[nodiscard]] std::vector<std::vector<std::byte>> written_states();

}  // namespace windhover::fuzz
