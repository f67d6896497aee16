#pragma once

#include <optional>
#include <string>
#include <vector>

#include "windhover/stats/interval.hpp"

namespace windhover::app {

/// "4.2s", "47s", "3m20s", "2h05m".
[[nodiscard]] std::string duration_text(double seconds);

/// Rows in columns as wide as their longest cell; the first row is the heading. The first column is flush
/// left, the others are flush right. Control characters of cells are escaped. Ends with a new line.
[[nodiscard]] std::string table_text(std::vector<std::vector<std::string>> rows);

/// A cell of a table: a number in a form of fmt, "{:.2f}", or an interval; "-" if it is not there.
[[nodiscard]] std::string number_cell(double number, const char* form);
[[nodiscard]] std::string interval_cell(const std::optional<stats::Interval>& interval);

/// A word, with no byte that is 0, as one can type it in a shell: on one line, and without a character that a
/// terminal would obey; such are written as $'\033'.
[[nodiscard]] std::string shell_word(const std::string& word);

/// Words likewise.
[[nodiscard]] std::string command_text(const std::vector<std::string>& words);

}  // namespace windhover::app
