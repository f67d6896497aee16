#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "windhover/core/random.hpp"
#include "windhover/record/record.hpp"

/// Records of studies that never ran, for tests.
namespace windhover::analysis::testing {

/// How a made-up study looks. Scores of a seed are drawn around the arm's mean, the same for every choice of
/// actions except that collapsed models earn less greedily.
struct FakeStudy {
  std::vector<std::uint64_t> seeds = {42, 123, 456, 789, 1024};
  std::vector<std::string> arms = {"a3c", "individual"};
  std::vector<double> conditions = {5, 10, 15, 20, 25, 30, 50, 75, 100};
  int workers = 5;
  int training_episodes = 200;
  int evaluation_episodes = 5;
  std::string profile = "paper";
  std::vector<std::uint64_t> noise_floor_seeds = {};  ///< of gru+ln
};

inline record::Study fake_header(const FakeStudy& fake) {
  record::Study study;
  study.name = "recurrence and normalisation";
  study.cells = {{.id = "gru+ln", .factors = {{"recurrent", true}, {"layer_norm", true}}},
                 {.id = "gru", .factors = {{"recurrent", true}, {"layer_norm", false}}},
                 {.id = "mlp+ln", .factors = {{"recurrent", false}, {"layer_norm", true}}},
                 {.id = "mlp", .factors = {{"recurrent", false}, {"layer_norm", false}}}};
  study.arms = fake.arms;
  study.seeds = fake.seeds;
  if (!fake.noise_floor_seeds.empty())
    study.noise_floor = record::NoiseFloor{.cell = "gru+ln", .seeds = fake.noise_floor_seeds};
  for (auto& cell : study.cells) {
    cell.environment = "offload";
    cell.profile = fake.profile;
    cell.condition = Condition{.name = "velocity_kmh", .label = "velocity", .unit = "km/h"};
  }
  return study;
}

inline record::Baselines fake_baselines() {
  record::Baselines baselines;
  for (const auto& [name, mean] :
       {std::pair{"discard", 0.0}, std::pair{"local", 30.4}, std::pair{"offload", 49.3},
        std::pair{"random", 70.2}, std::pair{"local-first", 79.3}, std::pair{"threshold", 111.5}}) {
    for (const double condition : {5.0, 50.0, 100.0}) {
      baselines.policies.push_back({.policy = name,
                                    .score = {.condition = condition,
                                              .mean = mean,
                                              .standard_error = mean > 0 ? 0.4 : 0.0,
                                              .episodes = 400}});
    }
  }
  auto& bound = baselines.upper_bound.emplace(record::UpperBound{
      .name = "upper bound", .note = "no policy can earn more", .mean = 136.0, .standard_error = 0.7});
  for (const double condition : {5.0, 50.0, 100.0}) {
    bound.conditions.push_back(
        {.condition = condition, .mean = 136.0, .standard_error = 1.2, .episodes = 100});
  }
  return baselines;
}

/// One model's training: a noisy rise to `target`, with an entropy that falls to `final_entropy`.
inline void add_training(record::Run& run, const FakeStudy& fake, int worker, double target,
                         double final_entropy, Stream& stream) {
  for (int episode = 0; episode < fake.training_episodes; ++episode) {
    const double progress = 1 - std::exp(-4.0 * episode / fake.training_episodes);
    run.training.push_back({.step = static_cast<std::uint64_t>(100 * (episode + 1) * fake.workers),
                            .worker = worker,
                            .episode = episode,
                            .episode_return = 55 + (target - 55) * progress + 6 * stream.normal(),
                            .length = 100,
                            .policy_loss = 0.02 * stream.normal(),
                            .value_loss = 400 + 90 * stream.normal(),
                            .entropy = 1.098 + (final_entropy - 1.098) * progress,
                            .total_loss = 100 + 20 * stream.normal(),
                            .gradient_norm = 12 + stream.normal(),
                            .staleness = static_cast<double>(fake.workers - 1)});
  }
}

inline void add_evaluation(record::Run& run, const FakeStudy& fake, int model, double sampled, bool collapsed,
                           Stream& stream) {
  for (const auto choice : {ActionChoice::greedy, ActionChoice::sampled}) {
    const bool one_action = collapsed && choice == ActionChoice::greedy;
    for (const double condition : fake.conditions) {
      for (int episode = 0; episode < fake.evaluation_episodes; ++episode) {
        const double level = one_action ? 30.4 : sampled + 0.01 * condition;
        run.evaluation.push_back(
            {.model = model,
             .choice = choice,
             .condition = condition,
             .episode = episode,
             .episode_return = level + 2 * stream.normal(),
             .length = 100,
             .action_shares = one_action ? std::vector{1.0, 0.0, 0.0} : std::vector{0.5, 0.3, 0.2},
             .action_probabilities = {0.4, 0.35, 0.25}});
      }
    }
  }
}

/// Published means of the arms by cell, so that tables look as they will.
inline double fake_mean(const std::string& cell, const std::string& arm) {
  const double base = cell == "gru+ln" ? 92 : cell == "gru" ? 84 : cell == "mlp+ln" ? 101 : 88;
  return arm == "individual" ? base - (cell == "mlp+ln" ? 9.0 : 21.0) : base;
}

inline record::Run fake_run(const record::RunId& id, const record::Cell& cell, const FakeStudy& fake) {
  std::string name = id.cell + id.arm;
  std::uint32_t salt = 0;
  for (const char letter : name) salt = salt * 31 + static_cast<unsigned char>(letter);
  Stream stream({.seed = id.seed, .episode = salt});
  record::Run run;
  run.id = id;
  run.action_names = {"local", "offload", "discard"};
  run.config = {.id = id,
                .factors = cell.factors,
                .environment = cell.environment,
                .profile = cell.profile,
                .preset = "published",
                .training = {.workers = fake.workers,
                             .velocities = {5, 10, 15, 20, 25},
                             .episodes = fake.training_episodes},
                .evaluation = {.velocities = fake.conditions, .sampled_first = fake.profile == "sound"}};
  const int models = id.arm.starts_with("individual") ? fake.workers : 1;
  run.summary.models = models;
  run.summary.parameters = id.cell.starts_with("gru") ? 106'372 : 23'812;
  run.summary.digest = name;
  const double seed_level = fake_mean(id.cell, id.arm) + 4 * stream.normal();
  for (int model = 0; model < models; ++model) {
    const double level = seed_level + (models > 1 ? 3 * stream.normal() : 0.0);
    add_evaluation(run, fake, model, level, stream.uniform() < 0.2, stream);
  }
  for (int worker = 0; worker < fake.workers; ++worker)
    add_training(run, fake, worker, seed_level, 0.4, stream);
  return run;
}

inline record::StudyRecord fake_study(const FakeStudy& fake = {}) {
  record::StudyRecord record;
  record.study = fake_header(fake);
  record.baselines = fake_baselines();
  const record::Provenance provenance{
      .build = {.version = "0.2.0",
                .revision = "6565713",
                .sources = "3fa2b1c9d012",
                .compiler = "gcc 12.2.0",
                .type = "release",
                .flags = "-O2",
                .instruction_set = "AVX2"},
      .machine = {.system = "Linux", .processor = "a processor", .threads = 2}};
  record.manifest =
      record::Manifest{.wall_seconds = 5231.5, .cpu_seconds = 10277.25, .provenance = provenance};
  record::ConditionWarning warning{.text = "At 50 km/h the channel changes more often than by chance."};
  for (const auto& cell : record.study.cells) warning.cells.push_back(cell.id);
  record.audit = record::Audit{.passed = true, .warnings = {std::move(warning)}};
  for (const auto& id : record::run_ids(record.study)) {
    const auto cell = std::ranges::find(record.study.cells, id.cell, &record::Cell::id);
    record.runs.push_back(fake_run(id, *cell, fake));
    record.runs.back().summary.provenance = {provenance};
  }
  return record;
}

}  // namespace windhover::analysis::testing
