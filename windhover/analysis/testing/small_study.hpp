#pragma once

#include <array>
#include <string>
#include <vector>

#include "windhover/record/record.hpp"

/// A study small enough to work out by hand: the published four cells, two arms, three seeds, two velocities,
/// one episode. Returns at 5 km/h are 1 lower and at 100 km/h 1 higher than the seed's mean; Individual has
/// two workers, 2 below and 2 above it.
///
///     seed means          gru+ln       gru          mlp+ln       mlp
///     a3c                 48 50 52     38 40 42     58 60 62     44 45 46
///     individual          29 30 31     29 30 31     49 50 51     34 35 36
namespace windhover::analysis::testing {

struct SmallCell {
  const char* id;
  bool recurrent;
  bool layer_norm;
  std::array<double, 3> a3c;
  std::array<double, 3> individual;
};

inline constexpr std::array small_cells = {SmallCell{"gru+ln", true, true, {48, 50, 52}, {29, 30, 31}},
                                           SmallCell{"gru", true, false, {38, 40, 42}, {29, 30, 31}},
                                           SmallCell{"mlp+ln", false, true, {58, 60, 62}, {49, 50, 51}},
                                           SmallCell{"mlp", false, false, {44, 45, 46}, {34, 35, 36}}};

inline void add_small_evaluation(record::Run& run, int model, double mean) {
  for (const auto choice : {ActionChoice::greedy, ActionChoice::sampled}) {
    for (const double condition : {5.0, 100.0}) {
      run.evaluation.push_back({.model = model,
                                .choice = choice,
                                .condition = condition,
                                .episode_return = mean + (condition == 5.0 ? -1 : 1),
                                .length = 100,
                                .action_shares = {0.75, 0.25},
                                .action_probabilities = {0.5, 0.5}});
    }
  }
}

inline record::Run small_run(const std::string& cell, const std::string& arm, std::uint64_t seed,
                             double mean) {
  record::Run run;
  run.id = {.cell = cell, .arm = arm, .seed = seed};
  run.action_names = {"local", "offload"};
  run.config.training.velocities = {5.0};
  run.summary.models = arm.starts_with("individual") ? 2 : 1;
  run.summary.parameters = 7;
  for (int model = 0; model < run.summary.models; ++model) {
    const double worker = run.summary.models == 1 ? 0 : model == 0 ? -2 : 2;
    add_small_evaluation(run, model, mean + worker);
  }
  for (int worker = 0; worker < 2; ++worker) {
    for (int episode = 0; episode < 20; ++episode) {
      run.training.push_back(
          {.worker = worker, .episode = episode, .episode_return = mean, .length = 100, .entropy = 1});
    }
  }
  return run;
}

/// What a simple policy earns under one condition.
inline record::PolicyScore score_of(const std::string& policy, double condition, double mean,
                                    double standard_error = 0) {
  return {.policy = policy,
          .score = {.condition = condition, .mean = mean, .standard_error = standard_error}};
}

inline record::StudyRecord small_study() {
  record::StudyRecord record;
  auto& study = record.study;
  study.name = "small";
  study.arms = {"a3c", "individual"};
  study.seeds = {1, 2, 3};
  study.config = {{"profile", "paper"}};
  for (const auto& cell : small_cells) {
    study.cells.push_back(
        {.id = cell.id,
         .factors = {{"recurrent", cell.recurrent}, {"layer_norm", cell.layer_norm}},
         .profile = "paper",
         .condition = Condition{.name = "velocity_kmh", .label = "velocity", .unit = "km/h"}});
    for (std::size_t i = 0; i < 3; ++i)
      record.runs.push_back(small_run(cell.id, "a3c", study.seeds[i], cell.a3c[i]));
    for (std::size_t i = 0; i < 3; ++i) {
      record.runs.push_back(small_run(cell.id, "individual", study.seeds[i], cell.individual[i]));
    }
  }
  record.baselines =
      record::Baselines{.policies = {score_of("random", 5, 44.0, 0.3), score_of("random", 100, 46.0, 0.4),
                                     score_of("local", 5, 20.0)}};
  return record;
}

/// The same with gru+ln trained again under the seeds 4, 5 and 6: a3c 51 53 55, individual 30 30 33.
inline record::StudyRecord small_study_with_noise_floor() {
  auto record = small_study();
  record.study.noise_floor = record::NoiseFloor{.cell = "gru+ln", .seeds = {4, 5, 6}};
  const std::array a3c = {51.0, 53.0, 55.0};
  const std::array individual = {30.0, 30.0, 33.0};
  for (std::size_t i = 0; i < 3; ++i) {
    record.runs.push_back(small_run("gru+ln", "a3c", 4 + i, a3c[i]));
    record.runs.push_back(small_run("gru+ln", "individual", 4 + i, individual[i]));
  }
  return record;
}

}  // namespace windhover::analysis::testing
