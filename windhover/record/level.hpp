#pragma once

#include <concepts>
#include <map>
#include <string>
#include <type_traits>
#include <utility>

#include "windhover/core/described.hpp"

namespace windhover::record {

/// A level of a factor: true or false, a number, a text, or a list of these. It keeps the form that the study
/// file gives it in (1 is not written as 1.0), but levels of the same value are equal.
class Level {
 public:
  Level() = default;

  template <class Value>
  requires(std::is_arithmetic_v<Value> || std::convertible_to<Value, std::string>) Level(const Value& value)
      : form_(value) {}  // NOLINT(google-explicit-constructor): a level is its value

  /// Whether a document holds a level.
  [[nodiscard]] static bool is_form(const Json& form);
  /// Precondition: it does.
  [[nodiscard]] static Level of(Json form);

  [[nodiscard]] bool is_switch() const { return form_.is_boolean(); }
  [[nodiscard]] bool is_number() const { return form_.is_number(); }
  [[nodiscard]] bool is_text() const { return form_.is_string(); }
  [[nodiscard]] bool is_on() const { return form_ == true; }
  /// Precondition: a number.
  [[nodiscard]] double number() const { return form_.get<double>(); }
  /// A text as it is, anything else as in JSON.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] const Json& form() const { return form_; }

  friend bool operator==(const Level& a, const Level& b) { return a.form_ == b.form_; }
  friend bool operator<(const Level& a, const Level& b) { return a.form_ < b.form_; }

 private:
  Json form_ = false;
};

/// A level of every factor, by the factor's name.
using Levels = std::map<std::string, Level>;

}  // namespace windhover::record

namespace windhover::described {

template <>
struct Leaf<record::Level> {
  static constexpr std::string_view wanted = "true or false, a number, a text, or a list of these";
  static Json write(const record::Level& value) { return value.form(); }
  static bool read(const Json& json, record::Level& value) {
    if (record::Level::is_form(json)) value = record::Level::of(json);
    return record::Level::is_form(json);
  }
};

}  // namespace windhover::described
