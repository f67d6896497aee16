#include "windhover/rl/loss.hpp"

#include <algorithm>
#include <cmath>

#include "windhover/core/contract.hpp"

namespace windhover::rl {

template <class T>
void discounted_returns(std::span<T> returns, std::span<const T> rewards, T bootstrap, T gamma) {
  T following = bootstrap;
  for (std::size_t t = rewards.size(); t-- > 0;) {
    following = rewards[t] + gamma * following;
    returns[t] = following;
  }
}

template <class T>
void estimate_returns(std::span<T> returns, std::span<T> advantages, Rollout<T>& rollout, T bootstrap,
                      const LearnerConfig& config) {
  const auto steps = static_cast<std::size_t>(rollout.length);
  const auto rewards = std::span<const T>(rollout.rewards).first(steps);
  const auto value = [&](std::size_t t) { return rollout.activations.heads(static_cast<int>(t)).back(); };
  const T gamma = static_cast<T>(config.gamma);
  if (config.gae_lambda == 1.0) {
    discounted_returns<T>(returns, rewards, bootstrap, gamma);
    for (std::size_t t = 0; t < steps; ++t) advantages[t] = returns[t] - value(t);
    return;
  }
  const T decay = gamma * static_cast<T>(config.gae_lambda);
  T next_value = bootstrap;
  T following{0};
  for (std::size_t t = steps; t-- > 0;) {
    following = rewards[t] + gamma * next_value - value(t) + decay * following;
    next_value = value(t);
    advantages[t] = following;
    returns[t] = following + next_value;
  }
}

template <class T>
void normalise(std::span<T> advantages) {
  if (advantages.size() < 2) return;
  const T count = static_cast<T>(advantages.size());
  T sum{0};
  for (const T advantage : advantages) sum += advantage;
  const T mean = sum / count;
  T squares{0};
  for (const T advantage : advantages) squares += (advantage - mean) * (advantage - mean);
  const T deviation = std::max(std::sqrt(squares / (count - T{1})), static_cast<T>(1e-8));
  for (T& advantage : advantages) advantage = (advantage - mean) / deviation;
}

template <class T>
Losses<T> actor_critic_loss(std::span<T> d_heads, Rollout<T>& rollout, std::span<const T> returns,
                            std::span<const T> advantages, double value_weight, double entropy_weight) {
  const auto steps = static_cast<std::size_t>(rollout.length);
  WINDHOVER_CHECK(steps > 0 && returns.size() == steps && advantages.size() == steps);
  const std::size_t columns = d_heads.size() / steps;
  const std::size_t actions = columns - 1;
  const T inverse_steps = T{1} / static_cast<T>(steps);
  const T value_coef = static_cast<T>(value_weight);
  const T entropy_coef = static_cast<T>(entropy_weight);
  const auto heads = rollout.activations.heads(0, rollout.length);

  Losses<T> sums;
  for (std::size_t t = 0; t < steps; ++t) {
    const auto probabilities = std::span<const T>(rollout.probabilities).subspan(t * actions, actions);
    const auto log_probabilities =
        std::span<const T>(rollout.log_probabilities).subspan(t * actions, actions);
    const auto taken = static_cast<std::size_t>(rollout.actions[t]);
    T entropy{0};
    for (std::size_t action = 0; action < actions; ++action) {
      // An action of probability 0 adds nothing, though its logarithm is minus infinity.
      if (probabilities[action] > T{0}) entropy -= probabilities[action] * log_probabilities[action];
    }
    const auto d_row = d_heads.subspan(t * columns, columns);
    for (std::size_t action = 0; action < actions; ++action) {
      const T probability = probabilities[action];
      const T indicator = action == taken ? T{1} : T{0};
      const T surprise = probability > T{0} ? log_probabilities[action] + entropy : T{0};
      d_row[action] =
          inverse_steps * (advantages[t] * (probability - indicator) + entropy_coef * probability * surprise);
    }
    const T error = heads[t * columns + actions] - returns[t];
    d_row[actions] = inverse_steps * value_coef * T{2} * error;
    sums.policy -= log_probabilities[taken] * advantages[t];
    sums.value += error * error;
    sums.entropy += entropy;
  }
  Losses<T> losses{sums.policy * inverse_steps, sums.value * inverse_steps, sums.entropy * inverse_steps,
                   T{0}};
  losses.total = losses.policy + value_coef * losses.value - entropy_coef * losses.entropy;
  return losses;
}

template void discounted_returns<float>(std::span<float>, std::span<const float>, float, float);
template void discounted_returns<double>(std::span<double>, std::span<const double>, double, double);
template void normalise<float>(std::span<float>);
template void normalise<double>(std::span<double>);
template Losses<float> actor_critic_loss<float>(std::span<float>, Rollout<float>&, std::span<const float>,
                                                std::span<const float>, double, double);
template Losses<double> actor_critic_loss<double>(std::span<double>, Rollout<double>&,
                                                  std::span<const double>, std::span<const double>, double,
                                                  double);
template void estimate_returns<float>(std::span<float>, std::span<float>, Rollout<float>&, float,
                                      const LearnerConfig&);
template void estimate_returns<double>(std::span<double>, std::span<double>, Rollout<double>&, double,
                                       const LearnerConfig&);

}  // namespace windhover::rl
