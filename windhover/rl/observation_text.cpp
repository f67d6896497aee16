#include "windhover/rl/observation_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "windhover/core/json_text.hpp"
#include "windhover/core/trimmed.hpp"
#include "windhover/core/value_text.hpp"

namespace windhover::rl {
namespace {

constexpr std::size_t shown_length = 40;  ///< of a field in a message

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  while (true) {
    const auto comma = line.find(',');
    fields.push_back(trimmed(line.substr(0, comma)));
    if (comma == std::string_view::npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

/// Also "nan" and "inf"; nothing if it is no number. One beyond double precision is infinite.
std::optional<double> number_in(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) return std::nullopt;
  if (error != std::errc::result_out_of_range) return number;
  const auto exponent = text.find_first_of("eE");
  const bool tiny = exponent != std::string_view::npos && text.substr(exponent + 1).starts_with('-');
  return tiny ? 0 : std::numeric_limits<double>::infinity();
}

}  // namespace

Failure ObservationReader::refuse(std::string_view reason) const {
  return failure(
      fmt::format("line {}: {}; an observation of this model is {} finite numbers", line_, reason, count_));
}

Result<ObservationReader::Line> ObservationReader::read(std::string_view line) {
  ++line_;
  const auto text = trimmed(line);
  if (text.empty()) return Line::empty;
  const bool first = !begun_;
  begun_ = true;
  observation_.clear();
  if (text.starts_with('[') || text.starts_with('{'))
    return read_json(text).transform([] { return Line::observation; });
  if (first) {
    const auto fields = fields_of(text);
    if (std::ranges::none_of(fields, [](std::string_view field) { return number_in(field).has_value(); }))
      return read_head(fields).transform([] { return Line::head; });
  }
  return read_csv(text).transform([] { return Line::observation; });
}

Result<void> ObservationReader::read_head(const std::vector<std::string_view>& fields) {
  width_ = fields.size();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].starts_with(observation_prefix)) columns_.push_back(i);
  }
  const std::size_t read = columns_.empty() ? width_ : columns_.size();
  if (read == count_) return {};
  return refuse(
      fmt::format("{}no number, so that it is a head, and the head has {} column{}{}",
                  width_ == 1 ? fmt::format("'{}' is ", fields[0].substr(0, shown_length)) : "", read,
                  read == 1 ? "" : "s",
                  columns_.empty() ? "" : fmt::format(" that start with '{}'", observation_prefix)));
}

Result<void> ObservationReader::read_csv(std::string_view line) {
  auto fields = fields_of(line);
  if (width_ != 0 && fields.size() != width_)
    return refuse(fmt::format("it has {} fields, but the head {}", fields.size(), width_));
  if (!columns_.empty()) {
    for (std::size_t i = 0; i < columns_.size(); ++i) fields[i] = fields[columns_[i]];
    fields.resize(columns_.size());
  }
  WINDHOVER_RETURN_IF_ERROR(check_count(fields.size()));
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto number = number_in(fields[i]);
    if (!number)
      return refuse(fmt::format("field {} is '{}', which is no number",
                                columns_.empty() ? i + 1 : columns_[i] + 1,
                                fields[i].substr(0, shown_length)));
    WINDHOVER_RETURN_IF_ERROR(append(*number, columns_.empty() ? i + 1 : columns_[i] + 1));
  }
  return {};
}

Result<void> ObservationReader::read_json(std::string_view line) {
  const auto json = parse_json(line);
  if (!json) return refuse("it cannot be read as JSON: " + json.error().message);
  const Json* list = &*json;
  if (json->is_object()) {
    const auto found = json->find("observation");
    if (found == json->end()) return refuse("the object has no \"observation\"");
    list = &*found;
  }
  if (!list->is_array()) return refuse("\"observation\" is no list");
  WINDHOVER_RETURN_IF_ERROR(check_count(list->size()));
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Json& element = (*list)[i];
    if (!element.is_number()) {
      return refuse(fmt::format("element {} is {}, which is no number", i + 1,
                                value_text(element).substr(0, shown_length)));
    }
    WINDHOVER_RETURN_IF_ERROR(append(element.get<double>(), i + 1));
  }
  return {};
}

Result<void> ObservationReader::check_count(std::size_t given) const {
  if (given == count_) return {};
  return refuse(fmt::format("it has {} number{}", given, given == 1 ? "" : "s"));
}

Result<void> ObservationReader::append(double number, std::size_t field) {
  const auto value = static_cast<float>(number);
  if (!std::isfinite(value)) {
    return refuse(fmt::format("number {} is {}, which is not finite{}", field, number_text(number),
                              std::isfinite(number) ? " in single precision" : ""));
  }
  observation_.push_back(value);
  return {};
}

}  // namespace windhover::rl
