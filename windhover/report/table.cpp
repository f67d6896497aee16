#include "windhover/report/table.hpp"

#include <cmath>

#include <fmt/format.h>

namespace windhover::report {
namespace {

constexpr const char* nothing = "—";

std::string p_value_text(double value) {
  if (value < 0.00005) return "< 0.0001";
  return fmt::format("{:.4f}", value);
}

}  // namespace

bool is_numeric(const Column& column) {
  return column.kind == ColumnKind::number || column.kind == ColumnKind::range ||
         column.kind == ColumnKind::p_value;
}

std::string number_text(double value, int decimals, bool sign) {
  if (!std::isfinite(value)) return nothing;
  auto digits = fmt::format("{:.{}f}", std::abs(value), decimals);
  const bool zero = digits.find_first_not_of("0.") == std::string::npos;
  if (value < 0 && !zero) return "−" + digits;
  return sign && !zero ? fmt::format("+{}", digits) : digits;
}

std::string cell_text(const Column& column, const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* value = std::get_if<double>(&cell)) {
    return column.kind == ColumnKind::p_value && std::isfinite(*value)
               ? p_value_text(*value)
               : number_text(*value, column.decimals, column.sign);
  }
  if (const auto* range = std::get_if<Range>(&cell)) {
    if (!std::isfinite(range->lower) || !std::isfinite(range->upper)) return nothing;
    return fmt::format("[{}, {}]", number_text(range->lower, column.decimals, column.sign),
                       number_text(range->upper, column.decimals, column.sign));
  }
  return nothing;
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
