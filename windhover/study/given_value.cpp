#include "windhover/study/given_value.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "windhover/core/nearest.hpp"
#include "windhover/core/value_text.hpp"

namespace windhover::study {

Failure GivenValue::refuse(std::string_view message) const {
  return usage_error(fmt::format("{}: '{}' {}", place_, name_, message));
}

Result<void> GivenValue::text(std::string& target) const {
  if (!value_.is_string())
    return refuse(fmt::format("must be a text in quotes, but is {}", value_text(value_)));
  target = value_.get<std::string>();
  if (target.empty()) return refuse("is empty");
  return {};
}

Result<void> GivenValue::integer(std::uint64_t& target, std::uint64_t least, std::uint64_t most) const {
  if (!value_.is_number_integer()) {
    return refuse(
        fmt::format("must be a whole number between {} and {}, but is {}", least, most, value_text(value_)));
  }
  const bool negative = !value_.is_number_unsigned() && value_.get<std::int64_t>() < 0;
  if (negative || value_.get<std::uint64_t>() < least || value_.get<std::uint64_t>() > most) {
    return refuse(
        fmt::format("is {}, but must be a whole number between {} and {}", value_text(value_), least, most));
  }
  target = value_.get<std::uint64_t>();
  return {};
}

Result<void> GivenValue::integer(int& target, int least, int most) const {
  auto wide = static_cast<std::uint64_t>(target);
  WINDHOVER_RETURN_IF_ERROR(
      integer(wide, static_cast<std::uint64_t>(least), static_cast<std::uint64_t>(most)));
  target = static_cast<int>(wide);
  return {};
}

Result<void> GivenValue::number(double& target, const NumberRange& range) const {
  const double number = value_.is_number() ? value_.get<double>() : std::nan("");
  if (!range.holds(number)) {
    return refuse(fmt::format("must be {}, but is {}", range.wanted_instead_of(number, "a number"),
                              value_text(value_)));
  }
  target = number;
  return {};
}

Result<void> GivenValue::require_list(std::size_t most) const {
  if (!value_.is_array())
    return refuse(fmt::format("must be a list, such as [1, 2], but is {}", value_text(value_)));
  if (value_.empty()) return refuse("is empty, but must have at least one element");
  if (value_.size() > most)
    return refuse(fmt::format("has {} elements, but {} is the most", value_.size(), most));
  return {};
}

Result<void> GivenValue::numbers(std::vector<double>& target, const NumberRange& range,
                                 std::size_t most) const {
  WINDHOVER_RETURN_IF_ERROR(require_list(most));
  target.clear();
  for (const Json& element : value_) {
    const double number = element.is_number() ? element.get<double>() : std::nan("");
    if (!range.holds(number)) {
      return refuse(fmt::format("must hold {}, but holds {}", range.wanted_instead_of(number, "numbers"),
                                value_text(element)));
    }
    target.push_back(number);
  }
  return {};
}

Result<void> GivenValue::one_of(const std::string& text, const std::vector<std::string>& choices) const {
  if (std::ranges::find(choices, text) != choices.end()) return {};
  return refuse(fmt::format("is \"{}\", which is unknown{}", text, suggestion(text, choices)));
}

}  // namespace windhover::study
