#include "windhover/study/factor.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "windhover/core/value_text.hpp"
#include "windhover/env/registry.hpp"
#include "windhover/rl/config.hpp"
#include "windhover/study/settings.hpp"
#include "windhover/study/table_reader.hpp"

namespace windhover::study {
namespace {

/// A key that may be a factor.
struct Candidate {
  std::string table;  ///< as in "environment.cloud_units"; empty at the top level
  std::string name;
  std::string key;           ///< in the study file
  bool needs_table = false;  ///< never called by its name alone
  FactorKind kind = FactorKind::dynamics;
};

FactorKind kind_of(std::string_view key) {
  if (key == "learner.recurrent" || key == "learner.layer_norm" || key == "learner.hidden")
    return FactorKind::network;
  if (key == "training.episodes" || key == "training.steps") return FactorKind::budget;
  if (key == "learner.schedule") return FactorKind::schedule;
  return key.starts_with("evaluation.") ? FactorKind::evaluation : FactorKind::dynamics;
}

/// The fields of every environment that the study has, each once.
std::vector<std::string> field_names(const std::vector<const env::Description*>& environments) {
  std::vector<std::string> names;
  for (const auto* environment : environments) {
    for (const auto& name : environment->field_names) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

std::vector<Candidate> all_candidates(const std::vector<const env::Description*>& environments) {
  std::vector<Candidate> candidates;
  for (const char* name : basis_keys) candidates.push_back({"", name, name});
  const auto add = [&](const std::string& table, const std::string& section,
                       const std::vector<std::string>& names, bool needs_table = false) {
    for (const auto& name : names) {
      const std::string key = fmt::format("{}.{}", section, name);
      candidates.push_back({table, name, key, needs_table, kind_of(key)});
    }
  };
  add("learner", "learner", fields::names<rl::LearnerConfig>());
  add("environment", "environment_fields", field_names(environments));
  add("training", "training", training_keys());
  add("evaluation", "evaluation", evaluation_keys(), true);
  return candidates;
}

/// Which environments the cells may have: the levels of the factor, or the single one.
Result<std::vector<const env::Description*>> environments_of(const Document& document) {
  const Json* levels = document.find("factors.environment");
  const bool varies = levels != nullptr && levels->is_array();
  const std::string key = varies ? "factors.environment" : "environment";
  const Json* single = document.find("environment");
  Json names = Json::array({single == nullptr ? Json(default_environment) : *single});
  if (varies) names = *levels;
  std::vector<const env::Description*> environments;
  for (const Json& name : names) {
    if (!name.is_string()) {
      return usage_error(fmt::format("{}: 'environment' must be a text in quotes, but is {}",
                                     document.place(key), value_text(name)));
    }
    const auto environment = env::find(name.get<std::string>());
    if (!environment) return in_context(document.place(key), environment.error());
    environments.push_back(*environment);
  }
  return environments;
}

/// The leaves below [factors]: a dotted key makes tables within it.
void collect_leaves(std::vector<std::string>& leaves, const Json& table, const std::string& prefix) {
  for (const auto& [name, value] : table.items()) {
    if (value.is_object()) {
      collect_leaves(leaves, value, prefix + name + ".");
    } else {
      leaves.push_back(prefix + name);
    }
  }
}

bool names_candidate(std::string_view leaf, const Candidate& candidate) {
  if (leaf == candidate.name) return !candidate.needs_table;
  return leaf == candidate.key || leaf == candidate.table + "." + candidate.name;
}

class FactorReader {
 public:
  FactorReader(const Document& document, const std::vector<const env::Description*>& environments)
      : document_(document), candidates_(all_candidates(environments)) {}

  Result<void> add(const std::string& leaf) {
    const auto index = find(leaf);
    if (!index) return Failure(index.error());
    const Candidate& candidate = candidates_[*index];
    for (const auto& [other, factor] : found_) {
      if (other == *index) return refuse(leaf, fmt::format("is the same key as factor '{}'", factor.name));
    }
    // Levels given by --set take the place of the file's single value.
    const bool replaces = document_.overridden("factors." + leaf) && !document_.overridden(candidate.key);
    if (document_.contains(candidate.key) && !replaces) {
      return refuse(leaf,
                    fmt::format("is a factor and also set as '{}'; its levels belong in [factors] alone",
                                candidate.key));
    }
    Factor factor{.name = has_name_of_its_own(candidate) ? candidate.name : candidate.key,
                  .key = candidate.key,
                  .given_as = "factors." + leaf,
                  .kind = candidate.kind};
    WINDHOVER_RETURN_IF_ERROR(read_levels(leaf, factor));
    found_.emplace_back(*index, std::move(factor));
    return {};
  }

  std::vector<Factor> take() {
    std::ranges::sort(found_, {}, &std::pair<std::size_t, Factor>::first);
    std::vector<Factor> factors;
    for (auto& [index, factor] : found_) factors.push_back(std::move(factor));
    return factors;
  }

 private:
  [[nodiscard]] Failure refuse(const std::string& leaf, std::string_view message) const {
    return TableReader(document_, "factors").refuse(leaf, message);
  }

  [[nodiscard]] bool has_name_of_its_own(const Candidate& candidate) const {
    return !candidate.needs_table && std::ranges::none_of(candidates_, [&](const Candidate& other) {
      return other.key != candidate.key && !other.needs_table && other.name == candidate.name;
    });
  }

  [[nodiscard]] Result<std::size_t> find(const std::string& leaf) const {
    std::vector<std::size_t> matches;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (names_candidate(leaf, candidates_[i])) matches.push_back(i);
      names.push_back(candidates_[i].needs_table ? candidates_[i].key : candidates_[i].name);
    }
    if (matches.size() == 1) return matches.front();
    if (matches.empty()) return refuse(leaf, "is no configuration key" + suggestion(leaf, names));
    return refuse(leaf,
                  fmt::format("is a key of more than one table; write {}.{} or {}.{}",
                              candidates_[matches[0]].table, leaf, candidates_[matches[1]].table, leaf));
  }

  [[nodiscard]] Result<void> read_levels(const std::string& leaf, Factor& factor) const {
    const Json& levels = *document_.find(factor.given_as);
    if (!levels.is_array() || levels.empty()) {
      return refuse(leaf,
                    fmt::format("must be a list with at least one level, but is {}", value_text(levels)));
    }
    if (levels.size() > most_elements) {
      return refuse(leaf, fmt::format("has {} levels, but {} is the most", levels.size(), most_elements));
    }
    for (const Json& level : levels) {
      if (std::ranges::find(factor.levels, level) != factor.levels.end()) {
        return refuse(leaf, fmt::format("has the level {} twice, which changes nothing", value_text(level)));
      }
      factor.levels.push_back(level);
    }
    return {};
  }

  const Document& document_;
  std::vector<Candidate> candidates_;
  std::vector<std::pair<std::size_t, Factor>> found_;  ///< with the candidate's number
};

}  // namespace

bool Factor::is_called(std::string_view text) const {
  constexpr std::string_view fields = "environment_fields.";
  if (text == name || text == key) return true;
  return key.starts_with(fields) && text.starts_with("environment.") &&
         text.substr(text.find('.') + 1) == std::string_view(key).substr(fields.size());
}

Result<std::vector<Factor>> read_factors(const Document& document) {
  const Json* table = document.find("factors");
  if (table == nullptr) return std::vector<Factor>{};
  if (!table->is_object()) {
    return usage_error(fmt::format("{}: 'factors' must be a table, but is {}", document.place("factors"),
                                   value_text(*table)));
  }
  std::vector<std::string> leaves;
  collect_leaves(leaves, *table, "");
  const auto environments = environments_of(document);
  if (!environments) return Failure(environments.error());
  FactorReader reader(document, *environments);
  for (const auto& leaf : leaves) WINDHOVER_RETURN_IF_ERROR(reader.add(leaf));
  return reader.take();
}

std::vector<std::string> setting_keys(const Document& document) {
  const auto environments = environments_of(document);
  std::vector<std::string> keys;
  for (const auto& candidate : all_candidates(environments.value_or(std::vector<const env::Description*>())))
    keys.push_back(candidate.key);
  return keys;
}

}  // namespace windhover::study
