#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
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
  int episodes = 2000;                  ///< per worker
  std::uint64_t steps = 0;              ///< per worker, instead of episodes, if not 0
  std::vector<double> velocities = {};  ///< one a worker

  /// In the study file's form.
  [[nodiscard]] Json to_json() const;
};

/// [evaluation]
struct EvaluationSettings {
  std::vector<double> velocities = {};
  int episodes = 100;  ///< per velocity, of one member; a fleet of n flies episodes / n

  [[nodiscard]] Json to_json() const;
};

/// Which environment and learner the fields of a study file change.
struct Basis {
  const env::Description* environment = nullptr;
  std::string profile = {};
  std::string preset = {};

  friend bool operator==(const Basis&, const Basis&) = default;
};

/// The keys at the top of a study file, and its tables, that settle what a cell is.
inline constexpr std::array basis_keys = {"environment", "profile", "preset"};
inline constexpr std::array settings_tables = {"learner", "environment_fields", "training", "evaluation"};
/// The tables that say what is made of cells, and what is claimed of them.
inline constexpr std::array declaration_tables = {"factors", "where", "noise_floor", "claims", "analysis"};

/// Where a study file does not name an environment.
inline constexpr const char* default_environment = "offload";

/// A key that is given a value: "learner.lr", by a line of the study file, a level of a factor, or a
/// [[where]].
struct Assignment {
  std::string key;
  Json value;
  std::string place;  ///< "study.toml, line 12"
};

/// `environment`, `profile` and `preset` as the document gives them, but for `changes`; the environment's
/// first profile if none is given. Errors: an unknown name, with the place and the nearest known one.
[[nodiscard]] Result<Basis> read_basis(const Document& document, std::span<const Assignment> changes = {});

/// Everything that a study file settles for one cell, complete: defaults filled in, types and ranges checked.
struct Settings {
  rl::LearnerConfig learner = {};
  env::Configuration environment = {};
  TrainingSettings training = {};
  EvaluationSettings evaluation = {};
};

/// The settings of cells with the same basis, typed and in range, before what follows from several of them is
/// filled in and checked: levels can still be applied.
struct Draft {
  Basis basis = {};
  std::string origin = {};  ///< the study file
  Settings settings = {};
  std::optional<double> base_velocity = {};        ///< of [training], in place of its velocities
  std::map<std::string, std::string> places = {};  ///< of the keys that are given

  [[nodiscard]] bool is_given(const std::string& key) const { return places.contains(key); }
  /// An error about a key: "study.toml, line 3: [training]: 'steps' MESSAGE".
  [[nodiscard]] Failure refuse(const std::string& key, std::string_view message) const;
};

/// What the document says in [learner], [environment_fields], [training] and [evaluation]. Errors give the
/// place and what would be right, and name the environment if it is about that.
[[nodiscard]] Result<Draft> read_draft(const Document& document, const Basis& basis);

/// Applies levels and settings of a [[where]] to the draft of their basis, those of the basis left out. A
/// budget among them takes the place of the document's, in episodes or in steps. Errors: likewise.
[[nodiscard]] Result<void> change(Draft& draft, const Document& document,
                                  std::span<const Assignment> changes);

/// Fills in what follows, and checks what goes together. Errors: likewise.
[[nodiscard]] Result<Settings> finish(Draft draft);

/// The draft of a document, finished.
[[nodiscard]] Result<Settings> read_settings(const Document& document, const Basis& basis);

/// Names of the keys of [training] and of [evaluation].
[[nodiscard]] const std::vector<std::string>& training_keys();
[[nodiscard]] const std::vector<std::string>& evaluation_keys();

}  // namespace windhover::study
