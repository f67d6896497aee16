#include "windhover/stats/permutation.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <vector>

#include "windhover/core/random.hpp"
#include "windhover/stats/checks.hpp"

namespace windhover::stats {
namespace {

/// The sums of all 2^n sign patterns of `magnitudes`, ascending: each further magnitude merges two shifted
/// copies.
std::vector<double> all_signed_sums(std::span<const double> magnitudes) {
  std::vector<double> sums{0.0};
  for (const double magnitude : magnitudes) {
    std::vector<double> lowered = sums;
    std::vector<double> raised = std::move(sums);
    for (double& sum : lowered) sum -= magnitude;
    for (double& sum : raised) sum += magnitude;
    sums = {};
    sums.reserve(2 * lowered.size());
    std::merge(lowered.begin(), lowered.end(), raised.begin(), raised.end(), std::back_inserter(sums));
  }
  return sums;
}

/// How many pairs, one of each list, sum to `threshold` or more. Both lists ascend.
double count_pairs_reaching(std::span<const double> left, std::span<const double> right, double threshold) {
  std::uint64_t count = 0;
  std::size_t first_reaching = right.size();
  for (const double sum : left) {
    while (first_reaching > 0 && sum + right[first_reaching - 1] >= threshold) --first_reaching;
    count += right.size() - first_reaching;
  }
  return static_cast<double>(count);
}

double share_reaching_exactly(std::span<const double> magnitudes, double threshold) {
  const std::size_t half = magnitudes.size() / 2;
  const std::vector<double> left = all_signed_sums(magnitudes.first(half));
  const std::vector<double> right = all_signed_sums(magnitudes.subspan(half));
  const double patterns = std::ldexp(1.0, static_cast<int>(magnitudes.size()));
  return count_pairs_reaching(left, right, threshold) / patterns;
}

double share_reaching_by_chance(std::span<const double> magnitudes, double threshold) {
  constexpr int patterns = 99'999;
  Stream stream(StreamName{.purpose = Purpose::bootstrap});
  int reaching = 0;
  for (int pattern = 0; pattern < patterns; ++pattern) {
    double sum = 0.0;
    std::uint32_t signs = 0;
    for (std::size_t i = 0; i < magnitudes.size(); ++i) {
      if (i % 32 == 0) signs = stream.next_word();
      sum += (signs & 1U) != 0 ? magnitudes[i] : -magnitudes[i];
      signs >>= 1;
    }
    if (sum >= threshold) ++reaching;
  }
  return (reaching + 1.0) / (patterns + 1.0);
}

}  // namespace

Result<SignFlip> sign_flip_test(std::span<const double> values) {
  WINDHOVER_RETURN_IF_ERROR(check_sample(values, 1));
  std::vector<double> magnitudes;  // a 0 has no sign to flip and changes no share
  for (const double value : values) {
    if (value != 0.0) magnitudes.push_back(std::fabs(value));
  }
  if (magnitudes.empty()) return SignFlip{};
  // In one order whatever the order of the seeds, so that the result is the same to the last bit.
  std::vector<double> ordered(values.begin(), values.end());
  std::sort(ordered.begin(), ordered.end());
  std::sort(magnitudes.begin(), magnitudes.end());
  double observed = 0.0;
  double scale = 0.0;
  for (const double value : ordered) {
    observed += value;
    scale += std::fabs(value);
  }

  const double tie = 1e-12 * scale;
  const double threshold = std::fabs(observed) - tie;
  SignFlip result;
  result.exact = magnitudes.size() <= sign_flip_exact_limit;
  const double share = result.exact ? share_reaching_exactly(magnitudes, threshold)
                                    : share_reaching_by_chance(magnitudes, threshold);
  result.two_sided_p = std::min(1.0, 2.0 * share);  // the null distribution is symmetric
  result.smallest_attainable_p = std::ldexp(1.0, 1 - static_cast<int>(magnitudes.size()));
  if (!result.exact) result.smallest_attainable_p = std::max(result.smallest_attainable_p, 2.0 / 100'000.0);
  return result;
}

}  // namespace windhover::stats
