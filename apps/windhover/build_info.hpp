#pragma once

#include "windhover/record/manifest.hpp"

namespace windhover::app {

/// What made this program: version, revision, compiler, flags, and the instruction set in use.
[[nodiscard]] record::Build build_info();

/// What it runs on: system, processor, threads.
[[nodiscard]] record::Machine machine_info();

/// The most memory that this process has held, MiB.
[[nodiscard]] double peak_memory_mb();

}  // namespace windhover::app
