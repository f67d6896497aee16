#include "windhover/record/layout.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "windhover/core/json_text.hpp"
#include "windhover/record/checksums.hpp"

namespace windhover::record {
namespace {

bool is_one_of(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != std::ranges::end(names);
}

/// What is left of `name` behind `folder` and a slash; nothing if it lies elsewhere.
std::optional<std::string_view> inside(std::string_view name, std::string_view folder) {
  if (!name.starts_with(folder) || name.size() <= folder.size() || name[folder.size()] != '/')
    return std::nullopt;
  return name.substr(folder.size() + 1);
}

bool is_page_or_table(std::string_view name) {
  const auto table = inside(name, tables_folder);
  return table ? is_table_file(*table) : is_one_of(page_names, name);
}

}  // namespace

bool is_run_file(std::string_view name) {
  return is_one_of(run_names, name) || name == checksums_name || name == budget_state_name ||
         (name.starts_with("model") && name.ends_with(".safetensors"));
}

bool is_table_file(std::string_view name) {
  if (name == scores_name) return true;
  return (name.starts_with("table-") || name.starts_with("data-")) &&
         name.find('/') == std::string_view::npos && (name.ends_with(".csv") || name.ends_with(".tex"));
}

bool is_report_file(std::string_view name) {
  const auto part = inside(name, environments_folder);
  if (!part) return is_page_or_table(name);
  const auto slash = part->find('/');
  return slash != std::string_view::npos && is_page_or_table(part->substr(slash + 1));
}

bool is_study_file(std::string_view name) {
  return is_one_of(record_names, name) || name == results_name || is_report_file(name);
}

std::optional<RunId> run_of_folder(const std::filesystem::path& folder) {
  std::vector<std::string> parts;
  for (const auto& part : folder) parts.push_back(part.string());
  constexpr std::string_view prefix = "seed-";
  if (parts.size() != 3 || !parts[2].starts_with(prefix)) return std::nullopt;
  const auto digits = parts[2].substr(prefix.size());
  constexpr std::size_t longest_seed = 20;
  if (digits.empty() || digits.size() > longest_seed ||
      digits.find_first_not_of("0123456789") != std::string::npos) {
    return std::nullopt;
  }
  const RunId id{.cell = parts[0], .arm = parts[1], .seed = std::strtoull(digits.c_str(), nullptr, 10)};
  return id.folder() == folder ? std::optional(id) : std::nullopt;
}

bool has_our_form(std::string_view name, std::string_view content) {
  if (name == "study.toml") return false;
  const auto json = parse_json(content);
  if (!json || !json->is_object()) return false;
  const auto has = [&](const char* key) { return json->contains(key); };
  const auto schema = json->value("schema", Json());
  if (name == "cells.json") return schema == record_schema && has("cells");
  if (name == "manifest.json") return has("wall_seconds") && has("runs") && has("digest");
  if (name == "audit.json") return has("passed") && has("cells") && has("seeds");
  if (name == "baselines.json") return has("policies") && has("reference");
  if (name == "history.json") return has("plans");
  return name == results_name && schema.is_string() &&
         schema.get<std::string>().starts_with("windhover-results/");
}

}  // namespace windhover::record
