#include "windhover/rl/policy.hpp"

#include <algorithm>

#include "windhover/core/contract.hpp"
#include "windhover/kernels/kernels.hpp"

namespace windhover::rl {

template <class T>
void policy_distribution(std::span<T> probabilities, std::span<T> log_probabilities, std::span<const T> heads,
                         int rows, int actions) {
  const auto width = static_cast<std::size_t>(actions);
  const auto count = static_cast<std::size_t>(rows);
  WINDHOVER_CHECK_OP(heads.size(), ==, count * (width + 1));
  for (std::size_t row = 0; row < count; ++row) {
    const auto logits = heads.subspan(row * (width + 1), width);
    const auto shifted = log_probabilities.subspan(row * width, width);
    const T largest = *std::max_element(logits.begin(), logits.end());
    for (std::size_t action = 0; action < width; ++action) shifted[action] = logits[action] - largest;
  }
  kernels::exp(probabilities, log_probabilities);
  for (std::size_t row = 0; row < count; ++row) {
    const auto weights = probabilities.subspan(row * width, width);
    T sum{0};
    for (const T weight : weights) sum += weight;
    T log_sum = sum;
    kernels::log(std::span<T>(&log_sum, 1), std::span<const T>(&sum, 1));
    const T inverse_sum = T{1} / sum;
    for (std::size_t action = 0; action < width; ++action) {
      weights[action] *= inverse_sum;
      log_probabilities[row * width + action] -= log_sum;
    }
  }
}

template <class T>
int sample_action(std::span<const T> probabilities, double uniform) {
  double cumulative = 0.0;
  for (std::size_t action = 0; action + 1 < probabilities.size(); ++action) {
    cumulative += static_cast<double>(probabilities[action]);
    if (uniform < cumulative) return static_cast<int>(action);
  }
  return static_cast<int>(probabilities.size()) - 1;
}

template <class T>
int greedy_action(std::span<const T> probabilities) {
  return static_cast<int>(std::max_element(probabilities.begin(), probabilities.end()) -
                          probabilities.begin());
}

template void policy_distribution<float>(std::span<float>, std::span<float>, std::span<const float>, int,
                                         int);
template void policy_distribution<double>(std::span<double>, std::span<double>, std::span<const double>, int,
                                          int);
template int sample_action<float>(std::span<const float>, double);
template int sample_action<double>(std::span<const double>, double);
template int greedy_action<float>(std::span<const float>);
template int greedy_action<double>(std::span<const double>);

}  // namespace windhover::rl
