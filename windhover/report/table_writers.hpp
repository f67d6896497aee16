#pragma once

#include <string>

#include "windhover/report/table.hpp"

namespace windhover::report {

/// A <figure> with caption and a table that scrolls sideways where it is wider than the page.
[[nodiscard]] std::string html_table(const Table& table);

/// Title, caption and a GitHub table.
[[nodiscard]] std::string markdown_table(const Table& table);

/// A table float for the packages booktabs and, above 40 rows, longtable.
[[nodiscard]] std::string latex_table(const Table& table);

/// A head and the rows with every digit; an interval takes two columns.
[[nodiscard]] std::string csv_table(const Table& table);

}  // namespace windhover::report
