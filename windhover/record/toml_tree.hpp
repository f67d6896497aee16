#pragma once

#include <string_view>

#include <toml++/toml.h>

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"

/// toml++'s tree of a text, for those who need to know where a value stands; toml.hpp for all others. Slow to
/// compile, so not for headers.
namespace windhover::record {

/// A TOML text that may be malformed. Errors, each starting with its line ("line 3: "): not TOML, more than
/// 32 brackets within each other, a key of more than 32 parts.
[[nodiscard]] Result<toml::table> parse_toml_tree(std::string_view text);

/// A value of the tree as JSON. Errors, likewise: a date or a time, a key longer than `longest_key`.
[[nodiscard]] Result<Json> json_of(const toml::node& node);

}  // namespace windhover::record
