#include "windhover/study/limits.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "windhover/core/rows.hpp"
#include "windhover/rl/evaluation.hpp"

namespace windhover::study {
namespace {

constexpr double gigabyte = 1e9;

/// Some part of a run's memory, and the keys it follows from.
struct Share {
  double bytes;
  const char* keys;
};

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
  const int models = arm.models(cell.settings.training.workers);
  const double parameters = sizeof(float) * static_cast<double>(nn::Layout(cell.architecture).arena_size());
  const double row = nn::activation_bytes(cell.architecture);
  return {
      {{parameters * (3 * models + workers), "'learner.hidden' and 'training.workers'"},
       {row * workers * (learner.rollout + 1), "'learner.rollout', 'learner.hidden' and 'training.workers'"},
       {parameters * (learner.delay + 1), "'learner.delay' and 'learner.hidden'"},
       {sizeof(TrainingRow) * training_episodes(cell, arm),
        "the budget in 'training' and 'training.workers'"},
       {rl::evaluation_bytes(cell.architecture, static_cast<std::size_t>(models),
                             {.conditions = evaluation.velocities.size(),
                              .episodes = evaluation.episodes,
                              .members = cell.members}),
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

}  // namespace windhover::study
