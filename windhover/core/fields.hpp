#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "windhover/core/nearest.hpp"
#include "windhover/core/number_range.hpp"
#include "windhover/core/result.hpp"
#include "windhover/core/value_text.hpp"

namespace windhover {

using Json = nlohmann::json;

/// One named, typed, range-checked setting of the configuration struct `Config`. A struct lists its settings
/// in a static `fields()`, and from that list come parsing, checking, printing, hashing and the help text.
template <class Config>
struct Field {
  using Member = std::variant<bool Config::*, int Config::*, double Config::*, std::string Config::*>;

  Field(std::string field_name, Member field_member, std::string text,
        double least = -std::numeric_limits<double>::infinity(),
        double most = std::numeric_limits<double>::infinity(), std::vector<std::string> allowed = {})
      : name(std::move(field_name)),
        member(field_member),
        description(std::move(text)),
        range{.least = least, .most = most},
        choices(std::move(allowed)) {}

  std::string name;
  Member member;
  std::string description;           ///< for the help text, with the unit
  NumberRange range;                 ///< of a number
  std::vector<std::string> choices;  ///< of a text; empty allows any
};

namespace fields {

template <class Config>
[[nodiscard]] std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto& field : Config::fields()) all.push_back(field.name);
  return all;
}

template <class Config>
[[nodiscard]] bool contains(std::string_view name) {
  for (const auto& field : Config::fields()) {
    if (field.name == name) return true;
  }
  return false;
}

/// Every setting by name; keys come out sorted, so the dump of equal configurations is equal text.
template <class Config>
[[nodiscard]] Json to_json(const Config& config) {
  Json json = Json::object();
  for (const auto& field : Config::fields()) {
    std::visit([&](auto member) { json[field.name] = config.*member; }, field.member);
  }
  return json;
}

namespace detail {

template <class Config>
Failure wrong_type(const Field<Config>& field, std::string_view expected, const Json& value) {
  return usage_error(fmt::format("'{}' must be {}, but is {}", field.name, expected, value_text(value)));
}

template <class Config>
Result<void> check_range(const Field<Config>& field, std::string_view kind, const Json& value) {
  const auto number = value.get<double>();
  if (field.range.holds(number)) return {};
  return usage_error(fmt::format("'{}' is {}, but must be {}", field.name, value_text(value),
                                 field.range.wanted_instead_of(number, kind)));
}

template <class Config>
Result<void> assign(Config& config, const Field<Config>& field, bool Config::*member, const Json& value) {
  if (!value.is_boolean()) return wrong_type(field, "true or false", value);
  config.*member = value.get<bool>();
  return {};
}

template <class Config>
Result<void> assign(Config& config, const Field<Config>& field, int Config::*member, const Json& value) {
  constexpr std::string_view kind = "a whole number";
  if (!value.is_number_integer()) return wrong_type(field, field.range.of(kind), value);
  WINDHOVER_RETURN_IF_ERROR(check_range(field, kind, value));
  config.*member = value.get<int>();
  return {};
}

template <class Config>
Result<void> assign(Config& config, const Field<Config>& field, double Config::*member, const Json& value) {
  constexpr std::string_view kind = "a number";
  if (!value.is_number()) return wrong_type(field, field.range.of(kind), value);
  WINDHOVER_RETURN_IF_ERROR(check_range(field, kind, value));
  config.*member = value.get<double>();
  return {};
}

template <class Config>
Result<void> assign(Config& config, const Field<Config>& field, std::string Config::*member,
                    const Json& value) {
  if (!value.is_string()) return wrong_type(field, "a text in quotes", value);
  auto text = value.get<std::string>();
  if (!field.choices.empty()) {
    bool known = false;
    for (const auto& choice : field.choices) known = known || choice == text;
    if (!known) {
      return usage_error(fmt::format("'{}' is \"{}\", but must be one of: {}", field.name, text,
                                     fmt::join(field.choices, ", ")));
    }
  }
  config.*member = std::move(text);
  return {};
}

}  // namespace detail

/// Sets one field. An unknown name is an error that names the nearest known one.
template <class Config>
[[nodiscard]] Result<void> set(Config& config, std::string_view name, const Json& value) {
  for (const auto& field : Config::fields()) {
    if (field.name != name) continue;
    return std::visit([&](auto member) { return detail::assign(config, field, member, value); },
                      field.member);
  }
  return usage_error(fmt::format("unknown key '{}'{}", name, suggestion(name, names<Config>())));
}

/// Sets every field that the object `overrides` names.
template <class Config>
[[nodiscard]] Result<void> set_all(Config& config, const Json& overrides) {
  if (!overrides.is_object()) return usage_error("expected a table of settings");
  for (const auto& [name, value] : overrides.items()) WINDHOVER_RETURN_IF_ERROR(set(config, name, value));
  return {};
}

}  // namespace fields
}  // namespace windhover
