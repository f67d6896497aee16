#pragma once

#include <optional>
#include <string>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/report/table.hpp"

/// Reads the results for tables and figures. A key that is not there throws Json::exception; make_report
/// turns that into an Error.
namespace windhover::report {

/// Cells remember which node of the results they come from; `json` must be a part of the results.

/// A number or nothing.
[[nodiscard]] Cell number_cell(const Json& json);
/// An interval [lower, upper] or nothing.
[[nodiscard]] Cell range_cell(const Json& json);
/// An interval whose two ends stand apart, or nothing.
[[nodiscard]] Cell ends_cell(const Json& lower, const Json& upper);
/// first − second, or nothing.
[[nodiscard]] Cell difference_cell(const Json& first, const Json& second);
/// yes, no, or nothing.
[[nodiscard]] Cell yes_no_cell(const Json& json);
/// A text, or nothing for null and the empty text.
[[nodiscard]] Cell text_cell(const Json& json);

/// The member, or null if `object` is none or does not have it: for keys that only some results have.
[[nodiscard]] const Json& member(const Json& object, const char* key);

/// The element, or null if `list` is none or shorter.
[[nodiscard]] const Json& element(const Json& list, std::size_t index);

/// The number, or NaN for null.
[[nodiscard]] double value_of(const Json& json);

/// "greedy" and "sampled", the one that the study reports first in front.
[[nodiscard]] std::vector<std::string> policies_in_order(const Json& results);

/// "greedy actions".
[[nodiscard]] std::string policy_label(const std::string& policy);

/// Whether no run has scores, so that nothing can be said of any cell or arm.
[[nodiscard]] bool nothing_finished(const Json& results);

/// Whether the environment has a condition to vary, so that there is something to say about it.
[[nodiscard]] bool has_condition(const Json& results);

/// What the test conditions are called, in tables and on axes; the record calls them conditions.
inline constexpr const char* condition_head = "Velocity, km/h";
inline constexpr const char* condition_axis = "test velocity, km/h";
inline constexpr const char* score_axis = "return per episode";

/// The mean of the upper bound, if the study has one that is above 0, and its name.
[[nodiscard]] std::optional<double> upper_bound_of(const Json& results);
[[nodiscard]] std::string upper_bound_name(const Json& results);

/// The upper bound's scores by condition in a cell, [{condition, mean, standard_error}]; null if there are
/// none.
[[nodiscard]] const Json& bound_by_condition(const Json& results, const std::string& cell);

/// The mean of {mean, standard_error} with 1.96 standard errors around it, or nothing without an error.
[[nodiscard]] Cell normal_interval(const Json& score);

[[nodiscard]] std::vector<std::string> arms_of(const Json& results);

/// The two arms of the gap; empty if the study has none.
[[nodiscard]] std::vector<std::string> gap_arms_of(const Json& results);

/// True if the design is a full factorial of exactly two factors.
[[nodiscard]] bool has_two_factors(const Json& results);

/// Columns that name a cell: its id and the level of each factor (not of many factors that change one at a
/// time, since the id says which); and their cells.
[[nodiscard]] std::vector<Column> cell_columns(const Json& results);
[[nodiscard]] std::vector<Cell> cell_labels(const Json& results, const Json& cell);

}  // namespace windhover::report
