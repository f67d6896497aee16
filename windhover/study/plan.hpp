#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "windhover/nn/architecture.hpp"
#include "windhover/record/record.hpp"
#include "windhover/rl/evaluation.hpp"
#include "windhover/rl/training.hpp"
#include "windhover/study/document.hpp"
#include "windhover/study/factor.hpp"
#include "windhover/study/settings.hpp"
#include "windhover/study/where.hpp"

namespace windhover::study {

/// One cell, complete and checked.
struct CellPlan {
  record::Cell cell = {};
  Basis basis;
  Settings settings;
  nn::Architecture architecture = {};
  int members = 1;        ///< that fly together in an evaluation episode
  int episode_limit = 0;  ///< most steps of an episode

  [[nodiscard]] std::size_t parameter_count() const { return nn::Layout(architecture).parameter_count(); }
};

/// A study file made explicit: what will be done, with nothing left to decide.
struct Plan {
  record::Study study = {};
  std::vector<Factor> factors = {};
  std::vector<Where> wheres = {};    ///< settings of some cells only
  std::vector<CellPlan> cells = {};  ///< as study.cells
};

/// One run: a cell trained and evaluated in one arm under one seed.
struct RunPlan {
  record::RunId id;
  const CellPlan* cell = nullptr;  ///< of the plan, which must outlive this
};

/// Checks the document and works out every cell. `quick` shortens the study to about two minutes on two
/// cores. Errors (of kind usage) give the place, what is wrong and what would be right.
[[nodiscard]] Result<Plan> make_plan(const Document& document, bool quick);

/// All runs in canonical order: cell, arm, seed as in the study.
[[nodiscard]] std::vector<RunPlan> runs_of(const Plan& plan);

[[nodiscard]] rl::TrainingSetup training_setup(const RunPlan& run);
[[nodiscard]] rl::EvaluationSetup evaluation_setup(const RunPlan& run);

/// The effective configuration of a run, as stored and hashed.
[[nodiscard]] record::RunConfig run_configuration(const Plan& plan, const RunPlan& run);

/// What the run's saved states are known by: record::Scope::training of its configuration.
[[nodiscard]] std::string training_identity(const Plan& plan, const RunPlan& run);

/// What a run costs, in multiply-adds of the network or so: to order runs and to measure progress, not to
/// tell time.
struct RunCost {
  double training = 0;
  double evaluation = 0;
  [[nodiscard]] double total() const { return training + evaluation; }
};
[[nodiscard]] RunCost cost_of(const RunPlan& run);

/// Trained environment steps of one run, all workers together.
[[nodiscard]] std::uint64_t expected_steps(const RunPlan& run);

/// Evaluated environment steps of one run, all models and both choices of actions together.
[[nodiscard]] std::uint64_t expected_evaluation_steps(const RunPlan& run);

/// "training.episodes: 2000 in the folder, 50 now", one entry a key that differs; keys of nested tables are
/// dotted.
[[nodiscard]] std::vector<std::string> differences(const Json& stored, const Json& now);

}  // namespace windhover::study
