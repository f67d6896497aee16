#include "windhover/study/settings.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "windhover/core/nearest.hpp"
#include "windhover/core/value_text.hpp"
#include "windhover/env/conditions.hpp"
#include "windhover/study/given_value.hpp"
#include "windhover/study/key_hint.hpp"
#include "windhover/study/table_reader.hpp"

namespace windhover::study {
namespace {

constexpr std::uint64_t most_steps = std::uint64_t{1} << 48;
constexpr NumberRange condition_range{.least = 0, .most = highest_condition};
constexpr NumberRange base_velocity_range{.least = 0,
                                          .most = condition_range.most - 20};  // the fastest is 20 above

/// "learner" of "learner.lr", and "lr".
std::pair<std::string, std::string> split_key(const std::string& key) {
  const auto dot = key.find('.');
  return {key.substr(0, dot), key.substr(dot + 1)};
}

/// Where a key of one of the tables was given, as messages say it.
std::string place_in_table(const std::string& place, const std::string& table) {
  return fmt::format("{}: [{}]", place, table);
}

/// Error: a key that the table, whose fields have these names, does not have.
Result<void> check_key(const Document& document, const Assignment& given, const std::string& table,
                       const std::string& name, const std::vector<std::string>& names,
                       std::string_view owner = "") {
  if (std::ranges::find(names, name) != names.end()) return {};
  return usage_error(fmt::format("{}: {}unknown key '{}'{}", place_in_table(given.place, table), owner, name,
                                 key_hint(document, table, name, names)));
}

/// Error: a condition that the environment cannot have.
Result<void> check_conditions(const Draft& draft, const std::string& table,
                              const std::vector<double>& velocities) {
  const auto& environment = *draft.basis.environment;
  const auto impossible = env::impossible_condition(environment.condition, velocities);
  if (!impossible) return {};
  return draft.refuse(
      table + ".velocities",
      fmt::format("holds {}, but environment '{}' has no condition to vary: leave the key out, or give 0",
                  number_text(*impossible), environment.name));
}

/// Sets the velocities that follow from [training] base_velocity, if that is given.
Result<void> apply_base_velocity(Draft& draft) {
  if (!draft.base_velocity) return {};
  const auto& environment = *draft.basis.environment;
  const auto refuse = [&](std::string_view message) {
    return draft.refuse("training.base_velocity", message);
  };
  if (!environment.conditions_from_base)
    return refuse(fmt::format("is given, but environment '{}' has no velocities", environment.name));
  auto& training = draft.settings.training;
  if (!training.velocities.empty())
    return refuse("is given and 'velocities' too, but the velocities are set by one of the two");
  training.velocities = environment.conditions_from_base(*draft.base_velocity, training.workers);
  return {};
}

Result<void> finish_training(Draft& draft) {
  auto& training = draft.settings.training;
  WINDHOVER_RETURN_IF_ERROR(apply_base_velocity(draft));
  if (draft.is_given("training.steps") && draft.is_given("training.episodes"))
    return draft.refuse("training.steps", "is given and 'episodes' too, but the budget is one of the two");
  if (training.velocities.empty())
    training.velocities = draft.basis.environment->default_conditions(training.workers);
  if (training.velocities.size() != static_cast<std::size_t>(training.workers)) {
    return draft.refuse("training.velocities",
                        fmt::format("has {} for {} workers: give one a worker, or leave the key out",
                                    training.velocities.size(), training.workers));
  }
  return check_conditions(draft, "training", training.velocities);
}

/// Error: two test conditions that are one. The random streams of an episode are named by its condition in
/// single precision.
Result<void> check_distinct(const Draft& draft, std::vector<double> velocities) {
  std::ranges::sort(velocities);
  const auto twice = std::ranges::adjacent_find(velocities, {},
                                                [](double velocity) { return static_cast<float>(velocity); });
  if (twice == velocities.end()) return {};
  const double other = *std::next(twice);
  if (*twice == other) return draft.refuse("evaluation.velocities", fmt::format("holds {} twice", *twice));
  return draft.refuse("evaluation.velocities",
                      fmt::format("holds {} and {}, which single precision, in which they name an episode's "
                                  "random numbers, does not tell apart",
                                  *twice, other));
}

Result<void> set_learner(Draft& draft, const Document& document, const Assignment& given,
                         const std::string& name) {
  WINDHOVER_RETURN_IF_ERROR(check_key(document, given, "learner", name, fields::names<rl::LearnerConfig>()));
  const auto set = fields::set(draft.settings.learner, name, given.value);
  return set ? set : in_context(place_in_table(given.place, "learner"), set.error());
}

Result<void> set_environment(Draft& draft, const Document& document, const Assignment& given,
                             const std::string& name) {
  constexpr const char* table = "environment_fields";
  const auto& environment = *draft.basis.environment;
  WINDHOVER_RETURN_IF_ERROR(check_key(document, given, table, name, environment.field_names,
                                      fmt::format("environment '{}': ", environment.name)));
  auto changed = environment.with(draft.settings.environment, name, given.value);
  if (!changed) {
    return in_context(
        fmt::format("{}: environment '{}'", place_in_table(given.place, table), environment.name),
        changed.error());
  }
  draft.settings.environment = *std::move(changed);
  return {};
}

Result<void> set_training(Draft& draft, const Document& document, const Assignment& given,
                          const std::string& name) {
  WINDHOVER_RETURN_IF_ERROR(check_key(document, given, "training", name, training_keys()));
  const GivenValue value(name, given.value, place_in_table(given.place, "training"));
  auto& training = draft.settings.training;
  if (name == "workers") return value.integer(training.workers, 1, most_workers);
  if (name == "episodes") return value.integer(training.episodes, 1, most_episodes);
  if (name == "steps") return value.integer(training.steps, 1, most_steps);
  if (name == "velocities") return value.numbers(training.velocities, condition_range, most_numbers);
  return value.number(draft.base_velocity.emplace(), base_velocity_range);
}

Result<void> set_evaluation(Draft& draft, const Document& document, const Assignment& given,
                            const std::string& name) {
  WINDHOVER_RETURN_IF_ERROR(check_key(document, given, "evaluation", name, evaluation_keys()));
  const GivenValue value(name, given.value, place_in_table(given.place, "evaluation"));
  auto& evaluation = draft.settings.evaluation;
  if (name == "episodes") return value.integer(evaluation.episodes, 1, most_episodes);
  return value.numbers(evaluation.velocities, condition_range, most_numbers);
}

Result<void> set_one(Draft& draft, const Document& document, const Assignment& given) {
  const auto [table, name] = split_key(given.key);
  draft.places.insert_or_assign(given.key, given.place);
  if (table == "learner") return set_learner(draft, document, given, name);
  if (table == "environment_fields") return set_environment(draft, document, given, name);
  if (table == "training") return set_training(draft, document, given, name);
  return set_evaluation(draft, document, given, name);
}

bool is_budget(std::string_view key) { return key == "training.episodes" || key == "training.steps"; }

/// What the document gives in the tables of settings, in their order.
Result<std::vector<Assignment>> given_settings(const Document& document) {
  std::vector<Assignment> all;
  for (const char* table : settings_tables) {
    const Json* given = document.find(table);
    if (given == nullptr) continue;
    if (!given->is_object()) {
      return usage_error(fmt::format("{}: '{}' must be a table, but is {}", document.place(table), table,
                                     value_text(*given)));
    }
    for (const auto& [name, value] : given->items()) {
      const auto key = fmt::format("{}.{}", table, name);
      all.push_back({.key = key, .value = value, .place = document.place_of_line(key)});
    }
  }
  return all;
}

/// The last of the assignments to a key at the top of the study file, or what the file has there.
std::optional<GivenValue> given_at_top(const Document& document, std::span<const Assignment> changes,
                                       const std::string& key) {
  const auto change = std::ranges::find(changes, key, &Assignment::key);
  if (change != changes.end()) return GivenValue(key, change->value, change->place);
  const Json* value = document.find(key);
  if (value == nullptr) return std::nullopt;
  return GivenValue(key, *value, document.place(key));
}

}  // namespace

Json TrainingSettings::to_json() const {
  Json json = {{"workers", workers}, {"velocities", velocities}};
  if (steps > 0) {
    json["steps"] = steps;
  } else {
    json["episodes"] = episodes;
  }
  return json;
}

Json EvaluationSettings::to_json() const { return {{"velocities", velocities}, {"episodes", episodes}}; }

const std::vector<std::string>& training_keys() {
  static const std::vector<std::string> keys = {"workers", "episodes", "steps", "velocities",
                                                "base_velocity"};
  return keys;
}

const std::vector<std::string>& evaluation_keys() {
  static const std::vector<std::string> keys = {"velocities", "episodes"};
  return keys;
}

Result<Basis> read_basis(const Document& document, std::span<const Assignment> changes) {
  std::string name = default_environment;
  Basis basis{.profile = {}, .preset = rl::preset_names().front()};
  const auto named = given_at_top(document, changes, "environment");
  const auto profile = given_at_top(document, changes, "profile");
  const auto preset = given_at_top(document, changes, "preset");
  if (named) WINDHOVER_RETURN_IF_ERROR(named->text(name));
  if (profile) WINDHOVER_RETURN_IF_ERROR(profile->text(basis.profile));
  if (preset) WINDHOVER_RETURN_IF_ERROR(preset->text(basis.preset));
  const auto environment = env::find(name);
  if (!environment) return in_context(named->place(), environment.error());  // the default one is known
  basis.environment = *environment;
  const auto& profiles = (*environment)->profiles;
  if (!profile) basis.profile = profiles.front();
  if (std::ranges::find(profiles, basis.profile) == profiles.end()) {
    return profile->refuse(fmt::format("is \"{}\", which is unknown in environment '{}'{}", basis.profile,
                                       name, suggestion(basis.profile, profiles)));
  }
  if (preset) WINDHOVER_RETURN_IF_ERROR(preset->one_of(basis.preset, rl::preset_names()));
  return basis;
}

Failure Draft::refuse(const std::string& key, std::string_view message) const {
  const auto [table, name] = split_key(key);
  const auto given = places.find(key);
  return usage_error(fmt::format(
      "{}: '{}' {}", place_in_table(given == places.end() ? origin : given->second, table), name, message));
}

Result<Draft> read_draft(const Document& document, const Basis& basis) {
  auto learner = rl::preset(basis.preset);
  if (!learner) return in_context(document.place("preset"), learner.error());
  auto environment = basis.environment->configure(basis.profile, Json::object());
  if (!environment) return in_context(document.place("profile"), environment.error());
  Draft draft{.basis = basis, .origin = document.origin()};
  draft.settings = {.learner = *std::move(learner), .environment = *std::move(environment)};
  draft.settings.evaluation.velocities = basis.environment->test_conditions;
  const auto given = given_settings(document);
  if (!given) return Failure(given.error());
  for (const auto& assignment : *given) WINDHOVER_RETURN_IF_ERROR(set_one(draft, document, assignment));
  return draft;
}

Result<void> change(Draft& draft, const Document& document, std::span<const Assignment> changes) {
  if (std::ranges::any_of(changes, is_budget, &Assignment::key)) {  // takes the place of the file's
    draft.settings.training.steps = 0;
    std::erase_if(draft.places, [](const auto& entry) { return is_budget(entry.first); });
  }
  for (const auto& assignment : changes) {
    if (assignment.key.find('.') != std::string::npos)
      WINDHOVER_RETURN_IF_ERROR(set_one(draft, document, assignment));
  }
  return {};
}

Result<Settings> finish(Draft draft) {
  WINDHOVER_RETURN_IF_ERROR(finish_training(draft));
  const auto& velocities = draft.settings.evaluation.velocities;
  WINDHOVER_RETURN_IF_ERROR(check_distinct(draft, velocities));
  WINDHOVER_RETURN_IF_ERROR(check_conditions(draft, "evaluation", velocities));
  return std::move(draft.settings);
}

Result<Settings> read_settings(const Document& document, const Basis& basis) {
  auto draft = read_draft(document, basis);
  if (!draft) return Failure(draft.error());
  return finish(*std::move(draft));
}

}  // namespace windhover::study
