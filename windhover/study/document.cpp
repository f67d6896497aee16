#include "windhover/study/document.hpp"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "windhover/core/files.hpp"
#include "windhover/core/trimmed.hpp"
#include "windhover/record/toml.hpp"
#include "windhover/record/toml_tree.hpp"

namespace windhover::study {
namespace {

constexpr std::uint64_t largest_study_file = 1 << 20;

/// An error in what the user wrote; `origin` names it.
Failure refused(const std::string& origin, const Error& error) {
  return usage_error(fmt::format("{}, {}", origin, error.message));
}

std::vector<std::string> split(std::string_view key) {
  std::vector<std::string> parts;
  while (true) {
    const auto dot = key.find('.');
    parts.emplace_back(key.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    key.remove_prefix(dot + 1);
  }
}

bool is_word(std::string_view text) {
  const auto fits = [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '_' || letter == '-' || letter == '+';
  };
  return !text.empty() && std::isalpha(static_cast<unsigned char>(text.front())) != 0 &&
         std::ranges::all_of(text, fits);
}

/// The value of an override: TOML, or else a bare word as a text, so that `--set profile=sound` needs no
/// quotes.
Result<Json> override_value(std::string_view text, const std::string& place) {
  const auto table = record::parse_toml_tree(fmt::format("value = {}", text));
  if (table && table->size() == 1) {
    auto value = record::json_of(*table->get("value"));
    if (!value) return refused(place, value.error());
    return value;
  }
  if (is_word(text)) return Json(text);
  return usage_error(fmt::format("{}: '{}' is not a TOML value", place, text));
}

struct Entry {
  std::string key;
  const toml::node* node = nullptr;  ///< null for an element of a list: its value is in the list's
  toml::source_index line = 0;
};

Failure too_long(const toml::source_region& source) {
  return failure(fmt::format("line {}: a key, with its tables, is longer than {} bytes", source.begin.line,
                             record::longest_key));
}

/// The places of an element of a list of tables and of all that is below it: "where[0].learner.lr".
Result<void> collect_places(std::vector<Entry>& entries, const toml::node& node, const std::string& key) {
  if (key.size() > record::longest_key) return too_long(node.source());
  entries.push_back({key, nullptr, node.source().begin.line});
  const auto* table = node.as_table();
  if (table == nullptr) return {};
  for (const auto& [name, inner] : *table) {
    const std::string inner_key = key + "." + std::string(name.str());
    WINDHOVER_RETURN_IF_ERROR(collect_places(entries, inner, inner_key));
    entries.push_back({inner_key, nullptr, name.source().begin.line});
  }
  return {};
}

/// Tables before what is in them, so that the latter are assigned into the former.
Result<void> collect_entries(std::vector<Entry>& entries, const toml::table& table,
                             const std::string& prefix) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    if (key.size() > record::longest_key) return too_long(name.source());
    entries.push_back({key, &node, name.source().begin.line});
    if (const auto* inner = node.as_table())
      WINDHOVER_RETURN_IF_ERROR(collect_entries(entries, *inner, key + "."));
    if (!node.is_array_of_tables()) continue;
    for (std::size_t i = 0; i < node.as_array()->size(); ++i) {
      WINDHOVER_RETURN_IF_ERROR(
          collect_places(entries, *node.as_array()->get(i), fmt::format("{}[{}]", key, i)));
    }
  }
  return {};
}

}  // namespace

Result<Document> Document::parse(std::string_view text, std::string origin) {
  auto table = record::parse_toml_tree(text);
  if (!table) return refused(origin, table.error());
  Document document(std::move(origin));
  std::vector<Entry> entries;
  if (const auto collected = collect_entries(entries, *table, ""); !collected)
    return refused(document.origin_, collected.error());
  for (const auto& entry : entries) {
    std::string place = fmt::format("{}, line {}", document.origin_, entry.line);
    if (entry.node == nullptr) {
      document.places_.insert_or_assign(entry.key, std::move(place));
      continue;
    }
    // What is in a table comes with entries of its own.
    auto value = entry.node->is_table() ? Result<Json>(Json::object()) : record::json_of(*entry.node);
    if (!value) return refused(document.origin_, value.error());
    if (const auto dot = entry.key.rfind('.'); dot != std::string::npos) {
      const Json* parent = document.find(std::string_view(entry.key).substr(0, dot));
      if (parent != nullptr && !parent->is_object()) {
        return usage_error(fmt::format("{}: '{}' has a value and can not be a table as well", place,
                                       entry.key.substr(0, dot)));
      }
    }
    document.assign(entry.key, *std::move(value), std::move(place));
  }
  return document;
}

Result<Document> Document::read(const std::filesystem::path& path) {
  auto text = read_file(path, largest_study_file);
  if (!text) return Failure(text.error());
  if (trimmed(*text).empty()) {
    return usage_error(
        fmt::format("{}: the file is empty; a study needs at least a line name = \"...\"", path.string()));
  }
  return parse(*text, path.string());
}

Result<void> Document::override_with(std::string_view assignment) {
  const auto equals = assignment.find('=');
  const std::string key(trimmed(assignment.substr(0, equals)));
  const auto parts = split(key);
  if (equals == std::string_view::npos ||
      std::ranges::any_of(parts, [](auto& part) { return part.empty(); }) ||
      key.size() > record::longest_key) {
    return usage_error(fmt::format("--set {}: expected KEY=VALUE, such as training.episodes=50", assignment));
  }
  const std::string place = fmt::format("--set {}", assignment);
  auto value = override_value(trimmed(assignment.substr(equals + 1)), place);
  if (!value) return Failure(value.error());
  // A budget is given in episodes or in steps; the override replaces the file's, whichever that is.
  if (key == "training.episodes") remove("training.steps");
  if (key == "training.steps") remove("training.episodes");
  assign(key, *std::move(value), place);
  overrides_.insert(key);
  return {};
}

bool Document::overridden(std::string_view key) const {
  return std::ranges::any_of(overrides_, [&](std::string_view given) {
    return key == given || (key.starts_with(given) && key.substr(given.size()).starts_with('.'));
  });
}

Result<void> Document::override_with(const std::vector<std::string>& assignments) {
  for (const auto& assignment : assignments) WINDHOVER_RETURN_IF_ERROR(override_with(assignment));
  return {};
}

void Document::assign(std::string_view key, Json value, std::string place) {
  Json* node = &values_;
  for (const auto& part : split(key)) {
    if (!node->is_object()) *node = Json::object();
    node = &(*node)[part];
  }
  *node = std::move(value);
  std::erase_if(places_, [&](const auto& entry) { return entry.first.starts_with(fmt::format("{}[", key)); });
  places_.insert_or_assign(std::string(key), std::move(place));
}

void Document::remove(std::string_view key) {
  const auto parts = split(key);
  Json* node = &values_;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (!node->is_object() || !node->contains(parts[i])) return;
    node = &(*node)[parts[i]];
  }
  if (node->is_object()) node->erase(parts.back());
}

const Json* Document::find(std::string_view key) const {
  const Json* node = &values_;
  if (key.empty()) return node;
  for (const auto& part : split(key)) {
    if (!node->is_object()) return nullptr;
    const auto found = node->find(part);
    if (found == node->end()) return nullptr;
    node = &*found;
  }
  return node;
}

const std::string& Document::place_of_line(std::string_view key) const {
  auto found = places_.find(key);
  if (found == places_.end()) found = places_.find(key.substr(0, key.find('[')));
  return found == places_.end() ? origin_ : found->second;
}

std::string Document::place(std::string_view key) const {
  const std::string& where = place_of_line(key);
  const auto dot = key.find('.');
  if (dot == std::string_view::npos) return where;
  const auto table = key.substr(0, dot);
  const auto index = table.find('[');
  if (index != std::string_view::npos) return fmt::format("{}: [[{}]]", where, table.substr(0, index));
  return fmt::format("{}: [{}]", where, table);
}

}  // namespace windhover::study
