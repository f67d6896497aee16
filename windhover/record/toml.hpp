#pragma once

#include <string>
#include <string_view>

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"

namespace windhover::record {

/// A JSON object as TOML; keys come out sorted, values before tables. Errors: not an object, null anywhere, a
/// whole number beyond 63 bits.
[[nodiscard]] Result<std::string> to_toml(const Json& object);

/// TOML as a JSON object. `origin` names the file. Errors: not TOML (with the line), a date or a time.
[[nodiscard]] Result<Json> parse_toml(std::string_view text, const std::string& origin);

}  // namespace windhover::record
