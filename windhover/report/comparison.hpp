#pragma once

#include <string>
#include <string_view>

#include "windhover/analysis/results/comparison.hpp"

namespace windhover::report {

/// By `comparison_mark` it is known as such a page.
inline constexpr std::string_view comparison_mark =
    "<meta name=\"generator\" content=\"windhover compare\"/>";

/// The page of a comparison of two studies, in the form of the report.
[[nodiscard]] std::string comparison_page(const analysis::Comparison& comparison);

}  // namespace windhover::report
