#include "windhover/report/table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace windhover::report {
namespace {

constexpr const char* no_value = "—";

std::string p_value_text(double value) {
  if (value < 0.00005) return "< 0.0001";
  return fmt::format("{:.4f}", value);
}

}  // namespace

double Cell::number() const {
  const auto* value = std::get_if<double>(&content);
  return value == nullptr ? std::numeric_limits<double>::quiet_NaN() : *value;
}

void drop_empty_columns(Table& table) {
  for (std::size_t column = table.columns.size(); column-- > 0;) {
    const auto is_empty = [column](const std::vector<Cell>& row) { return row[column].empty(); };
    if (!table.columns[column].optional || !std::ranges::all_of(table.rows, is_empty)) continue;
    const auto place = static_cast<std::ptrdiff_t>(column);
    table.columns.erase(table.columns.begin() + place);
    for (auto& row : table.rows) row.erase(row.begin() + place);
  }
}

std::string numbered_title(const std::string& number, const std::string& title) {
  return number.empty() ? title : fmt::format("{}. {}", number, title);
}

bool is_numeric(const Column& column) {
  return column.kind == ColumnKind::number || column.kind == ColumnKind::range ||
         column.kind == ColumnKind::p_value;
}

std::string number_text(double value, int decimals, bool sign) {
  if (!std::isfinite(value)) return no_value;
  auto digits = fmt::format("{:.{}f}", std::abs(value), decimals);
  const bool zero = digits.find_first_not_of("0.") == std::string::npos;
  if (value < 0 && !zero) return "−" + digits;
  return sign && !zero ? fmt::format("+{}", digits) : digits;
}

std::string cell_text(const Column& column, const Cell& cell) {
  if (const auto* text = cell.text()) return *text;
  if (const double value = cell.number(); std::isfinite(value)) {
    return column.kind == ColumnKind::p_value ? p_value_text(value)
                                              : number_text(value, column.decimals, column.sign);
  }
  if (const auto* range = cell.range()) {
    if (!std::isfinite(range->lower) || !std::isfinite(range->upper)) return no_value;
    return fmt::format("[{}, {}]", number_text(range->lower, column.decimals, column.sign),
                       number_text(range->upper, column.decimals, column.sign));
  }
  if (cell.empty() && column.kind == ColumnKind::text) return {};
  return no_value;
}

bool repeats_above(const Table& table, std::size_t row, std::size_t column) {
  if (row == 0 || table.columns[column].kind != ColumnKind::label) return false;
  for (std::size_t i = 0; i <= column; ++i) {
    if (table.columns[i].kind != ColumnKind::label) continue;
    if (cell_text(table.columns[i], table.rows[row][i]) !=
        cell_text(table.columns[i], table.rows[row - 1][i]))
      return false;
  }
  return true;
}

}  // namespace windhover::report
