#include "windhover/stats/reliability.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <boost/math/tools/minima.hpp>

#include "windhover/stats/anova.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::stats {
namespace {

/// What the likelihood needs of a group.
struct GroupSummary {
  double count;
  double mean;
};

/// Minus twice the restricted log likelihood, up to a constant, profiled over the level and the residual
/// variance, as a function of the variance ratio between / within.
struct RestrictedProfile {
  std::vector<GroupSummary> groups;
  double within_sum_of_squares = 0.0;
  double freedom = 0.0;  ///< N - 1

  struct Value {
    double deviance;
    double within;  ///< the residual variance that belongs to the ratio
  };

  [[nodiscard]] Value at(double ratio) const {
    double weight_sum = 0.0;
    double weighted_mean = 0.0;
    double log_determinant = 0.0;
    for (const GroupSummary& group : groups) {
      const double weight = group.count / (1.0 + group.count * ratio);
      weight_sum += weight;
      weighted_mean += weight * group.mean;
      log_determinant += std::log1p(group.count * ratio);
    }
    weighted_mean /= weight_sum;
    double squares = within_sum_of_squares;
    for (const GroupSummary& group : groups) {
      const double deviation = group.mean - weighted_mean;
      squares += group.count / (1.0 + group.count * ratio) * deviation * deviation;
    }
    const double within = squares / freedom;
    return {freedom * std::log(within) + log_determinant + std::log(weight_sum), within};
  }
};

RestrictedProfile restricted_profile(std::span<const std::vector<double>> groups) {
  const double first = groups.front().front();
  RestrictedProfile profile;
  for (const std::vector<double>& group : groups) {
    std::vector<double> shifted = group;
    for (double& value : shifted) value -= first;
    profile.groups.push_back({static_cast<double>(shifted.size()), mean(shifted)});
    profile.within_sum_of_squares += sum_of_squared_deviations(shifted);
    profile.freedom += static_cast<double>(shifted.size());
  }
  profile.freedom -= 1.0;
  return profile;
}

/// The size that groups of unequal sizes count as in the expected mean square between them.
double effective_group_size(std::span<const std::vector<double>> groups) {
  double total = 0.0;
  double squares = 0.0;
  for (const std::vector<double>& group : groups) {
    const double size = static_cast<double>(group.size());
    total += size;
    squares += size * size;
  }
  return (total - squares / total) / static_cast<double>(groups.size() - 1);
}

bool is_balanced(std::span<const std::vector<double>> groups) {
  return std::all_of(groups.begin(), groups.end(),
                     [&](const std::vector<double>& group) { return group.size() == groups.front().size(); });
}

}  // namespace

Result<VarianceComponents> variance_components_anova(std::span<const std::vector<double>> groups) {
  const Result<AnovaTable> table = one_way_anova(groups);
  WINDHOVER_RETURN_IF_ERROR(table);
  const double within = table->residual_mean_square;
  const double excess = table->terms.front().mean_square - within;
  return VarianceComponents{std::max(0.0, excess / effective_group_size(groups)), within};
}

Result<VarianceComponents> variance_components_reml(std::span<const std::vector<double>> groups) {
  const Result<VarianceComponents> start = variance_components_anova(groups);
  WINDHOVER_RETURN_IF_ERROR(start);
  const bool balanced = is_balanced(groups);
  if (start->within == 0.0 || (balanced && start->between > 0.0)) return *start;
  const RestrictedProfile profile = restricted_profile(groups);
  const RestrictedProfile::Value none = profile.at(0.0);
  if (balanced) return VarianceComponents{0.0, none.within};

  // The share between / (between + within) runs over [0, 1): a bounded search for a ratio without bound.
  const auto ratio_of = [](double share) { return share / (1.0 - share); };
  std::uintmax_t iterations = 500;
  const auto [share, deviance] = boost::math::tools::brent_find_minima(
      [&](double candidate) { return profile.at(ratio_of(candidate)).deviance; }, 0.0, 1.0 - 1e-9,
      std::numeric_limits<double>::digits / 2, iterations);
  if (none.deviance <= deviance) return VarianceComponents{0.0, none.within};
  const double within = profile.at(ratio_of(share)).within;
  return VarianceComponents{ratio_of(share) * within, within};
}

Result<double> intraclass_correlation(std::span<const std::vector<double>> groups) {
  const Result<VarianceComponents> components = variance_components_anova(groups);
  WINDHOVER_RETURN_IF_ERROR(components);
  return components->intraclass_correlation();
}

}  // namespace windhover::stats
