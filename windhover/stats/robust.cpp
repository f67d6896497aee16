#include "windhover/stats/robust.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

#include "windhover/stats/bootstrap.hpp"
#include "windhover/stats/checks.hpp"
#include "windhover/stats/distributions.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::stats {
namespace {

/// How many of `sorted` are less than `value`, and half of those equal to it.
double count_below(std::span<const double> sorted, double value) {
  const auto [first_equal, first_above] = std::equal_range(sorted.begin(), sorted.end(), value);
  const double below = static_cast<double>(first_equal - sorted.begin());
  const double equal = static_cast<double>(first_above - first_equal);
  return below + 0.5 * equal;
}

double count_above(std::span<const double> scores, double threshold) {
  return static_cast<double>(
      std::count_if(scores.begin(), scores.end(), [&](double score) { return score > threshold; }));
}

/// Each resample lists, for every seed, how often it was drawn.
std::vector<std::vector<std::uint32_t>> draw_seed_counts(std::size_t seeds, std::size_t replicates,
                                                         Stream stream) {
  std::vector<std::vector<std::uint32_t>> resamples(replicates, std::vector<std::uint32_t>(seeds, 0));
  for (std::vector<std::uint32_t>& counts : resamples) {
    for (std::size_t draw = 0; draw < seeds; ++draw)
      ++counts[stream.uniform_below(static_cast<std::uint32_t>(seeds))];
  }
  return resamples;
}

/// weighted_quantile of values of equal weight in any order, which it changes: far cheaper than to sort them.
double quantile_of_equal_weights(std::vector<double>& values, double share) {
  constexpr double rounding = 1e-12;  // as there
  const double rank = std::ceil(share * static_cast<double>(values.size()) * (1.0 - rounding));
  const auto place = values.begin() + std::max(static_cast<std::ptrdiff_t>(rank) - 1, std::ptrdiff_t{0});
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

/// Of U / n^2 at this probability of improvement, if scores were exponential.
double improvement_error(double theta, double seeds) {
  const double pairs = (1 - theta) / (2 - theta) + theta / (1 + theta);
  return std::sqrt(theta * (1 - theta) * (1 + (seeds - 1) * pairs)) / seeds;
}

/// The last value between `inside` and `limit` that agrees, by halving.
template <class Agrees>
double end_of(const Agrees& agrees, double inside, double limit) {
  double outside = limit;
  for (int halving = 0; halving < 60; ++halving) {
    const double middle = 0.5 * (inside + outside);
    (agrees(middle) ? inside : outside) = middle;
  }
  return inside;
}

}  // namespace

double share_above(std::span<const double> scores, double threshold) {
  if (scores.empty()) return std::numeric_limits<double>::quiet_NaN();
  return count_above(scores, threshold) / static_cast<double>(scores.size());
}

InterquartileMean::InterquartileMean(const SeedScores& scores) : times_(scores.size()) {
  for (std::size_t seed = 0; seed < scores.size(); ++seed) {
    scores_of_seed_.push_back(scores[seed].size());
    for (const double score : scores[seed]) sorted_.emplace_back(score, seed);
  }
  // A score that is not finite makes every sum so, wherever it is sorted to.
  std::ranges::stable_sort(sorted_, [](const auto& left, const auto& right) {
    return left.first < right.first || (std::isnan(left.first) && !std::isnan(right.first));
  });
  all_finite_ = std::ranges::all_of(sorted_, [](const auto& row) { return std::isfinite(row.first); });
}

double InterquartileMean::operator()(std::span<const std::size_t> seeds) {
  if (!all_finite_) return not_a_number;
  std::ranges::fill(times_, std::size_t{0});
  std::size_t count = 0;
  for (const std::size_t seed : seeds) {
    ++times_[seed];
    count += scores_of_seed_[seed];
  }
  std::size_t to_trim = count / 4;
  std::size_t to_take = count - 2 * to_trim;
  const auto taken = static_cast<double>(to_take);
  double sum = 0;
  for (const auto& [score, seed] : sorted_) {
    const std::size_t trimmed = std::min(times_[seed], to_trim);
    const std::size_t kept = std::min(times_[seed] - trimmed, to_take);
    to_trim -= trimmed;
    to_take -= kept;
    sum += static_cast<double>(kept) * score;
  }
  return sum / taken;
}

Result<double> probability_of_improvement(std::span<const double> first, std::span<const double> second) {
  WINDHOVER_RETURN_IF_ERROR(check_sample(first, 1, "scores of the first side"));
  WINDHOVER_RETURN_IF_ERROR(check_sample(second, 1, "scores of the second side"));
  std::vector<double> sorted(second.begin(), second.end());
  std::sort(sorted.begin(), sorted.end());
  double wins = 0.0;
  for (const double score : first) wins += count_below(sorted, score);
  return wins / (static_cast<double>(first.size()) * static_cast<double>(second.size()));
}

Result<double> probability_of_improvement(std::span<const std::vector<double>> first,
                                          std::span<const std::vector<double>> second) {
  WINDHOVER_RETURN_IF_ERROR(check_same_size(first.size(), second.size(), "tasks of the two sides"));
  if (first.empty()) return usage_error("a probability of improvement needs at least 1 task, not 0");
  std::vector<double> by_task;
  for (std::size_t task = 0; task < first.size(); ++task) {
    const Result<double> improvement =
        probability_of_improvement(std::span(first[task]), std::span(second[task]));
    if (!improvement) return in_context(fmt::format("task {}", task + 1), improvement.error());
    by_task.push_back(*improvement);
  }
  return mean(by_task);
}

Result<Interval> improvement_interval(double estimate, std::size_t seeds, double confidence) {
  WINDHOVER_RETURN_IF_ERROR(check_inside_unit_interval(confidence, "the confidence"));
  if (!(estimate >= 0 && estimate <= 1))
    return usage_error(fmt::format("a probability lies within [0, 1], not at {}", estimate));
  if (seeds < 2) return usage_error(fmt::format("an interval needs at least 2 seeds, not {}", seeds));
  const double z = std::sqrt(chi_squared_quantile(confidence, 1));
  const auto agrees = [&](double theta) {
    return std::fabs(estimate - theta) <= z * improvement_error(theta, static_cast<double>(seeds));
  };
  return Interval{.lower = end_of(agrees, estimate, 0), .upper = end_of(agrees, estimate, 1)};
}

Result<std::vector<ProfilePoint>> performance_profile(std::span<const std::vector<double>> scores_by_seed,
                                                      std::span<const double> thresholds, Stream stream,
                                                      std::size_t replicates, double confidence) {
  WINDHOVER_RETURN_IF_ERROR(check_sample(thresholds, 0, "thresholds"));
  WINDHOVER_RETURN_IF_ERROR(check_inside_unit_interval(confidence, "the confidence"));
  const std::size_t seeds = scores_by_seed.size();
  if (seeds < 2)
    return usage_error(fmt::format("a performance profile needs at least 2 seeds, not {}", seeds));
  if (replicates == 0) return usage_error("a performance profile needs at least 1 replicate, not 0");
  std::vector<double> sizes;
  for (const std::vector<double>& scores : scores_by_seed) {
    WINDHOVER_RETURN_IF_ERROR(check_sample(scores, 1, "scores of a seed"));
    sizes.push_back(static_cast<double>(scores.size()));
  }

  const std::vector<std::vector<std::uint32_t>> resamples = draw_seed_counts(seeds, replicates, stream);
  const double tail = 0.5 * (1.0 - confidence);
  std::vector<ProfilePoint> profile;
  for (const double threshold : thresholds) {
    std::vector<double> above;  // of each seed's scores
    for (const std::vector<double>& scores : scores_by_seed) above.push_back(count_above(scores, threshold));
    const auto share_of = [&](std::span<const std::uint32_t> times) {
      double reaching = 0.0;
      double whole = 0.0;
      for (std::size_t seed = 0; seed < seeds; ++seed) {
        reaching += times[seed] * above[seed];
        whole += times[seed] * sizes[seed];
      }
      return reaching / whole;
    };
    std::vector<double> shares;
    shares.reserve(replicates);
    for (const std::vector<std::uint32_t>& counts : resamples) shares.push_back(share_of(counts));
    const std::vector<std::uint32_t> every_seed_once(seeds, 1);
    profile.push_back(
        {threshold,
         share_of(every_seed_once),
         {quantile_of_equal_weights(shares, tail), quantile_of_equal_weights(shares, 1.0 - tail)}});
  }
  return profile;
}

}  // namespace windhover::stats
