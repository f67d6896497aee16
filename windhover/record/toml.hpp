#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"

namespace windhover::record {

/// Bytes of a key; of a study file with those of the tables that it is in.
inline constexpr std::size_t longest_key = 1000;

/// A JSON object as TOML; keys come out sorted, values before tables. Errors: not an object, null anywhere, a
/// whole number beyond 63 bits.
[[nodiscard]] Result<std::string> to_toml(const Json& object);

/// TOML as a JSON object. `origin` names the file. Errors, with the line: not TOML, more than 32 brackets
/// within each other, a key of more than 32 parts or longer than `longest_key`, a date or a time.
[[nodiscard]] Result<Json> parse_toml(std::string_view text, const std::string& origin);

}  // namespace windhover::record
