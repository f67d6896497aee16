#include "windhover/study/limits.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "windhover/core/rows.hpp"

namespace windhover::study {
namespace {

constexpr double gigabyte = 1e9;

/// Some part of a run's memory, and the keys it follows from.
struct Share {
  double bytes;
  const char* keys;
};

/// What a network keeps of one observation, about: twelve numbers a hidden unit with a GRU and LayerNorm.
double bytes_of_row(const nn::Architecture& architecture) {
  return sizeof(float) *
         (12.0 * architecture.hidden + architecture.observations + 3.0 * architecture.actions);
}

/// Of one episode under one condition, all of which run at once.
double bytes_of_evaluation(const nn::Architecture& architecture, double models) {
  constexpr double bytes_of_group = 4096;  // an environment's members and streams
  constexpr double bytes_of_evaluation_row = sizeof(EvaluationRow) + 64;
  return bytes_of_row(architecture) + bytes_of_group + 2 * models * bytes_of_evaluation_row;
}

double training_episodes(const CellPlan& cell, const rl::Arm& arm) {
  const auto& training = cell.settings.training;
  const double episodes = training.steps > 0 ? static_cast<double>(training.steps) / cell.episode_limit
                                             : static_cast<double>(training.episodes);
  return episodes * training.workers * static_cast<double>(arm.budget_factor(training.workers));
}

std::array<Share, 5> shares_of(const CellPlan& cell, const rl::Arm& arm) {
  const auto& learner = cell.settings.learner;
  const auto& evaluation = cell.settings.evaluation;
  const double workers = cell.settings.training.workers;
  const double models = arm.models(cell.settings.training.workers);
  const double parameters = sizeof(float) * static_cast<double>(nn::Layout(cell.architecture).arena_size());
  const double row = bytes_of_row(cell.architecture);
  const double episodes = static_cast<double>(evaluation.velocities.size()) * evaluation.episodes;
  return {
      {{parameters * (3 * models + workers), "'learner.hidden' and 'training.workers'"},
       {row * workers * (learner.rollout + 1), "'learner.rollout', 'learner.hidden' and 'training.workers'"},
       {parameters * (learner.delay + 1), "'learner.delay' and 'learner.hidden'"},
       {sizeof(TrainingRow) * training_episodes(cell, arm),
        "the budget in 'training' and 'training.workers'"},
       {episodes * bytes_of_evaluation(cell.architecture, models),
        "'evaluation.episodes' and 'evaluation.velocities'"}}};
}

}  // namespace

Result<void> check_memory(const CellPlan& cell, const std::vector<std::string>& arms) {
  for (const auto& name : arms) {
    const auto arm = rl::find_arm(name);
    if (!arm) return Failure(arm.error());
    const auto shares = shares_of(cell, **arm);
    double bytes = 0;
    for (const Share& share : shares) bytes += share.bytes;
    if (bytes <= most_run_gigabytes * gigabyte) continue;
    const auto largest = std::ranges::max_element(shares, {}, &Share::bytes);
    return usage_error(fmt::format(
        "a run in arm {} needs about {:.3g} GB of memory, but {} is the most; most of it follows from {}",
        name, bytes / gigabyte, most_run_gigabytes, largest->keys));
  }
  return {};
}

Result<void> check_memory(const nn::Architecture& architecture, const rl::EvaluationSetup& setup) {
  const double of_each = bytes_of_evaluation(architecture, 1) * static_cast<double>(setup.conditions.size());
  const double fleets = std::ceil(static_cast<double>(setup.episodes) / setup.members);
  const double bytes = of_each * fleets * setup.members;
  if (bytes <= most_run_gigabytes * gigabyte) return {};
  return usage_error(fmt::format(
      "{} episodes under each of {} conditions need about {:.3g} GB of memory, but {} is the most, which is "
      "enough for {:.0f}",
      setup.episodes, setup.conditions.size(), bytes / gigabyte, most_run_gigabytes,
      std::floor(most_run_gigabytes * gigabyte / of_each)));
}

}  // namespace windhover::study
