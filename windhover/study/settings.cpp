#include "windhover/study/settings.hpp"

#include <algorithm>
#include <cmath>

#include "windhover/core/nearest.hpp"
#include "windhover/env/velocities.hpp"
#include "windhover/study/table_reader.hpp"

namespace windhover::study {
namespace {

constexpr std::uint64_t most_steps = std::uint64_t{1} << 48;
constexpr double highest_base_velocity = highest_condition - 20;  // the fastest worker's is 20 above it

/// The keys of a table that a list of fields describes; the table may be missing.
Result<Json> table_of(const Document& document, const std::string& section) {
  const Json* table = document.find(section);
  if (table == nullptr) return Json::object();
  if (table->is_object()) return *table;
  return usage_error(
      fmt::format("{}: '{}' must be a table, but is {}", document.place(section), section, table->dump()));
}

Result<rl::LearnerConfig> read_learner(const Document& document, const std::string& preset) {
  const auto table = table_of(document, "learner");
  if (!table) return Failure(table.error());
  auto learner = rl::preset(preset);
  if (!learner) return in_context(document.place("preset"), learner.error());
  for (const auto& [name, value] : table->items()) {
    const auto set = fields::set(*learner, name, value);
    if (!set) return in_context(document.place("learner." + name), set.error());
  }
  return learner;
}

Result<Json> read_environment(const Document& document, const Basis& basis) {
  const auto table = table_of(document, "environment_fields");
  if (!table) return Failure(table.error());
  const auto& environment = *basis.environment;
  auto plain = environment.configure(basis.profile, Json::object());
  if (!plain) return in_context(document.place("profile"), plain.error());
  for (const auto& [name, value] : table->items()) {
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
  WINDHOVER_RETURN_IF_ERROR(reader.number("base_velocity", base, 0, highest_base_velocity));
  if (std::isnan(base)) return {};
  if (!environment.condition_name.starts_with("velocity")) {
    return reader.refuse("base_velocity",
                         fmt::format("is given, but environment '{}' has no velocities", environment.name));
  }
  if (!training.velocities.empty()) {
    return reader.refuse("base_velocity",
                         "is given and 'velocities' too, but the velocities are set by one of the two");
  }
  training.velocities = env::training_velocities(base, training.workers);
  return {};
}

Result<TrainingSettings> read_training(const Document& document, const env::Description& environment) {
  TrainingSettings training;
  TableReader reader(document, "training");
  WINDHOVER_RETURN_IF_ERROR(reader.integer("workers", training.workers, 1, most_workers));
  WINDHOVER_RETURN_IF_ERROR(reader.integer("episodes", training.episodes, 1, most_episodes));
  WINDHOVER_RETURN_IF_ERROR(reader.integer("steps", training.steps, 1, most_steps));
  WINDHOVER_RETURN_IF_ERROR(reader.numbers("velocities", training.velocities, 0, highest_condition));
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
  return training;
}

Result<EvaluationSettings> read_evaluation(const Document& document, const env::Description& environment) {
  EvaluationSettings evaluation{.velocities = environment.test_conditions};
  TableReader reader(document, "evaluation");
  WINDHOVER_RETURN_IF_ERROR(reader.numbers("velocities", evaluation.velocities, 0, highest_condition));
  WINDHOVER_RETURN_IF_ERROR(reader.integer("episodes", evaluation.episodes, 1, most_episodes));
  WINDHOVER_RETURN_IF_ERROR(reader.refuse_unknown());
  auto sorted = evaluation.velocities;
  std::ranges::sort(sorted);
  const auto twice = std::ranges::adjacent_find(sorted);
  if (twice != sorted.end()) return reader.refuse("velocities", fmt::format("holds {} twice", *twice));
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
