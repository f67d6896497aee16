#pragma once

#include <string>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/report/table.hpp"

/// Reads the results for tables and figures. A key that is not there throws Json::exception; write_report
/// turns that into an Error.
namespace windhover::report {

/// A number or nothing.
[[nodiscard]] Cell number_cell(const Json& json);
/// An interval [lower, upper] or nothing.
[[nodiscard]] Cell range_cell(const Json& json);
/// yes, no, or nothing.
[[nodiscard]] Cell yes_no_cell(const Json& json);
[[nodiscard]] Cell text_cell(const Json& json);

/// The number, or NaN for null.
[[nodiscard]] double value_of(const Json& json);
[[nodiscard]] std::vector<double> values_of(const Json& list);

/// "greedy" and "sampled", the one that the study reports first in front.
[[nodiscard]] std::vector<std::string> policies_in_order(const Json& results);

/// "greedy actions".
[[nodiscard]] std::string policy_label(const std::string& policy);

[[nodiscard]] std::vector<std::string> arms_of(const Json& results);

/// The two arms of the gap; empty if the study has none.
[[nodiscard]] std::vector<std::string> gap_arms_of(const Json& results);

/// Columns that name a cell: its id and the level of each factor; and their cells.
[[nodiscard]] std::vector<Column> cell_columns(const Json& results);
[[nodiscard]] std::vector<Cell> cell_labels(const Json& results, const Json& cell);

}  // namespace windhover::report
