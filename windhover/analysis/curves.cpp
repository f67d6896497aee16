#include "windhover/analysis/curves.hpp"

#include <algorithm>
#include <cstdint>
#include <set>

#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/study_facts.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::analysis {
namespace {

constexpr std::int64_t most_bins = 40;

using Runs = std::vector<const RunScores*>;

std::vector<VelocityPoint> velocity_points(const ScoreBook& book, const Runs& runs, ActionChoice choice) {
  std::set<double> trained;
  for (const auto* run : runs) trained.merge(training_conditions(run->run()));
  std::vector<VelocityPoint> points;
  if (runs.empty()) return points;
  for (const double condition : book.conditions()) {
    std::vector<double> values;
    for (const auto* run : runs) values.push_back(run->condition_mean(choice, condition));
    const auto summary = seed_mean(values);
    points.push_back({.condition = condition,
                      .trained = trained.contains(condition),
                      .mean = summary.mean,
                      .ci95 = summary.ci95,
                      .seed_values = std::move(values)});
  }
  return points;
}

/// Returns and entropies of one run's training, summed up by bin.
struct Bins {
  std::vector<std::vector<double>> returns;
  std::vector<std::vector<double>> entropies;
};

Bins bin_training(const record::Run& run, std::int64_t episodes, std::int64_t bins) {
  Bins all{.returns = std::vector<std::vector<double>>(static_cast<std::size_t>(bins)),
           .entropies = std::vector<std::vector<double>>(static_cast<std::size_t>(bins))};
  for (const auto& row : run.training) {
    if (row.episode < 0) continue;
    const auto bin = static_cast<std::size_t>(row.episode * bins / episodes);
    all.returns[bin].push_back(row.episode_return);
    all.entropies[bin].push_back(row.entropy);
  }
  return all;
}

std::int64_t episodes_of(const Runs& runs) {
  std::int64_t episodes = 0;
  for (const auto* run : runs) {
    for (const auto& row : run->run().training) episodes = std::max(episodes, std::int64_t{row.episode} + 1);
  }
  return episodes;
}

std::vector<TrainingPoint> training_points(const Runs& runs) {
  std::vector<TrainingPoint> points;
  const std::int64_t episodes = episodes_of(runs);
  const std::int64_t bins = std::min(episodes, most_bins);
  std::vector<Bins> by_seed;
  for (const auto* run : runs) by_seed.push_back(bin_training(run->run(), episodes, bins));
  for (std::int64_t bin = 0; bin < bins; ++bin) {
    const auto index = static_cast<std::size_t>(bin);
    std::vector<double> returns;
    std::vector<double> entropies;
    for (const auto& seed : by_seed) {
      returns.push_back(stats::mean(seed.returns[index]));
      entropies.push_back(stats::mean(seed.entropies[index]));
    }
    const auto summary = seed_mean(returns);
    points.push_back({.episode = (static_cast<double>(bin) + 0.5) * static_cast<double>(episodes) /
                                 static_cast<double>(bins),
                      .mean = summary.mean,
                      .ci95 = summary.ci95,
                      .entropy = stats::mean(entropies),
                      .seed_values = std::move(returns)});
  }
  return points;
}

}  // namespace

std::vector<VelocityCurve> velocity_curves(const ScoreBook& book) {
  std::vector<VelocityCurve> curves;
  for (const auto& cell : book.study().cells) {
    for (const auto& arm : book.study().arms) {
      for (const auto choice : both_choices) {
        curves.push_back({.cell = cell.id,
                          .arm = arm,
                          .policy = choice,
                          .points = velocity_points(book, book.finished(cell.id, arm), choice)});
      }
    }
  }
  return curves;
}

std::vector<TrainingCurve> training_curves(const ScoreBook& book) {
  std::vector<TrainingCurve> curves;
  for (const auto& cell : book.study().cells) {
    for (const auto& arm : book.study().arms) {
      curves.push_back({.cell = cell.id, .arm = arm, .points = training_points(book.finished(cell.id, arm))});
    }
  }
  return curves;
}

}  // namespace windhover::analysis
