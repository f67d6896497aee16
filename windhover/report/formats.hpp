#pragma once

#include <string>

#include "windhover/report/document.hpp"

namespace windhover::report {

/// A page that needs no network, no script and no other file.
[[nodiscard]] std::string html_page(const Document& document);

/// GitHub Markdown with every table; of figures the caption and where their numbers are.
[[nodiscard]] std::string markdown_page(const Document& document);

/// The page's style sheet: light and dark, screen and print, from 320 pixels on.
[[nodiscard]] const char* style_sheet();

}  // namespace windhover::report
