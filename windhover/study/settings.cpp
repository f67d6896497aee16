#include "windhover/study/settings.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "windhover/core/nearest.hpp"
#include "windhover/core/value_text.hpp"
#include "windhover/env/conditions.hpp"
#include "windhover/study/key_hint.hpp"
#include "windhover/study/table_reader.hpp"

namespace windhover::study {
namespace {

constexpr std::uint64_t most_steps = std::uint64_t{1} << 48;
constexpr NumberRange condition_range{.least = 0, .most = highest_condition};
constexpr NumberRange base_velocity_range{.least = 0,
                                          .most = condition_range.most - 20};  // the fastest is 20 above

/// The keys of a table that a list of fields describes; the table may be missing.
Result<Json> table_of(const Document& document, const std::string& section) {
  const Json* table = document.find(section);
  if (table == nullptr) return Json::object();
  if (table->is_object()) return *table;
  return usage_error(fmt::format("{}: '{}' must be a table, but is {}", document.place(section), section,
                                 value_text(*table)));
}

/// Error: a key that the table, whose fields have these names, does not have.
Result<void> check_key(const Document& document, const std::string& section, const std::string& name,
                       const std::vector<std::string>& names, std::string_view owner = "") {
  if (std::ranges::find(names, name) != names.end()) return {};
  return usage_error(fmt::format("{}: {}unknown key '{}'{}", document.place(section + "." + name), owner,
                                 name, key_hint(document, section, name, names)));
}

Result<rl::LearnerConfig> read_learner(const Document& document, const std::string& preset) {
  const auto table = table_of(document, "learner");
  if (!table) return Failure(table.error());
  auto learner = rl::preset(preset);
  if (!learner) return in_context(document.place("preset"), learner.error());
  for (const auto& [name, value] : table->items()) {
    WINDHOVER_RETURN_IF_ERROR(check_key(document, "learner", name, fields::names<rl::LearnerConfig>()));
    const auto set = fields::set(*learner, name, value);
    if (!set) return in_context(document.place("learner." + name), set.error());
  }
  return learner;
}

Result<env::Configuration> read_environment(const Document& document, const Basis& basis) {
  const auto table = table_of(document, "environment_fields");
  if (!table) return Failure(table.error());
  const auto& environment = *basis.environment;
  auto plain = environment.configure(basis.profile, Json::object());
  if (!plain) return in_context(document.place("profile"), plain.error());
  const std::string owner = fmt::format("environment '{}': ", environment.name);
  for (const auto& [name, value] : table->items()) {
    WINDHOVER_RETURN_IF_ERROR(
        check_key(document, "environment_fields", name, environment.field_names, owner));
    const auto one = environment.configure(basis.profile, Json{{name, value}});
    if (!one) {
      return in_context(
          fmt::format("{}: environment '{}'", document.place("environment_fields." + name), environment.name),
          one.error());
    }
  }
  auto config = environment.configure(basis.profile, *table);
  if (!config) {
    return in_context(
        fmt::format("{}: [environment_fields]: environment '{}'", document.origin(), environment.name),
        config.error());
  }
  return config;
}

/// Sets the velocities that follow from [training] base_velocity, if that is given.
Result<void> apply_base_velocity(TrainingSettings& training, TableReader& reader,
                                 const env::Description& environment) {
  double base = std::nan("");
  WINDHOVER_RETURN_IF_ERROR(reader.number("base_velocity", base, base_velocity_range));
  if (std::isnan(base)) return {};
  if (!environment.conditions_from_base) {
    return reader.refuse("base_velocity",
                         fmt::format("is given, but environment '{}' has no velocities", environment.name));
  }
  if (!training.velocities.empty()) {
    return reader.refuse("base_velocity",
                         "is given and 'velocities' too, but the velocities are set by one of the two");
  }
  training.velocities = environment.conditions_from_base(base, training.workers);
  return {};
}

/// Error: a condition that the environment cannot have.
Result<void> check_conditions(const TableReader& reader, const std::vector<double>& velocities,
                              const env::Description& environment) {
  const auto impossible = env::impossible_condition(environment.condition, velocities);
  if (!impossible) return {};
  return reader.refuse(
      "velocities",
      fmt::format("holds {}, but environment '{}' has no condition to vary: leave the key out, or give 0",
                  number_text(*impossible), environment.name));
}

Result<TrainingSettings> read_training(const Document& document, const env::Description& environment) {
  TrainingSettings training;
  TableReader reader(document, "training");
  WINDHOVER_RETURN_IF_ERROR(reader.integer("workers", training.workers, 1, most_workers));
  WINDHOVER_RETURN_IF_ERROR(reader.integer("episodes", training.episodes, 1, most_episodes));
  WINDHOVER_RETURN_IF_ERROR(reader.integer("steps", training.steps, 1, most_steps));
  WINDHOVER_RETURN_IF_ERROR(reader.numbers("velocities", training.velocities, condition_range));
  WINDHOVER_RETURN_IF_ERROR(apply_base_velocity(training, reader, environment));
  WINDHOVER_RETURN_IF_ERROR(reader.refuse_unknown());
  if (document.contains("training.steps") && document.contains("training.episodes")) {
    return reader.refuse("steps", "is given and 'episodes' too, but the budget is one of the two");
  }
  if (training.velocities.empty()) training.velocities = environment.default_conditions(training.workers);
  if (training.velocities.size() != static_cast<std::size_t>(training.workers)) {
    return reader.refuse("velocities",
                         fmt::format("has {} for {} workers: give one a worker, or leave the key out",
                                     training.velocities.size(), training.workers));
  }
  WINDHOVER_RETURN_IF_ERROR(check_conditions(reader, training.velocities, environment));
  return training;
}

/// Error: two test conditions that are one. The random streams of an episode are named by its condition in
/// single precision.
Result<void> check_distinct(const TableReader& reader, std::vector<double> velocities) {
  std::ranges::sort(velocities);
  const auto twice = std::ranges::adjacent_find(velocities, {},
                                                [](double velocity) { return static_cast<float>(velocity); });
  if (twice == velocities.end()) return {};
  const double other = *std::next(twice);
  if (*twice == other) return reader.refuse("velocities", fmt::format("holds {} twice", *twice));
  return reader.refuse("velocities",
                       fmt::format("holds {} and {}, which single precision, in which they name an episode's "
                                   "random numbers, does not tell apart",
                                   *twice, other));
}

Result<EvaluationSettings> read_evaluation(const Document& document, const env::Description& environment) {
  EvaluationSettings evaluation{.velocities = environment.test_conditions};
  TableReader reader(document, "evaluation");
  WINDHOVER_RETURN_IF_ERROR(reader.numbers("velocities", evaluation.velocities, condition_range));
  WINDHOVER_RETURN_IF_ERROR(reader.integer("episodes", evaluation.episodes, 1, most_episodes));
  WINDHOVER_RETURN_IF_ERROR(reader.refuse_unknown());
  WINDHOVER_RETURN_IF_ERROR(check_distinct(reader, evaluation.velocities));
  WINDHOVER_RETURN_IF_ERROR(check_conditions(reader, evaluation.velocities, environment));
  return evaluation;
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

Result<Basis> read_basis(const Document& document) {
  TableReader reader(document, "");
  std::string name = default_environment;
  Basis basis{.profile = {}, .preset = rl::preset_names().front()};
  WINDHOVER_RETURN_IF_ERROR(reader.text("environment", name));
  WINDHOVER_RETURN_IF_ERROR(reader.text("profile", basis.profile));
  WINDHOVER_RETURN_IF_ERROR(reader.text("preset", basis.preset));
  const auto environment = env::find(name);
  if (!environment) return in_context(document.place("environment"), environment.error());
  basis.environment = *environment;
  const auto& profiles = (*environment)->profiles;
  if (basis.profile.empty()) basis.profile = profiles.front();
  if (std::ranges::find(profiles, basis.profile) == profiles.end()) {
    return reader.refuse("profile", fmt::format("is \"{}\", which is unknown in environment '{}'{}",
                                                basis.profile, name, suggestion(basis.profile, profiles)));
  }
  WINDHOVER_RETURN_IF_ERROR(reader.one_of("preset", basis.preset, rl::preset_names()));
  return basis;
}

Result<Settings> read_settings(const Document& document, const Basis& basis) {
  auto learner = read_learner(document, basis.preset);
  if (!learner) return Failure(learner.error());
  auto environment = read_environment(document, basis);
  if (!environment) return Failure(environment.error());
  auto training = read_training(document, *basis.environment);
  if (!training) return Failure(training.error());
  auto evaluation = read_evaluation(document, *basis.environment);
  if (!evaluation) return Failure(evaluation.error());
  return Settings{*std::move(learner), *std::move(environment), *std::move(training), *std::move(evaluation)};
}

}  // namespace windhover::study
