#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "windhover/env/registry.hpp"
#include "windhover/rl/config.hpp"
#include "windhover/study/document.hpp"

namespace windhover::study {

inline constexpr int most_workers = 65'535;  ///< a stream's name has 16 bits for the worker
inline constexpr int most_episodes = 100'000'000;
inline constexpr double highest_condition = 1e4;  ///< of training and evaluation

/// [training]
struct TrainingSettings {
  int workers = 5;
  int episodes = 2000;             ///< per worker
  std::uint64_t steps = 0;         ///< per worker, instead of episodes, if not 0
  std::vector<double> velocities;  ///< one a worker

  /// In the study file's form.
  [[nodiscard]] Json to_json() const;
};

/// [evaluation]
struct EvaluationSettings {
  std::vector<double> velocities;
  int episodes = 100;  ///< per velocity, of one member; a fleet of n flies episodes / n

  [[nodiscard]] Json to_json() const;
};

/// Which environment and learner the fields of a study file change.
struct Basis {
  const env::Description* environment = nullptr;
  std::string profile;
  std::string preset;
};

/// The keys at the top of a study file, and its tables, that settle what a cell is.
inline constexpr std::array basis_keys = {"environment", "profile", "preset"};
inline constexpr std::array settings_tables = {"learner", "environment_fields", "training", "evaluation"};
/// The tables that say what is made of cells, and what is claimed of them.
inline constexpr std::array declaration_tables = {"factors", "where", "noise_floor", "claims", "analysis"};

/// Where a study file does not name an environment.
inline constexpr const char* default_environment = "offload";

/// Reads `environment`, `profile` and `preset`; the environment's first profile if none is given. Errors: an
/// unknown name, with the place and the nearest known one.
[[nodiscard]] Result<Basis> read_basis(const Document& document);

/// Everything that a study file settles for one cell, complete: defaults filled in, types and ranges checked.
struct Settings {
  rl::LearnerConfig learner;
  env::Configuration environment;
  TrainingSettings training;
  EvaluationSettings evaluation;
};

/// Reads [learner], [environment_fields], [training] and [evaluation]. Errors give the place and what would
/// be right, and name the environment if it is about that.
[[nodiscard]] Result<Settings> read_settings(const Document& document, const Basis& basis);

/// Names of the keys of [training] and of [evaluation].
[[nodiscard]] const std::vector<std::string>& training_keys();
[[nodiscard]] const std::vector<std::string>& evaluation_keys();

}  // namespace windhover::study
