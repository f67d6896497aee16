#pragma once

#include "windhover/core/fields.hpp"

namespace windhover::peers {

/// Makes LibTorch use one thread. To be called once, before any peer is made.
void use_one_torch_thread();

/// Makes the C library keep what is freed instead of giving it back to the system: LibTorch allocates every
/// intermediate anew, and fresh pages cost it a tenth of its time. The others allocate nothing in a step.
void keep_freed_memory();

/// Versions and instruction sets of what is compared, and the file of the BLAS that LibTorch calls: its speed
/// depends on that.
[[nodiscard]] Json library_info();

/// The part about Eigen: told by a source that is compiled as the peer is.
[[nodiscard]] Json eigen_info();

}  // namespace windhover::peers
