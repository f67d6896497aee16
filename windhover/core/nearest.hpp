#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace windhover {

/// The candidate with the smallest edit distance to `name`; empty if there are no candidates.
[[nodiscard]] std::string nearest_name(std::string_view name, std::span<const std::string> candidates);

/// " (did you mean 'hidden'?)" or, if nothing is near, the list of what there is. For the end of an error
/// message.
[[nodiscard]] std::string suggestion(std::string_view name, std::span<const std::string> candidates);

}  // namespace windhover
