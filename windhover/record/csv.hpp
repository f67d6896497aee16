#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/first_error.hpp"
#include "windhover/core/result.hpp"

namespace windhover::record {

/// Reads the lines of a CSV file of plain numbers and names (no quotes) one field after another. The text and
/// the origin must outlive the reader. The first error is kept and every later read does nothing, so that a
/// whole row can be read before asking.
class CsvReader {
 public:
  /// `origin` names the file in messages.
  CsvReader(std::string_view text, std::string_view origin) : rest_(text), origin_(origin) {}

  /// Goes to the next line. False at the end of the text, or after an error; a last line without its line end
  /// is an error, since the file was cut there.
  [[nodiscard]] bool next_line();

  /// The fields of the current line as text: for the head.
  [[nodiscard]] std::vector<std::string> names();

  /// NaN and infinity are errors.
  void number(double& value);
  void number(std::int32_t& value);
  void number(std::uint64_t& value);

  /// The text of the next field.
  [[nodiscard]] std::string_view field();

  /// An error at the current line.
  void refuse(std::string_view reason);

  /// The line must end here.
  void end_line();

  [[nodiscard]] bool failed() const { return error_.any(); }
  [[nodiscard]] Result<void> status() const { return error_.status(); }

 private:
  template <class Number>
  void parse(Number& value);

  std::string_view rest_;
  std::string_view origin_;
  std::string_view line_;
  bool line_done_ = true;
  std::size_t line_number_ = 0;
  FirstError error_;
};

}  // namespace windhover::record
