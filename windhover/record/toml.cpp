#include "windhover/record/toml.hpp"

#include <algorithm>
#include <limits>
#include <sstream>

#include "windhover/core/number_range.hpp"
#include "windhover/core/trimmed.hpp"
#include "windhover/record/toml_tree.hpp"

namespace windhover::record {
namespace {

constexpr int deepest_brackets = 32;
constexpr int most_key_parts = 32;

/// How long the text in quotes is that `rest` starts with.
std::size_t length_of_quoted(std::string_view rest) {
  const char quote = rest.front();
  const std::string triple(3, quote);
  const bool is_long = rest.starts_with(triple);
  const std::size_t end_length = is_long ? 3 : 1;
  for (std::size_t i = end_length; i < rest.size(); ++i) {
    if (quote == '"' && rest[i] == '\\') {
      ++i;
    } else if (rest.substr(i).starts_with(is_long ? std::string_view(triple) : rest.substr(0, 1))) {
      std::size_t end = i + end_length;
      // A long text may end in up to two quotes of its own.
      for (int own = 0; is_long && own < 2 && rest.substr(end).starts_with(quote); ++own) ++end;
      return end;
    } else if (rest[i] == '\n' && !is_long) {
      return i;  // no TOML, as the parser will say
    }
  }
  return rest.size();
}

/// How much of `rest` is a text in quotes or a comment; 0 if it starts with neither.
std::size_t length_without_structure(std::string_view rest) {
  if (rest.front() == '"' || rest.front() == '\'') return length_of_quoted(rest);
  if (rest.front() == '#') return std::min(rest.find('\n'), rest.size());
  return 0;
}

Result<toml::table> table_of(const Json& object);

/// Hands the TOML form of a scalar to `put`.
template <class Put>
Result<void> convert_scalar(const Json& value, const std::string& place, const Put& put) {
  if (value.is_boolean()) {
    put(value.get<bool>());
  } else if (value.is_string()) {
    put(value.get<std::string>());
  } else if (value.is_number_float()) {
    put(value.get<double>());
  } else if (value.is_number_integer()) {
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) {
      return failure(fmt::format("'{}' is {}, which TOML can not hold", place, value.dump()));
    }
    put(value.get<std::int64_t>());
  } else {
    return failure(
        fmt::format("'{}' is {}, which TOML can not hold", place, value.is_null() ? "null" : "binary"));
  }
  return {};
}

Result<toml::array> array_of(const Json& list, const std::string& place) {
  toml::array array;
  for (const auto& item : list) {
    if (item.is_object()) {
      auto table = table_of(item);
      if (!table) return in_context(place, table.error());
      array.push_back(*std::move(table));
    } else if (item.is_array()) {
      auto inner = array_of(item, place);
      if (!inner) return Failure(inner.error());
      array.push_back(*std::move(inner));
    } else {
      WINDHOVER_RETURN_IF_ERROR(convert_scalar(item, place, [&](auto value) { array.push_back(value); }));
    }
  }
  return array;
}

Result<toml::table> table_of(const Json& object) {
  toml::table table;
  for (const auto& [key, value] : object.items()) {
    if (value.is_object()) {
      auto inner = table_of(value);
      if (!inner) return in_context(key, inner.error());
      table.insert(key, *std::move(inner));
    } else if (value.is_array()) {
      auto array = array_of(value, key);
      if (!array) return Failure(array.error());
      table.insert(key, *std::move(array));
    } else {
      WINDHOVER_RETURN_IF_ERROR(
          convert_scalar(value, key, [&, &name = key](auto scalar) { table.insert(name, scalar); }));
    }
  }
  return table;
}

/// Before the text is parsed: nothing bounds how deep the dotted keys of a line may nest tables, and all that
/// walk over these use the stack.
Result<void> check_depth(std::string_view text) {
  int brackets = 0;
  int dots = 0;  // since the last character that no key has
  std::string_view rest = text;
  while (!rest.empty()) {
    if (const auto length = length_without_structure(rest); length > 0) {
      rest.remove_prefix(length);
      continue;
    }
    const char letter = rest.front();
    if (std::string_view("[]{}=,\n").find(letter) != std::string_view::npos) dots = 0;
    if (letter == '.') ++dots;
    if (letter == '[' || letter == '{') ++brackets;
    if (letter == ']' || letter == '}') --brackets;
    if (brackets > deepest_brackets || dots >= most_key_parts) {
      const auto line = 1 + std::ranges::count(text.substr(0, text.size() - rest.size()), '\n');
      return failure(
          fmt::format("line {}: nested too deep: at most {} brackets within each other and {} parts of a key",
                      line, deepest_brackets, most_key_parts));
    }
    rest.remove_prefix(1);
  }
  return {};
}

/// Line number `line` of a text, counted from 1, cut to what fits a message.
std::string_view line_of(std::string_view text, std::size_t line) {
  constexpr std::size_t longest = 80;
  for (; line > 1; --line) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text.substr(0, text.find('\n')).substr(0, longest);
}

}  // namespace

Result<std::string> to_toml(const Json& object) {
  if (!object.is_object()) return failure("only a table can be written as TOML");
  const auto table = table_of(object);
  if (!table) return Failure(table.error());
  std::ostringstream text;
  text << *table << '\n';
  return text.str();
}

Result<toml::table> parse_toml_tree(std::string_view text) {
  WINDHOVER_RETURN_IF_ERROR(check_depth(text));
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    const auto line = error.source().begin.line;
    return failure(fmt::format("line {}: not TOML: {}, in: {}", line, error.description(),
                               trimmed(line_of(text, line))));
  }
}

Result<Json> json_of(const toml::node& node) {
  if (const auto* table = node.as_table()) {
    Json object = Json::object();
    for (const auto& [key, value] : *table) {
      if (key.str().size() > longest_key) {
        return failure(
            fmt::format("line {}: a key is longer than {} bytes", key.source().begin.line, longest_key));
      }
      auto json = json_of(value);
      if (!json) return json;
      object[std::string(key.str())] = *std::move(json);
    }
    return object;
  }
  if (const auto* array = node.as_array()) {
    Json list = Json::array();
    for (const auto& item : *array) {
      auto json = json_of(item);
      if (!json) return json;
      list.push_back(*std::move(json));
    }
    return list;
  }
  if (const auto* text = node.as_string()) return Json(text->get());
  if (const auto* flag = node.as_boolean()) return Json(flag->get());
  if (const auto* number = node.as_floating_point()) return Json(without_sign_of_zero(number->get()));
  if (const auto* whole = node.as_integer()) {
    const std::int64_t value = whole->get();
    return value < 0 ? Json(value) : Json(static_cast<std::uint64_t>(value));
  }
  return failure(fmt::format("line {}: dates and times have no place here", node.source().begin.line));
}

Result<Json> parse_toml(std::string_view text, const std::string& origin) {
  const auto tree = parse_toml_tree(text);
  auto json = tree ? json_of(*tree) : Result<Json>(Failure(tree.error()));
  if (!json) return failure(fmt::format("{}, {}", origin, json.error().message));
  return json;
}

}  // namespace windhover::record
