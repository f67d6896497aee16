#include "windhover/analysis/curves.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
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

/// The numbers of training rows that curves are drawn of.
constexpr std::array training_numbers = {&TrainingRow::episode_return, &TrainingRow::entropy,
                                         &TrainingRow::policy_loss, &TrainingRow::value_loss,
                                         &TrainingRow::gradient_norm};

/// Means within bins of one run's training.
struct Bins {
  std::array<std::vector<double>, training_numbers.size()> means;  ///< as training_numbers
  std::vector<double> steps;
};

Bins bin_training(const record::Run& run, std::int64_t episodes, std::int64_t bins) {
  std::vector<std::vector<const TrainingRow*>> rows(static_cast<std::size_t>(bins));
  for (const auto& row : run.training) {
    if (row.episode >= 0) rows[static_cast<std::size_t>(row.episode * bins / episodes)].push_back(&row);
  }
  const auto mean_of = [](const std::vector<const TrainingRow*>& some, const auto& number) {
    std::vector<double> values;
    for (const auto* row : some) values.push_back(number(*row));
    return stats::mean(values);
  };
  Bins all;
  for (const auto& some : rows) {
    for (std::size_t i = 0; i < training_numbers.size(); ++i)
      all.means[i].push_back(mean_of(some, [i](const TrainingRow& row) { return row.*training_numbers[i]; }));
    all.steps.push_back(mean_of(some, [](const TrainingRow& row) { return static_cast<double>(row.step); }));
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
    const auto over_seeds = [&](const auto& of_seed) {
      std::vector<double> values;
      for (const auto& seed : by_seed) values.push_back(of_seed(seed)[index]);
      return values;
    };
    const auto number = [&](std::size_t i) {
      return stats::mean(
          over_seeds([i](const Bins& seed) -> const std::vector<double>& { return seed.means[i]; }));
    };
    auto returns = over_seeds([](const Bins& seed) -> const std::vector<double>& { return seed.means[0]; });
    const auto summary = seed_mean(returns);
    points.push_back({.episode = (static_cast<double>(bin) + 0.5) * static_cast<double>(episodes) /
                                 static_cast<double>(bins),
                      .step = stats::mean(over_seeds(
                          [](const Bins& seed) -> const std::vector<double>& { return seed.steps; })),
                      .mean = summary.mean,
                      .ci95 = summary.ci95,
                      .entropy = number(1),
                      .policy_loss = number(2),
                      .value_loss = number(3),
                      .gradient_norm = number(4),
                      .seed_values = std::move(returns)});
  }
  return points;
}

/// The mean share of each action over the rows of a run, by condition.
std::map<double, std::vector<double>> action_shares(const record::Run& run, ActionChoice choice) {
  std::map<double, std::vector<double>> shares;
  std::map<double, double> rows;
  for (const auto& row : run.evaluation) {
    if (row.choice != choice || !std::isfinite(row.condition)) continue;
    auto& sums = shares[row.condition];
    sums.resize(row.action_shares.size());
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += row.action_shares[i];
    ++rows[row.condition];
  }
  for (auto& [condition, sums] : shares) {
    for (double& sum : sums) sum /= rows[condition];
  }
  return shares;
}

std::vector<ActionPoint> action_points(const ScoreBook& book, const Runs& runs, ActionChoice choice) {
  std::vector<ActionPoint> points;
  if (runs.empty()) return points;
  std::vector<std::map<double, std::vector<double>>> by_run;
  for (const auto* run : runs) by_run.push_back(action_shares(run->run(), choice));
  for (const double condition : book.conditions()) {
    ActionPoint point{.condition = condition};
    for (auto& by_condition : by_run) {
      const auto& shares = by_condition[condition];
      point.shares.resize(std::max(point.shares.size(), shares.size()));
      for (std::size_t i = 0; i < shares.size(); ++i)
        point.shares[i] += shares[i] / static_cast<double>(runs.size());
    }
    points.push_back(std::move(point));
  }
  return points;
}

/// One per cell, arm and choice of actions.
template <class Curve, class Points>
std::vector<Curve> curves_by_choice(const ScoreBook& book, const Points& points) {
  std::vector<Curve> curves;
  for (const auto& cell : book.study().cells) {
    for (const auto& arm : book.study().arms) {
      const auto runs = book.finished(cell.id, arm);
      for (const auto choice : both_choices) {
        curves.push_back(
            {.cell = cell.id, .arm = arm, .actions = choice, .points = points(book, runs, choice)});
      }
    }
  }
  return curves;
}

}  // namespace

std::vector<ActionCurve> action_curves(const ScoreBook& book) {
  return curves_by_choice<ActionCurve>(book, action_points);
}

std::vector<VelocityCurve> velocity_curves(const ScoreBook& book) {
  return curves_by_choice<VelocityCurve>(book, velocity_points);
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
