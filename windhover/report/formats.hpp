#pragma once

#include <string>

#include "windhover/report/page.hpp"

namespace windhover::report {

/// A page that needs no network, no script and no other file. Its one inline script only adds to it.
[[nodiscard]] std::string html_page(const Page& page);

/// GitHub Markdown with every table; of figures the caption and where their numbers are.
[[nodiscard]] std::string markdown_page(const Page& page);

/// The page's style sheet: light and dark, screen and print, from 320 pixels on.
[[nodiscard]] const char* style_sheet();

/// The page's script: which choice of actions is shown, tables that sort, values of what is pointed at.
[[nodiscard]] const char* page_script();

}  // namespace windhover::report
