#include "apps/windhover/number_option.hpp"

#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

namespace windhover::app {
namespace {

/// The text as a number, all of it; nothing if it is none or does not fit.
template <class Number>
std::optional<Number> parse(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The texts between the commas.
std::vector<std::string_view> items_of(std::string_view list) {
  std::vector<std::string_view> items;
  for (;;) {
    const auto comma = list.find(',');
    items.push_back(list.substr(0, comma));
    if (comma == std::string_view::npos) return items;
    list.remove_prefix(comma + 1);
  }
}

/// What CLI reads the number from afterwards is written so that it is read as the same one.
template <class IsAllowed>
CLI::Validator real_number(const std::string& range, IsAllowed is_allowed) {
  return {[range, is_allowed](std::string& text) -> std::string {
            const auto value = parse<double>(text);
            if (!value || !std::isfinite(*value) || !is_allowed(*value))
              return fmt::format("must be a number, {}, not '{}'", range, text);
            text = fmt::format("{:a}", *value + 0.0);  // -0 + 0 is 0
            return {};
          },
          range};
}

}  // namespace

CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
  const auto range = fmt::format("{} to {}", least, most);
  return {[=](std::string& text) -> std::string {
            const auto value = parse<std::uint64_t>(text);
            if (!value || *value < least || *value > most)
              return fmt::format("must be a whole number, {}, not '{}'", range, text);
            text = std::to_string(*value);
            return {};
          },
          range};
}

CLI::Validator number(double least, double most) {
  return real_number(fmt::format("{} to {}", least, most),
                     [=](double value) { return value >= least && value <= most; });
}

CLI::Validator number_between(double least, double most) {
  return real_number(fmt::format("above {} and below {}", least, most),
                     [=](double value) { return value > least && value < most; });
}

CLI::Validator positive_number() {
  return real_number("above 0", [](double value) { return value > 0; });
}

CLI::Validator number_list(double least, double most) {
  const auto range = fmt::format("{} to {}", least, most);
  return {[=](std::string& text) -> std::string {
            for (const auto item : items_of(text)) {
              const auto value = parse<double>(item);
              if (!value || !std::isfinite(*value) || *value < least || *value > most)
                return fmt::format("must be a list of numbers with commas between them, {}, not '{}'", range,
                                   text);
            }
            return {};
          },
          range};
}

std::vector<double> numbers_of(std::string_view list) {
  std::vector<double> numbers;
  for (const auto item : items_of(list)) numbers.push_back(parse<double>(item).value_or(0.0) + 0.0);
  return numbers;
}

}  // namespace windhover::app
