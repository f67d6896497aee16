#pragma once

#include <cmath>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "windhover/core/fields.hpp"
#include "windhover/core/first_error.hpp"
#include "windhover/core/result.hpp"

namespace windhover::golden {

/// Reads a golden file, which may be malformed. The first thing wrong is kept and everything after it reads
/// as empty, so that the caller checks once at the end.
class JsonWalker {
 public:
  [[nodiscard]] bool ok() const { return !error_.any(); }
  [[nodiscard]] Result<void> result() const { return error_.status(); }

  /// Where the walk is, for messages: "episode 2, step 17".
  void set_place(std::string place) { place_ = std::move(place); }

  void fail(std::string_view problem) {
    error_.keep(place_.empty() ? std::string(problem) : fmt::format("{}: {}", place_, problem));
  }

  [[nodiscard]] static bool has(const Json& object, const char* key) {
    return object.is_object() && object.contains(key);
  }

  /// The value of a key that must be there; null if it is not.
  const Json& at(const Json& object, const char* key) {
    static const Json nothing;
    if (has(object, key)) return object.at(key);
    fail(fmt::format("'{}' is missing", key));
    return nothing;
  }

  const Json& list(const Json& object, const char* key) {
    static const Json empty = Json::array();
    const Json& value = at(object, key);
    if (value.is_array() && !value.empty()) return value;
    fail(fmt::format("'{}' must be a list with at least one entry", key));
    return empty;
  }

  double number(const Json& value, const char* name) {
    if (value.is_number() && std::isfinite(value.get<double>())) return value.get<double>();
    fail(fmt::format("'{}' must be a number", name));
    return 0;
  }

  double number_at(const Json& object, const char* key) { return number(at(object, key), key); }

  int integer_at(const Json& object, const char* key, int lowest, int highest) {
    const double value = number_at(object, key);
    if (value == std::floor(value) && value >= lowest && value <= highest) return static_cast<int>(value);
    fail(
        fmt::format("'{}' is {}, but must be a whole number between {} and {}", key, value, lowest, highest));
    return lowest;
  }

  /// true and false, or 1 and 0.
  bool flag_at(const Json& object, const char* key) {
    const Json& value = at(object, key);
    if (value.is_boolean()) return value.get<bool>();
    return integer_at(object, key, 0, 1) == 1;
  }

  /// Fails unless the file's "kind" is `kind`.
  void expect_kind(const Json& file, const char* kind) {
    const std::string found = text_at(file, "kind");
    if (found != kind) fail(fmt::format("the kind is '{}', but must be '{}'", found, kind));
  }

  std::string text_at(const Json& object, const char* key) {
    const Json& value = at(object, key);
    if (value.is_string()) return value.get<std::string>();
    fail(fmt::format("'{}' must be a text", key));
    return {};
  }

 private:
  std::string place_;
  FirstError error_;
};

}  // namespace windhover::golden
