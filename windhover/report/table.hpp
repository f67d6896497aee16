#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "windhover/core/fields.hpp"

/// Tables as data. Every writer (HTML, Markdown, LaTeX, CSV) renders the same cells, so that they can not
/// diverge.
namespace windhover::report {

struct Range {
  double lower = 0;
  double upper = 0;
};

/// Nothing, a text, a number or an interval, and where in the results it stands.
struct Cell {
  using Content = std::variant<std::monostate, std::string, double, Range>;

  Content content = {};
  std::vector<const void*> nodes =
      {};                   ///< members of the results that the content comes from; two for a difference
  std::string source = {};  ///< their JSON pointers, once cite_sources has looked them up
  std::string about = {};   ///< of a verdict: the key of the statement that it is

  Cell() = default;
  template <typename T>
  requires(!std::same_as<std::remove_cvref_t<T>, Cell> && std::constructible_from<Content, T>)
      Cell(T&& value)  // NOLINT(bugprone-forwarding-reference-overload): it does not see what is required
      : content(std::forward<T>(value)) {}
  Cell(Content value, std::vector<const void*> from) : content(std::move(value)), nodes(std::move(from)) {}

  [[nodiscard]] const std::string* text() const { return std::get_if<std::string>(&content); }
  [[nodiscard]] const Range* range() const { return std::get_if<Range>(&content); }
  /// The number; NaN for anything else.
  [[nodiscard]] double number() const;
  [[nodiscard]] bool empty() const { return std::holds_alternative<std::monostate>(content); }
};

enum class ColumnKind {
  label,    ///< text that names the row; equal neighbours are printed once
  text,     ///< running text
  number,   ///< a number, or a text where there is none
  range,    ///< an interval, or a text; two columns in CSV
  p_value,  ///< four decimals, "< 0.0001" below
  verdict,  ///< a word that carries a judgement
};

struct Column {
  std::string head;
  ColumnKind kind = ColumnKind::number;
  int decimals = 2;
  bool sign = false;       ///< a plus before positive numbers
  std::string group = {};  ///< printed once above neighbouring columns of the same group
  bool optional = false;   ///< left out by drop_empty_columns if no row has anything in it
};

struct Table {
  std::string id;            ///< file name and anchor
  std::string title;         ///< "Configuration matrix."
  std::string caption = {};  ///< what is shown and how to read it
  std::vector<Column> columns = {};
  std::vector<std::vector<Cell>> rows = {};    ///< each as long as columns
  bool long_list = false;                      ///< folded away at first in HTML
  std::optional<std::size_t> shown_rows = {};  ///< on pages: the first so many; all, if there is no number
  std::string number = {};                     ///< "Table 2, greedy actions", once the document is whole
  std::string actions = {};  ///< the choice of actions it is about; empty if about both or none
};

/// Leaves out the optional columns in which no row has anything.
void drop_empty_columns(Table& table);

/// "Table 2, greedy actions. Configuration matrix.", of a table or figure; the title alone if it has no
/// number.
[[nodiscard]] std::string numbered_title(const std::string& number, const std::string& title);

/// True if the column is aligned to the right.
[[nodiscard]] bool is_numeric(const Column& column);

/// The cell as a reader sees it, unescaped; "—" for nothing, which in running text is empty. Numbers that are
/// not finite are nothing.
[[nodiscard]] std::string cell_text(const Column& column, const Cell& cell);

/// Fixed decimals, the real minus sign, no negative zero; "—" for a number that is not finite.
[[nodiscard]] std::string number_text(double value, int decimals, bool sign);

/// True if a label cell repeats the one above it, together with all label columns to its left.
[[nodiscard]] bool repeats_above(const Table& table, std::size_t row, std::size_t column);

}  // namespace windhover::report
