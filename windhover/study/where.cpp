#include "windhover/study/where.hpp"

#include <algorithm>
#include <map>

#include <fmt/ranges.h>

#include "windhover/core/json_leaves.hpp"
#include "windhover/core/nearest.hpp"
#include "windhover/core/value_text.hpp"
#include "windhover/study/key_hint.hpp"
#include "windhover/study/settings.hpp"

namespace windhover::study {
namespace {

const std::vector<std::string> plain_keys = {"profile", "preset"};
constexpr auto& tables = settings_tables;

/// The budget is one thing, in episodes or in steps.
std::string_view canonical(std::string_view key) {
  return key == "training.steps" ? std::string_view("training.episodes") : key;
}

/// "environment = "cartpole", recurrent = true"
std::string conditions_text(const Where& where, const std::vector<Factor>& factors) {
  std::string text;
  for (const auto& condition : where.is) {
    const Factor& factor = factors[condition.factor];
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", factor.name,
                        value_text(factor.levels[condition.level]));
  }
  return text;
}

/// Reads one table of the list.
class WhereReader {
 public:
  WhereReader(const Document& document, const std::vector<Factor>& factors, std::size_t number)
      : document_(document), factors_(factors), key_(fmt::format("where[{}]", number)) {
    where_.place = document.place(key_) + ": [[where]]";
  }

  Result<Where> read(const Json& table) {
    if (!table.is_object())
      return usage_error(fmt::format("{} must be a table, but is {}", where_.place, value_text(table)));
    if (!table.contains("is")) {
      return usage_error(where_.place +
                         ": 'is' is missing; it names the cells, such as is = { environment = \"offload\" }");
    }
    for (const auto& [name, value] : table.items()) WINDHOVER_RETURN_IF_ERROR(read_entry(name, value));
    if (where_.settings.empty()) return usage_error(where_.place + ": sets nothing");
    return std::move(where_);
  }

 private:
  Result<void> read_entry(const std::string& name, const Json& value) {
    if (name == "is") return read_conditions(value);
    if (std::ranges::find(plain_keys, name) != plain_keys.end()) return add_setting(name, value);
    if (std::ranges::find(tables, name) == tables.end()) {
      std::vector<std::string> known = {"is"};
      known.insert(known.end(), plain_keys.begin(), plain_keys.end());
      known.insert(known.end(), tables.begin(), tables.end());
      return refuse(name, fmt::format("unknown key '{}'{}", name, key_hint(document_, "where", name, known)));
    }
    if (!value.is_object())
      return refuse(name, fmt::format("'{}' must be a table, but is {}", name, value_text(value)));
    for (const auto& [inner, setting] : value.items())
      WINDHOVER_RETURN_IF_ERROR(add_setting(fmt::format("{}.{}", name, inner), setting));
    return {};
  }

  Result<void> read_conditions(const Json& table) {
    if (!table.is_object() || table.empty()) {
      return refuse("is", fmt::format("'is' must be a table of factors with a level each, but is {}",
                                      value_text(table)));
    }
    for (const auto& [name, level] : json_leaves(table))
      WINDHOVER_RETURN_IF_ERROR(add_condition(name, level));
    return {};
  }

  Result<void> add_condition(const std::string& name, const Json& level) {
    const auto factor =
        std::ranges::find_if(factors_, [&](const Factor& candidate) { return candidate.is_called(name); });
    if (factor == factors_.end()) {
      std::vector<std::string> names;
      for (const Factor& known : factors_) names.push_back(known.name);
      if (names.empty()) return refuse("is", "'is' names factors, but the study has none");
      return refuse("is", fmt::format("'{}' is no factor of the study{}", name, suggestion(name, names)));
    }
    const auto found = std::ranges::find(factor->levels, level);
    if (found == factor->levels.end()) {
      return refuse("is", fmt::format("'{}' has no level {}, but {}", name, value_text(level),
                                      value_text(factor->levels)));
    }
    where_.is.push_back({.factor = static_cast<std::size_t>(factor - factors_.begin()),
                         .level = static_cast<std::size_t>(found - factor->levels.begin())});
    return {};
  }

  Result<void> add_setting(const std::string& key, const Json& value) {
    const auto factor = std::ranges::find(factors_, canonical(key),
                                          [](const Factor& candidate) { return canonical(candidate.key); });
    if (factor != factors_.end())
      return refuse(
          key, fmt::format("'{}' is the factor '{}', which has its levels in [factors]", key, factor->name));
    where_.settings.push_back({.key = key, .value = value, .place = place_of(key)});
    return {};
  }

  [[nodiscard]] std::string place_of(const std::string& key) const {
    return document_.place(fmt::format("{}.{}", key_, key));
  }

  [[nodiscard]] Failure refuse(const std::string& key, std::string_view message) const {
    return usage_error(fmt::format("{}: {}", place_of(key), message));
  }

  const Document& document_;
  const std::vector<Factor>& factors_;
  std::string key_;
  Where where_;
};

}  // namespace

bool Where::selects(const Levels& levels) const {
  return std::ranges::all_of(
      is, [&](const Condition& condition) { return levels[condition.factor] == condition.level; });
}

Result<std::vector<Where>> read_wheres(const Document& document, const std::vector<Factor>& factors) {
  std::vector<Where> wheres;
  const Json* list = document.find("where");
  if (list == nullptr) return wheres;
  if (!list->is_array()) {
    return usage_error(fmt::format("{}: 'where' must be a list of tables, [[where]], but is {}",
                                   document.place("where"), value_text(*list)));
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto where = WhereReader(document, factors, i).read((*list)[i]);
    if (!where) return Failure(where.error());
    wheres.push_back(*std::move(where));
  }
  return wheres;
}

Result<void> check_selections(const std::vector<Where>& wheres, const std::vector<Factor>& factors,
                              const std::vector<Levels>& cells) {
  for (const Where& where : wheres) {
    if (std::ranges::any_of(cells, [&](const Levels& levels) { return where.selects(levels); })) continue;
    return usage_error(
        fmt::format("{}: no cell of the design has {}", where.place, conditions_text(where, factors)));
  }
  return {};
}

Result<std::vector<Assignment>> settings_of_cell(const std::vector<Where>& wheres,
                                                 const std::vector<Factor>& factors, const Levels& levels) {
  std::vector<Assignment> settings;
  std::map<std::string_view, const Where*> setters;
  for (const Where& where : wheres) {
    if (!where.selects(levels)) continue;
    for (const auto& setting : where.settings) {
      const auto [other, is_first] = setters.try_emplace(canonical(setting.key), &where);
      if (!is_first) {
        return usage_error(fmt::format(
            "{}: '{}' is also set by {} ({}), and some cell is selected by both; name further factors in "
            "'is'",
            setting.place, setting.key, other->second->place, conditions_text(*other->second, factors)));
      }
      settings.push_back(setting);
    }
  }
  return settings;
}

Json to_json(const Where& where, const std::vector<Factor>& factors) {
  Json json = {{"is", Json::object()}};
  for (const auto& condition : where.is) {
    const Factor& factor = factors[condition.factor];
    json["is"][factor.name] = factor.levels[condition.level];
  }
  for (const auto& setting : where.settings) {
    const auto dot = setting.key.find('.');
    if (dot == std::string::npos) {
      json[setting.key] = setting.value;
    } else {
      json[setting.key.substr(0, dot)][setting.key.substr(dot + 1)] = setting.value;
    }
  }
  return json;
}

}  // namespace windhover::study
