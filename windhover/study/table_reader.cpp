#include "windhover/study/table_reader.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "windhover/core/nearest.hpp"
#include "windhover/core/value_text.hpp"
#include "windhover/study/key_hint.hpp"

namespace windhover::study {

TableReader::TableReader(const Document& document, std::string section)
    : document_(document), section_(std::move(section)) {}

std::string TableReader::key(std::string_view name) const {
  return section_.empty() ? std::string(name) : fmt::format("{}.{}", section_, name);
}

const Json* TableReader::take(std::string_view name) {
  expect(name);
  return document_.find(key(name));
}

Failure TableReader::refuse(std::string_view name, std::string_view message) const {
  return usage_error(fmt::format("{}: '{}' {}", document_.place(key(name)), name, message));
}

GivenValue TableReader::given(std::string_view name, const Json& value) const {
  return {name, value, document_.place(key(name))};
}

Result<void> TableReader::text(std::string_view name, std::string& target) {
  const Json* value = take(name);
  return value == nullptr ? Result<void>() : given(name, *value).text(target);
}

Result<void> TableReader::integer(std::string_view name, std::uint64_t& target, std::uint64_t least,
                                  std::uint64_t most) {
  const Json* value = take(name);
  return value == nullptr ? Result<void>() : given(name, *value).integer(target, least, most);
}

Result<const Json*> TableReader::take_list(std::string_view name) {
  const Json* list = take(name);
  if (list != nullptr) WINDHOVER_RETURN_IF_ERROR(given(name, *list).require_list(most_elements));
  return list;
}

Result<void> TableReader::distinct_integers(std::string_view name, std::vector<std::uint64_t>& target) {
  const auto list = take_list(name);
  if (!list) return Failure(list.error());
  if (*list == nullptr) return {};
  target.clear();
  for (const Json& element : **list) {
    if (!element.is_number_integer() || (!element.is_number_unsigned() && element.get<std::int64_t>() < 0)) {
      return refuse(name,
                    fmt::format("must hold whole numbers from 0 on, but holds {}", value_text(element)));
    }
    const auto number = element.get<std::uint64_t>();
    if (number > largest_seed)
      return refuse(name, fmt::format("holds {}, but {} is the largest", number, largest_seed));
    if (std::ranges::find(target, number) != target.end()) {
      return refuse(name, fmt::format("holds {} twice", number));
    }
    target.push_back(number);
  }
  return {};
}

Result<void> TableReader::distinct_texts(std::string_view name, std::vector<std::string>& target) {
  const auto list = take_list(name);
  if (!list) return Failure(list.error());
  if (*list == nullptr) return {};
  target.clear();
  for (const Json& element : **list) {
    if (!element.is_string()) {
      return refuse(name, fmt::format("must hold texts in quotes, but holds {}", value_text(element)));
    }
    auto item = element.get<std::string>();
    if (std::ranges::find(target, item) != target.end())
      return refuse(name, fmt::format("holds '{}' twice", item));
    target.push_back(std::move(item));
  }
  return {};
}

Result<void> TableReader::numbers(std::string_view name, std::vector<double>& target,
                                  const NumberRange& range) {
  const Json* value = take(name);
  return value == nullptr ? Result<void>() : given(name, *value).numbers(target, range, most_numbers);
}

Result<void> TableReader::one_of(std::string_view name, const std::string& value,
                                 const std::vector<std::string>& choices) const {
  if (std::ranges::find(choices, value) != choices.end()) return {};
  return refuse(name, fmt::format("is \"{}\", which is unknown{}", value, suggestion(value, choices)));
}

Result<void> TableReader::refuse_unknown() const {
  const Json* table = document_.find(section_);
  if (table == nullptr) return {};
  if (!table->is_object()) {
    return usage_error(fmt::format("{}: '{}' must be a table, but is {}", document_.place(section_), section_,
                                   value_text(*table)));
  }
  for (const auto& [name, value] : table->items()) {
    if (std::ranges::find(known_, name) != known_.end()) continue;
    return usage_error(fmt::format("{}: unknown key '{}'{}", document_.place(key(name)), name,
                                   key_hint(document_, section_, name, known_)));
  }
  return {};
}

}  // namespace windhover::study
