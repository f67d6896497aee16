#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "windhover/core/fields.hpp"
#include "windhover/core/first_error.hpp"
#include "windhover/core/nearest.hpp"
#include "windhover/core/result.hpp"
#include "windhover/core/value_text.hpp"

/// Structs that stand in a JSON document. A struct names its members once:
///
///     struct Score {
///       std::string cell;
///       double mean = not_a_number;
///
///       template <class Self, class Visit>
///       static void describe(Self& self, Visit& visit) {
///         visit("cell", self.cell);
///         visit("mean", self.mean);
///       }
///     };
///
/// and from that come writing (to_json), strict reading (from_json) and walking (for_each_leaf). Members are
/// leaves (below), described structs, and lists, tables and optionals of these. A visit may also be:
///
///     visit.maybe("holm_p", self.holm_p)    of an optional: without a value there is no such key, not null
///     visit.if_any("parts", self.parts)     of a list: an empty one has no such key
///     visit.inlined(self.scores)            of a struct: its keys stand among those of this one
///     visit.rest(self.arms)                 of a table: its keys do; named last
namespace windhover::described {

inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// How a value stands in JSON that is no struct, list or table: `write`, `read` (false if it is not of the
/// form) and `wanted`, the form in words.
template <class T>
struct Leaf;

template <>
struct Leaf<bool> {
  static constexpr std::string_view wanted = "true or false";
  static Json write(bool value) { return value; }
  static bool read(const Json& json, bool& value) {
    if (json.is_boolean()) value = json.get<bool>();
    return json.is_boolean();
  }
};

template <std::integral Number>
requires(!std::same_as<Number, bool>) struct Leaf<Number> {
  static constexpr std::string_view wanted = "a whole number that fits";
  static Json write(Number value) { return value; }
  static bool read(const Json& json, Number& value) {
    if (!json.is_number_integer()) return false;
    const bool fits = json.is_number_unsigned() ? std::in_range<Number>(json.get<std::uint64_t>())
                                                : std::in_range<Number>(json.get<std::int64_t>());
    if (fits) value = json.get<Number>();
    return fits;
  }
};

/// What is no finite number is null.
template <>
struct Leaf<double> {
  static constexpr std::string_view wanted = "a number or null";
  static Json write(double value) { return std::isfinite(value) ? Json(value) : Json(); }
  static bool read(const Json& json, double& value) {
    value = json.is_number() ? json.get<double>() : not_a_number;
    return json.is_number() || json.is_null();
  }
};

template <>
struct Leaf<std::string> {
  static constexpr std::string_view wanted = "a text";
  static Json write(const std::string& value) { return value; }
  static bool read(const Json& json, std::string& value) {
    if (json.is_string()) value = json.get<std::string>();
    return json.is_string();
  }
};

/// What is kept as it came.
template <>
struct Leaf<Json> {
  static constexpr std::string_view wanted = "anything";
  static Json write(const Json& value) { return value; }
  static bool read(const Json& json, Json& value) {
    value = json;
    return true;
  }
};

/// An enumeration stands as one of its names: `Names<Enum>::all` lists pairs of value and name.
template <class Enum>
struct Names;

template <class Enum>
concept IsNamed = requires {
  Names<Enum>::all;
};

/// Precondition: the value has a name.
template <IsNamed Enum>
[[nodiscard]] std::string name_of(Enum value) {
  return std::ranges::find(Names<Enum>::all, value, [](const auto& pair) { return pair.first; })->second;
}

/// "one of: missing, finished, failed".
template <IsNamed Enum>
[[nodiscard]] std::string all_names() {
  std::string text;
  for (const auto& pair : Names<Enum>::all)
    text += fmt::format("{}{}", text.empty() ? "one of: " : ", ", pair.second);
  return text;
}

template <IsNamed Enum>
struct Leaf<Enum> {
  static inline const std::string wanted = all_names<Enum>();
  static Json write(Enum value) { return name_of(value); }
  static bool read(const Json& json, Enum& value) {
    const auto& all = Names<Enum>::all;
    const auto found = std::ranges::find_if(all, [&](const auto& pair) { return json == pair.second; });
    if (found != all.end()) value = found->first;
    return found != all.end();
  }
};

template <class T>
concept IsLeaf = requires {
  Leaf<T>::wanted;
};

namespace detail {

struct Probe {};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;
template <class T>
inline constexpr bool is_table = false;
template <class T>
inline constexpr bool is_table<std::map<std::string, T>> = true;

}  // namespace detail

template <class T>
concept IsDescribed = requires(const T& value, detail::Probe& visit) {
  T::describe(value, visit);
};

// --- writing ---

template <class T>
[[nodiscard]] Json to_json(const T& value);

namespace detail {

class Writer {
 public:
  template <class T>
  void operator()(const char* name, const T& value) {
    json[name] = described::to_json(value);
  }
  template <class T>
  void maybe(const char* name, const std::optional<T>& value) {
    if (value) json[name] = described::to_json(*value);
  }
  template <class T>
  void if_any(const char* name, const std::vector<T>& values) {
    if (!values.empty()) json[name] = described::to_json(values);
  }
  template <class T>
  void inlined(const T& value) {
    T::describe(value, *this);
  }
  template <class T>
  void rest(const std::map<std::string, T>& values) {
    for (const auto& [name, value] : values) json[name] = described::to_json(value);
  }

  Json json = Json::object();
};

}  // namespace detail

template <class T>
Json to_json(const T& value) {
  if constexpr (IsLeaf<T>) {
    return Leaf<T>::write(value);
  } else if constexpr (detail::is_optional<T>) {
    return value ? described::to_json(*value) : Json();
  } else if constexpr (detail::is_list<T>) {
    Json list = Json::array();
    for (const auto& item : value) list.push_back(described::to_json(item));
    return list;
  } else if constexpr (detail::is_table<T>) {
    Json table = Json::object();
    for (const auto& [name, item] : value) table[name] = described::to_json(item);
    return table;
  } else {
    static_assert(IsDescribed<T>, "a leaf without Leaf<T>, or a struct without describe");
    detail::Writer writer;
    T::describe(value, writer);
    return std::move(writer.json);
  }
}

// --- reading ---

namespace detail {

template <class T>
void read(const Json& json, const std::string& place, T& value, FirstError& error);

inline void refuse(FirstError& error, const std::string& place, const std::string& reason) {
  error.keep(place.empty() ? reason : fmt::format("{}: {}", place, reason));
}

inline void refuse_type(FirstError& error, const std::string& place, std::string_view wanted,
                        const Json& json) {
  refuse(error, place, fmt::format("must be {}, not {}", wanted, value_text(json)));
}

/// Reads the members of one object, and knows which keys it was asked for.
class Reader {
 public:
  Reader(const Json& json, const std::string& place, FirstError& error)
      : json_(json), place_(place), error_(error) {}

  template <class T>
  void operator()(const char* name, T& value) {
    if (const Json* json = find(name)) return read(*json, place_of(name), value, error_);
    refuse(error_, place_, fmt::format("'{}' is missing", name));
  }
  template <class T>
  void maybe(const char* name, std::optional<T>& value) {
    value.reset();
    if (const Json* json = find(name)) read(*json, place_of(name), value.emplace(), error_);
  }
  template <class T>
  void if_any(const char* name, std::vector<T>& values) {
    values.clear();
    if (const Json* json = find(name)) read(*json, place_of(name), values, error_);
  }
  template <class T>
  void inlined(T& value) {
    T::describe(value, *this);
  }
  template <class T>
  void rest(std::map<std::string, T>& values) {
    values.clear();
    for (const auto& [name, json] : json_.items()) {
      if (is_known(name)) continue;
      known_.push_back(name);
      read(json, place_of(name), values[name], error_);
    }
  }

  void refuse_unknown_keys() {
    for (const auto& [name, json] : json_.items()) {
      if (!is_known(name))
        refuse(error_, place_, fmt::format("unknown key '{}'{}", name, suggestion(name, known_)));
    }
  }

 private:
  [[nodiscard]] const Json* find(const char* name) {
    known_.emplace_back(name);
    const auto found = json_.find(name);
    return found == json_.end() ? nullptr : &*found;
  }
  [[nodiscard]] bool is_known(const std::string& name) const {
    return std::ranges::find(known_, name) != known_.end();
  }
  [[nodiscard]] std::string place_of(const std::string& name) const {
    return place_.empty() ? name : fmt::format("{}.{}", place_, name);
  }

  const Json& json_;
  const std::string& place_;
  FirstError& error_;
  std::vector<std::string> known_;
};

template <class List>
void read_list(const Json& json, const std::string& place, List& list, FirstError& error) {
  if (!json.is_array()) return refuse_type(error, place, "a list", json);
  list.resize(json.size());
  for (std::size_t i = 0; i < list.size(); ++i)
    read(json[i], fmt::format("{}[{}]", place, i), list[i], error);
}

template <class T>
void read(const Json& json, const std::string& place, T& value, FirstError& error) {
  if constexpr (IsLeaf<T>) {
    if (!Leaf<T>::read(json, value)) refuse_type(error, place, Leaf<T>::wanted, json);
  } else if constexpr (is_optional<T>) {
    value.reset();
    if (!json.is_null()) read(json, place, value.emplace(), error);
  } else if constexpr (is_list<T>) {
    read_list(json, place, value, error);
  } else {
    if (!json.is_object()) return refuse_type(error, place, "a table", json);
    Reader reader(json, place, error);
    if constexpr (is_table<T>) {
      reader.rest(value);
    } else {
      static_assert(IsDescribed<T>, "a leaf without Leaf<T>, or a struct without describe");
      T::describe(value, reader);
      reader.refuse_unknown_keys();
    }
  }
}

}  // namespace detail

/// The struct that a document holds. Errors, with their place ("cells[3].arms.a3c.mean"): a key that is
/// missing, one that the struct does not have, a value of another type.
template <class T>
[[nodiscard]] Result<T> from_json(const Json& json) {
  T value;
  FirstError error;
  detail::read(json, "", value, error);
  if (const auto status = error.status(); !status) return Failure(status.error());
  return value;
}

// --- walking ---

/// Calls `visit(leaf, place)` for every leaf in `value`, of which `here` is the place in its document, as a
/// JSON pointer (RFC 6901); for an optional leaf with the optional as well as with its value.
template <class T, class Visit>
void for_each_leaf(const T& value, const Json::json_pointer& here, Visit& visit);

namespace detail {

template <class Visit>
class Walker {
 public:
  Walker(const Json::json_pointer& here, Visit& visit) : here_(here), visit_(visit) {}

  template <class T>
  void operator()(const std::string& name, const T& value) {
    for_each_leaf(value, here_ / name, visit_);
  }
  template <class T>
  void maybe(const char* name, const std::optional<T>& value) {
    for_each_leaf(value, here_ / name, visit_);
  }
  template <class T>
  void if_any(const char* name, const std::vector<T>& values) {
    for_each_leaf(values, here_ / name, visit_);
  }
  template <class T>
  void inlined(const T& value) {
    T::describe(value, *this);
  }
  template <class T>
  void rest(const std::map<std::string, T>& values) {
    for (const auto& [name, value] : values) (*this)(name, value);
  }

 private:
  const Json::json_pointer& here_;
  Visit& visit_;
};

}  // namespace detail

template <class T, class Visit>
void for_each_leaf(const T& value, const Json::json_pointer& here, Visit& visit) {
  if constexpr (IsLeaf<T>) {
    visit(value, here);
  } else if constexpr (detail::is_optional<T>) {
    if constexpr (IsLeaf<typename T::value_type>) visit(value, here);
    if (value) for_each_leaf(*value, here, visit);
  } else if constexpr (detail::is_list<T>) {
    for (std::size_t i = 0; i < value.size(); ++i) for_each_leaf(value[i], here / i, visit);
  } else if constexpr (detail::is_table<T>) {
    detail::Walker<Visit>(here, visit).rest(value);
  } else {
    detail::Walker<Visit> walker(here, visit);
    T::describe(value, walker);
  }
}

}  // namespace windhover::described
