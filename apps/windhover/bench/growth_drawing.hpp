#pragma once

#include <string>

#include "windhover/core/fields.hpp"

namespace windhover::app {

/// The result of bench_growth as one SVG file: above, steps per second against each dimension; below, memory.
[[nodiscard]] std::string draw_growth(const Json& growth);

}  // namespace windhover::app
