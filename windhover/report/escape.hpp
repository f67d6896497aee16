#pragma once

#include <string>
#include <string_view>

/// Text made safe for each format. Control characters other than the line break become spaces.
namespace windhover::report {

/// For elements and quoted attributes of HTML and SVG.
[[nodiscard]] std::string escape_html(std::string_view text);

/// ` name="value"`, escaped, for an element of HTML; nothing for an empty value.
[[nodiscard]] std::string html_attribute(std::string_view name, std::string_view value);

/// For a cell of a GitHub Markdown table, or a line of text.
[[nodiscard]] std::string escape_markdown(std::string_view text);

/// For LaTeX text; the few symbols outside ASCII that the report uses become commands.
[[nodiscard]] std::string escape_latex(std::string_view text);

/// One CSV field (RFC 4180), quoted where it must be. A text that a spreadsheet would take for a formula gets
/// an apostrophe in front.
[[nodiscard]] std::string escape_csv(std::string_view text);

/// A name fit for a file and an anchor: lower-case letters, digits and hyphens.
[[nodiscard]] std::string slug(std::string_view text);

}  // namespace windhover::report
