#pragma once

#include "windhover/core/fields.hpp"

namespace windhover::app {

/// What made this program: compiler, build type, instruction set in use.
[[nodiscard]] Json build_info();

/// What it runs on: system, processor, threads.
[[nodiscard]] Json machine_info();

/// The most memory that this process has held, MiB.
[[nodiscard]] double peak_memory_mb();

}  // namespace windhover::app
