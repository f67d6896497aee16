#pragma once

#include <string>

#include "windhover/core/fields.hpp"

namespace windhover::app {

/// The result of bench_growth as one SVG file: above, steps per second against each dimension; below, memory.
/// By `drawing_mark` it is known as such a drawing.
inline constexpr std::string_view drawing_mark = "<!-- windhover bench growth -->";
[[nodiscard]] std::string draw_growth(const Json& growth);

}  // namespace windhover::app
