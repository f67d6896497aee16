#pragma once

#include <string_view>

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"

namespace windhover {

/// Lists and tables within each other that a JSON text may have. No file of ours comes near; a deeper one
/// could exhaust the stack of whoever walks over it.
inline constexpr int deepest_json = 100;

/// A JSON text that may be malformed. Errors: nested deeper than `deepest_json` levels, not JSON (NaN and
/// infinity are not), a number beyond what a double holds, a key that an object has twice.
[[nodiscard]] Result<Json> parse_json(std::string_view text);

}  // namespace windhover
