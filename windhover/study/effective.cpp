#include "windhover/study/effective.hpp"

#include <algorithm>
#include <string_view>

#include "windhover/study/quick.hpp"

namespace windhover::study {
namespace {

bool is_factor(const Plan& plan, std::string_view key) {
  return std::ranges::find(plan.factors, key, &Factor::key) != plan.factors.end();
}

/// True if the key is a factor, or given for some cells only.
bool varies(const Plan& plan, std::string_view key) {
  return is_factor(plan, key) || std::ranges::any_of(plan.wheres, [&](const Where& where) {
           return std::ranges::find(where.settings, key, &Assignment::key) != where.settings.end();
         });
}

/// The value of a key of a nested table, null if it is not there.
const Json& value_at(const Json& config, const char* table, const std::string& name) {
  static const Json none;
  const auto found = config[table].find(name);
  return found == config[table].end() ? none : *found;
}

/// What all cells agree on.
Json common_settings(const Plan& plan) {
  std::vector<Json> cells;
  for (const CellPlan& cell : plan.cells) cells.push_back(cell_configuration(cell));
  const Json& first = cells.front();
  Json config = Json::object();
  for (const char* key : basis_keys) {
    const bool same = std::ranges::all_of(cells, [&](const Json& cell) { return cell[key] == first[key]; });
    if (same && !is_factor(plan, key)) config[key] = first[key];
  }
  for (const char* table : settings_tables) {
    config[table] = Json::object();
    for (const auto& [name, value] : first[table].items()) {
      const auto agrees = [&, &key = name, &expected = value](const Json& cell) {
        return value_at(cell, table, key) == expected;
      };
      if (std::ranges::all_of(cells, agrees) && !is_factor(plan, fmt::format("{}.{}", table, name)))
        config[table][name] = value;
    }
  }
  return config;
}

/// Velocities that follow from other keys of [training] are given by these where they vary.
void leave_to_what_they_follow_from(Json& config, const Plan& plan, const Document& document) {
  if (document.contains("training.velocities")) return;
  const bool follow = varies(plan, "training.workers") || varies(plan, "training.base_velocity");
  if (follow) config["training"].erase("velocities");
}

/// True if the key says what another one that is already there says.
bool is_said(const Json& config, const Plan& plan, std::string_view key) {
  const Json& training = config["training"];
  if (key == "training.base_velocity") return training.contains("velocities");
  if (key != "training.episodes" && key != "training.steps") return false;
  return training.contains("episodes") || training.contains("steps") ||
         is_factor(plan, "training.episodes") || is_factor(plan, "training.steps");
}

/// What the study file gives, of the keys that cells do not agree on.
void add_given(Json& config, const Plan& plan, const Document& document, int episodes) {
  for (const char* key : basis_keys) {
    const Json* given = document.find(key);
    if (given != nullptr && !config.contains(key) && !is_factor(plan, key)) config[key] = *given;
  }
  for (const char* table : settings_tables) {
    const Json* given = document.find(table);
    if (given == nullptr) continue;
    for (const auto& [name, value] : given->items()) {
      const std::string key = fmt::format("{}.{}", table, name);
      if (config[table].contains(name) || is_factor(plan, key) || is_said(config, plan, key)) continue;
      config[table][name] = episodes > 0 ? shortened(key, value, episodes) : value;
    }
  }
}

}  // namespace

Json cell_configuration(const CellPlan& cell) {
  return {{"environment", cell.basis.environment->name},
          {"profile", cell.basis.profile},
          {"preset", cell.basis.preset},
          {"environment_fields", cell.settings.environment.json()},
          {"learner", fields::to_json(cell.settings.learner)},
          {"training", cell.settings.training.to_json()},
          {"evaluation", cell.settings.evaluation.to_json()}};
}

Json effective_settings(const Plan& plan, const Document& document, int episodes) {
  Json config = common_settings(plan);
  leave_to_what_they_follow_from(config, plan, document);
  add_given(config, plan, document, episodes);
  config["factors"] = Json::object();
  for (const Factor& factor : plan.factors) config["factors"][factor.name] = factor.levels;
  if (!plan.wheres.empty()) config["where"] = Json::array();
  for (const Where& where : plan.wheres) config["where"].push_back(to_json(where, plan.factors));
  return config;
}

}  // namespace windhover::study
