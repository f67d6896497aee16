#include "windhover/record/csv.hpp"

#include <charconv>
#include <cmath>
#include <system_error>

#include <fmt/format.h>

namespace windhover::record {

bool CsvReader::next_line() {
  if (failed() || rest_.empty()) return false;
  ++line_number_;
  const auto end = rest_.find('\n');
  if (end == std::string_view::npos) {
    refuse("the file ends in the middle of a line");
    return false;
  }
  line_ = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  if (line_.ends_with('\r')) line_.remove_suffix(1);
  line_done_ = false;
  return true;
}

std::vector<std::string> CsvReader::names() {
  std::vector<std::string> all;
  while (!line_done_ && !failed()) all.emplace_back(field());
  return all;
}

std::string_view CsvReader::field() {
  if (failed()) return {};
  if (line_done_) {
    refuse("the line has too few fields");
    return {};
  }
  const auto comma = line_.find(',');
  const auto text = line_.substr(0, comma);
  line_done_ = comma == std::string_view::npos;
  line_.remove_prefix(line_done_ ? line_.size() : comma + 1);
  return text;
}

template <class Number>
void CsvReader::parse(Number& value) {
  const auto text = field();
  if (failed()) return;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    refuse(fmt::format("'{}' is not a number that fits here", text.substr(0, 40)));
  }
}

void CsvReader::number(double& value) {
  parse(value);
  if (!failed() && !std::isfinite(value)) refuse(fmt::format("{} is not a finite number", value));
}
void CsvReader::number(std::int32_t& value) { parse(value); }
void CsvReader::number(std::uint64_t& value) { parse(value); }

void CsvReader::end_line() {
  if (!failed() && !line_done_) refuse("the line has too many fields");
}

void CsvReader::refuse(std::string_view reason) {
  error_.keep(fmt::format("{}, line {}: {}", origin_, line_number_, reason));
}

}  // namespace windhover::record
