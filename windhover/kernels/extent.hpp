#pragma once

#include <cstddef>

#include "windhover/core/contract.hpp"

namespace windhover::kernels {

/// A matrix extent as an unsigned number; checks that it is not negative.
[[nodiscard]] inline std::size_t extent(int size) {
  WINDHOVER_CHECK_OP(size, >=, 0);
  return static_cast<std::size_t>(size);
}

}  // namespace windhover::kernels
