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

/// A TOML text that may be malformed, before it is parsed: nothing bounds how deep the dotted keys of a line
/// may nest tables, and all that walk over these use the stack. Error, with the line: more than 32 brackets
/// within each other, or a key of more than 32 parts.
[[nodiscard]] Result<void> check_toml_depth(std::string_view text);

/// TOML as a JSON object. `origin` names the file. Errors: not TOML (with the line),
/// nested too deep, a date or a time, a key longer than `longest_key`.
[[nodiscard]] Result<Json> parse_toml(std::string_view text, const std::string& origin);

}  // namespace windhover::record
