#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "windhover/core/random.hpp"
#include "windhover/core/result.hpp"
#include "windhover/stats/interval.hpp"

namespace windhover::stats {

/// Aggregates of scores over tasks (here: velocities) and seeds.
/// Source: Agarwal, Schwarzer, Castro, Courville, Bellemare, "Deep reinforcement learning at the edge of the
/// statistical precipice", NeurIPS 2021, sections 4.2 and 4.3.

using SeedScores = std::vector<std::vector<double>>;  ///< [seed]: the scores of its tasks

/// Mean of x[k .. n-k) of the sorted scores of seeds with k = floor(n/4): whole scores are trimmed, no
/// fractions of them. Secondary to the mean, since it trims failures away. The scores are sorted once; a
/// resample of the seeds only counts each score as often as its seed was drawn.
class InterquartileMean {
 public:
  explicit InterquartileMean(const SeedScores& scores);

  /// Of the scores of these seeds, some of them repeated. NaN for no scores, or if any score of any seed is
  /// not finite.
  [[nodiscard]] double operator()(std::span<const std::size_t> seeds);

 private:
  std::vector<std::pair<double, std::size_t>> sorted_;  // score, seed
  std::vector<std::size_t> scores_of_seed_;
  std::vector<std::size_t> times_;  // of each seed, in the resample
  bool all_finite_ = true;
};

/// P(first > second) + P(first = second)/2 over all pairs: Mann and Whitney's U over n1 n2.
/// Errors: no scores on a side, a score that is not finite.
[[nodiscard]] Result<double> probability_of_improvement(std::span<const double> first,
                                                        std::span<const double> second);

/// The same on each task, averaged over the tasks with equal weight: first[task] against second[task].
/// Errors: as above, no tasks, unequally many tasks.
[[nodiscard]] Result<double> probability_of_improvement(std::span<const std::vector<double>> first,
                                                        std::span<const std::vector<double>> second);

/// The interval of a probability of improvement between two samples of so many independent seeds each: the
/// values theta with |estimate - theta| <= z sqrt(V(theta)), V the variance of U / (n1 n2) if scores were
/// exponential. It has a width where every seed of one side wins, where no resample of the seeds shows any.
/// Tasks of a seed, and seeds that the sides share, make it too wide rather than too short (simulated in
/// docs/statistics.md). Source: Newcombe, "Confidence intervals for an effect size measure based on the
/// Mann-Whitney statistic. Part 2", Statistics in Medicine 25, 2006, method 5. Errors: an estimate outside
/// [0, 1], fewer than two seeds, a confidence outside (0, 1).
[[nodiscard]] Result<Interval> improvement_interval(double estimate, std::size_t seeds,
                                                    double confidence = 0.95);

/// The share of the scores strictly above the threshold. NaN for no scores.
[[nodiscard]] double share_above(std::span<const double> scores, double threshold);

/// One point of a performance profile.
struct ProfilePoint {
  double threshold = 0.0;
  double share = 0.0;  ///< of the scores strictly above the threshold
  Interval interval;   ///< pointwise, not simultaneous over the thresholds
};

inline constexpr std::size_t profile_default_replicates = 2000;

/// The share of scores above each threshold; scores_by_seed[seed] are the scores of that seed's tasks. The
/// percentile interval comes from `replicates` resamples of whole seeds, drawn from `stream`, the same for
/// every threshold. Errors: fewer than two seeds, a seed without scores, a score or threshold that is not
/// finite, no replicates, a confidence outside (0, 1).
[[nodiscard]] Result<std::vector<ProfilePoint>> performance_profile(
    std::span<const std::vector<double>> scores_by_seed, std::span<const double> thresholds, Stream stream,
    std::size_t replicates = profile_default_replicates, double confidence = 0.95);

}  // namespace windhover::stats
