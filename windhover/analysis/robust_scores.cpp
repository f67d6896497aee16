#include "windhover/analysis/robust_scores.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "windhover/analysis/inference.hpp"
#include "windhover/stats/robust.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::analysis {
namespace {

constexpr std::size_t thresholds = 41;
// A stream of its own: worker 0 of the bootstrap's is what other intervals resample from.
constexpr StreamName profile_stream = {.purpose = Purpose::bootstrap, .worker = 1};

using stats::SeedScores;

SeedScores rows_by_seed(std::span<const RunScores* const> runs, ActionChoice choice) {
  SeedScores scores;
  for (const auto* run : runs) scores.push_back(pooled_rows(std::span(&run, 1), choice));
  return scores;
}

/// The bootstrap's own note comes first.
RobustScore robust_score(const Bootstrap& bootstrap, const std::string& note) {
  return {.value = bootstrap.estimate,
          .ci95 = bootstrap.ci95,
          .n_seeds = bootstrap.n_seeds,
          .few_seeds = bootstrap.few_seeds,
          .note = bootstrap.note.empty() ? note : fmt::format("{}; {}", bootstrap.note, note)};
}

/// One score a condition, as a task of its own.
SeedScores tasks_of(const RunScores& run, const std::vector<double>& conditions, ActionChoice choice) {
  SeedScores tasks;
  for (const double condition : conditions) tasks.push_back({run.condition_mean(choice, condition)});
  return tasks;
}

/// How often each seed of the first arm does better than each of the second, averaged over conditions. NaN
/// where a score is not finite.
std::vector<std::vector<double>> improvements(const std::vector<SeedScores>& first,
                                              const std::vector<SeedScores>& second) {
  std::vector<std::vector<double>> shares;
  for (const auto& above : first) {
    shares.emplace_back();
    for (const auto& below : second) {
      shares.back().push_back(stats::probability_of_improvement(above, below).value_or(stats::not_a_number));
    }
  }
  return shares;
}

/// NaN without seeds.
double mean_share(const std::vector<std::vector<double>>& shares) {
  std::vector<double> all;
  for (const auto& row : shares) all.insert(all.end(), row.begin(), row.end());
  return stats::mean(all);
}

std::string no_interval_note(const RobustScore& score) {
  if (score.n_seeds == 0) return "no finished seed";
  return std::isfinite(score.value) ? "one seed: no interval" : "a score is not finite";
}

/// Evenly from the lowest to the highest finite row of the study; none without rows.
std::vector<double> thresholds_of(const ScoreBook& book) {
  double least = std::numeric_limits<double>::infinity();
  double most = -least;
  for (const auto& cell : book.study().cells) {
    for (const auto& arm : book.study().arms) {
      const auto runs = book.finished(cell.id, arm);
      for (const auto choice : both_choices) {
        for (const double row : pooled_rows(runs, choice)) {
          if (!std::isfinite(row)) continue;
          least = std::min(least, row);
          most = std::max(most, row);
        }
      }
    }
  }
  std::vector<double> taus;
  for (std::size_t i = 0; i < thresholds && least <= most; ++i) {
    taus.push_back(least + (most - least) * static_cast<double>(i) / static_cast<double>(thresholds - 1));
  }
  return taus;
}

void add_intervals(ProfileCurve& curve, const SeedScores& scores, const std::vector<double>& taus) {
  const auto profile = stats::performance_profile(scores, taus, Stream(profile_stream));
  if (!profile) {
    curve.note = profile.error().message;
    return;
  }
  curve.lower.emplace();
  curve.upper.emplace();
  for (const auto& point : *profile) {
    curve.lower->push_back(point.interval.lower);
    curve.upper->push_back(point.interval.upper);
  }
}

ProfileCurve profile_curve(const ScoreBook& book, const std::string& cell, const std::string& arm,
                           ActionChoice choice, const std::vector<double>& taus) {
  const auto runs = book.finished(cell, arm);
  const auto rows = pooled_rows(runs, choice);
  ProfileCurve curve{.cell = cell, .arm = arm, .actions = choice, .n_seeds = runs.size()};
  if (rows.empty()) {
    curve.note = "no finished seed";
    return curve;
  }
  if (!std::ranges::all_of(rows, [](double row) { return std::isfinite(row); })) {
    curve.note = "a score is not finite";
    return curve;
  }
  for (const double tau : taus) curve.shares.push_back(stats::share_above(rows, tau));
  if (runs.size() < 2) {
    curve.note = "one seed: no interval";
  } else {
    add_intervals(curve, rows_by_seed(runs, choice), taus);
  }
  return curve;
}

}  // namespace

RobustScore iqm_of(std::span<const RunScores* const> runs, ActionChoice choice) {
  stats::InterquartileMean interquartile_mean(rows_by_seed(runs, choice));
  return robust_score(
      bootstrap_of(runs.size(), std::ref(interquartile_mean)),
      "secondary to the mean: it trims the worst quarter of the rows away, and failures with it");
}

RobustScore probability_of_improvement(const ScoreBook& book, const std::string& cell, const ArmPair& arms,
                                       ActionChoice choice) {
  std::vector<SeedScores> first;
  std::vector<SeedScores> second;
  for (const auto seed : book.study().seeds) {
    const auto* above = book.find(cell, arms.first, seed);
    const auto* below = book.find(cell, arms.second, seed);
    if (above == nullptr || below == nullptr) continue;
    first.push_back(tasks_of(*above, book.conditions(), choice));
    second.push_back(tasks_of(*below, book.conditions(), choice));
  }
  const auto shares = improvements(first, second);
  RobustScore score{.value = mean_share(shares),
                    .n_seeds = shares.size(),
                    .note = "0.5 is no difference; it says how often, not by how much"};
  if (const auto interval = stats::improvement_interval(score.value, shares.size())) {
    score.ci95 = *interval;
  } else {
    score.note = fmt::format("{}; {}", no_interval_note(score), score.note);
  }
  return score;
}

PerformanceProfiles performance_profiles(const ScoreBook& book) {
  PerformanceProfiles profiles{
      .rule = fmt::format("The share of the pooled rows strictly above tau; pointwise 95 % percentile "
                          "interval of {} resamples of whole seeds.",
                          stats::profile_default_replicates),
      .taus = thresholds_of(book)};
  for (const auto& cell : book.study().cells) {
    for (const auto& arm : book.study().arms) {
      for (const auto choice : both_choices)
        profiles.curves.push_back(profile_curve(book, cell.id, arm, choice, profiles.taus));
    }
  }
  return profiles;
}

}  // namespace windhover::analysis
