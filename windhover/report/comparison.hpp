#pragma once

#include <string>

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"

namespace windhover::report {

/// The page of a comparison of two studies (analysis/compare.hpp), in the form of the report. Error: the JSON
/// is not of that schema.
/// By `comparison_mark` it is known as such a page.
inline constexpr std::string_view comparison_mark =
    "<meta name=\"generator\" content=\"windhover compare\"/>";
[[nodiscard]] Result<std::string> comparison_page(const Json& comparison);

}  // namespace windhover::report
