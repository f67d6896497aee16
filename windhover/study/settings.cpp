#include "windhover/study/settings.hpp"

#include <algorithm>

#include "windhover/study/table_reader.hpp"

namespace windhover::study {
namespace {

constexpr int most_workers = 65'535;  // a stream's name has 16 bits for the worker
constexpr int most_episodes = 100'000'000;
constexpr std::uint64_t most_steps = std::uint64_t{1} << 48;
constexpr double highest_condition = 1e4;

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
    if (!one) return in_context(document.place("environment_fields." + name), one.error());
  }
  auto config = environment.configure(basis.profile, *table);
  if (!config) return in_context(document.origin() + ": [environment_fields]", config.error());
  return config;
}

Result<TrainingSettings> read_training(const Document& document, const env::Description& environment) {
  TrainingSettings training;
  TableReader reader(document, "training");
  WINDHOVER_RETURN_IF_ERROR(reader.integer("workers", training.workers, 1, most_workers));
  WINDHOVER_RETURN_IF_ERROR(reader.integer("episodes", training.episodes, 1, most_episodes));
  WINDHOVER_RETURN_IF_ERROR(reader.integer("steps", training.steps, 1, most_steps));
  WINDHOVER_RETURN_IF_ERROR(reader.numbers("velocities", training.velocities, 0, highest_condition));
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
  static const std::vector<std::string> keys = {"workers", "episodes", "steps", "velocities"};
  return keys;
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
