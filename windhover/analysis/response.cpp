#include "windhover/analysis/response.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "windhover/analysis/inference.hpp"
#include "windhover/stats/jackknife.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::analysis {
namespace {

/// What the pooled CV needs to know of one run: its rows' count, mean and sum of squared deviations.
struct Moments {
  double count = 0;
  double mean = 0;
  double squares = 0;

  /// Source: Chan, Golub, LeVeque, The American Statistician 37(3), 1983, the pairwise update.
  void merge(const Moments& other) {
    if (other.count == 0) return;
    const double total = count + other.count;
    const double difference = other.mean - mean;
    mean += difference * other.count / total;
    squares += other.squares + difference * difference * count * other.count / total;
    count = total;
  }
};

using CellMoments = std::vector<Moments>;  // one a seed

Moments moments_of(const RunScores& run, ActionChoice choice) {
  const std::vector<const RunScores*> one = {&run};
  const auto rows = pooled_rows(one, choice);
  return {.count = static_cast<double>(rows.size()),
          .mean = stats::mean(rows),
          .squares = stats::sum_of_squared_deviations(rows)};
}

/// NaN for a mean of 0 or below.
double pooled_cv(const CellMoments& seeds, std::span<const std::size_t> selection) {
  Moments pooled;
  for (const std::size_t seed : selection) pooled.merge(seeds[seed]);
  if (!(pooled.mean > 0)) return std::numeric_limits<double>::quiet_NaN();
  return std::sqrt(pooled.squares / pooled.count) / pooled.mean;
}

/// Why a cell has no CV at all; empty if all have one.
std::string cv_obstacle(const std::vector<CellMoments>& cells) {
  for (const auto& seeds : cells) {
    Moments pooled;
    for (const auto& seed : seeds) pooled.merge(seed);
    auto reason = ratio_obstacle(pooled.mean);
    if (!seeds.empty() && std::isfinite(pooled.mean) && !reason.empty()) return reason;
  }
  return {};
}

/// What the bootstrap says is beside the point where a cell has no CV.
Bootstrap with_cv_obstacle(Bootstrap bootstrap, const std::vector<CellMoments>& cells) {
  if (auto reason = cv_obstacle(cells); !reason.empty()) bootstrap.note = std::move(reason);
  return bootstrap;
}

/// Seeds for which every one of these runs is there.
std::vector<std::uint64_t> shared_seeds(const ScoreBook& book,
                                        const std::vector<std::pair<std::string, std::string>>& runs) {
  std::vector<std::uint64_t> shared;
  for (const auto seed : book.study().seeds) {
    const bool whole = std::ranges::all_of(
        runs, [&](const auto& run) { return book.find(run.first, run.second, seed) != nullptr; });
    if (whole) shared.push_back(seed);
  }
  return shared;
}

CellMoments cell_moments(const ScoreBook& book, const std::string& cell, const std::string& arm,
                         ActionChoice choice, std::span<const std::uint64_t> seeds) {
  CellMoments moments;
  for (const auto seed : seeds) moments.push_back(moments_of(*book.find(cell, arm, seed), choice));
  return moments;
}

}  // namespace

std::optional<ArmPair> gap_arms(const record::Study& study) {
  const auto has = [&](const char* arm) { return std::ranges::find(study.arms, arm) != study.arms.end(); };
  if (has("a3c") && has("individual")) return ArmPair{.first = "a3c", .second = "individual"};
  if (study.arms.size() < 2) return std::nullopt;
  return ArmPair{.first = study.arms[0], .second = study.arms[1]};
}

Response arm_mean(const ScoreBook& book, std::string arm, ActionChoice choice) {
  return [&book, arm = std::move(arm), choice](const std::string& cell,
                                               std::uint64_t seed) -> std::optional<double> {
    const auto* run = book.find(cell, arm, seed);
    if (run == nullptr) return std::nullopt;
    return run->mean(choice);
  };
}

Response gap_response(const ScoreBook& book, ArmPair arms, ActionChoice choice) {
  const auto first = arm_mean(book, std::move(arms.first), choice);
  const auto second = arm_mean(book, std::move(arms.second), choice);
  return [first, second](const std::string& cell, std::uint64_t seed) -> std::optional<double> {
    const auto above = first(cell, seed);
    const auto below = second(cell, seed);
    if (!above || !below) return std::nullopt;
    return *above - *below;
  };
}

std::vector<double> contrast_values(const CellContrast& contrast, const Response& response,
                                    std::span<const std::uint64_t> seeds) {
  std::vector<double> values;
  for (const auto seed : seeds) {
    double sum = 0;
    bool whole = true;
    for (const auto& term : contrast) {
      const auto value = response(term.cell, seed);
      whole = whole && value.has_value();
      if (whole) sum += term.coefficient * *value;
    }
    if (whole) values.push_back(sum);
  }
  return values;
}

Bootstrap cell_cv(const ScoreBook& book, const std::string& cell, const std::string& arm,
                  ActionChoice choice) {
  const auto moments = cell_moments(book, cell, arm, choice, shared_seeds(book, {{cell, arm}}));
  const auto bootstrap = bootstrap_of(
      moments.size(), [&](std::span<const std::size_t> selection) { return pooled_cv(moments, selection); });
  return with_cv_obstacle(bootstrap, {moments});
}

CvContrast cv_contrast(const ScoreBook& book, const CellContrast& contrast, const std::string& arm,
                       ActionChoice choice) {
  std::vector<std::pair<std::string, std::string>> runs;
  for (const auto& term : contrast) runs.emplace_back(term.cell, arm);
  const auto seeds = shared_seeds(book, runs);
  std::vector<CellMoments> cells;
  for (const auto& term : contrast) cells.push_back(cell_moments(book, term.cell, arm, choice, seeds));
  const auto statistic = [&](std::span<const std::size_t> selection) {
    double sum = 0;
    for (std::size_t i = 0; i < contrast.size(); ++i)
      sum += contrast[i].coefficient * pooled_cv(cells[i], selection);
    return sum;
  };
  std::vector<std::size_t> all(seeds.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  CvContrast result{
      .test = {.n_seeds = seeds.size(), .estimate = statistic(all), .note = cv_obstacle(cells)}};
  if (!result.test.note.empty()) return result;
  if (seeds.size() < fewest_seeds_for_cv) {
    result.test.note = fmt::format("a CV is tested from {} seeds on", fewest_seeds_for_cv);
    return result;
  }
  const auto values = stats::jackknife_values(seeds.size(), statistic);
  if (!values) {
    result.test.note = values.error().message;
    return result;
  }
  result.test = contrast_of(*values);
  if (result.test.note.empty())
    result.test.note = "approximate: t with the jackknife's standard error, too short where single runs fail";
  result.seed_values = *values;
  return result;
}

Bootstrap stability_advantage(const ScoreBook& book, const std::string& cell, const ArmPair& arms,
                              ActionChoice choice) {
  const auto seeds = shared_seeds(book, {{cell, arms.first}, {cell, arms.second}});
  const auto first = cell_moments(book, cell, arms.first, choice, seeds);
  const auto second = cell_moments(book, cell, arms.second, choice, seeds);
  const auto bootstrap = bootstrap_of(seeds.size(), [&](std::span<const std::size_t> selection) {
    return 1 - pooled_cv(first, selection) / pooled_cv(second, selection);
  });
  return with_cv_obstacle(bootstrap, {first, second});
}

}  // namespace windhover::analysis
