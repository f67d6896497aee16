#pragma once

#include <span>

#include "windhover/rl/config.hpp"
#include "windhover/rl/rollout.hpp"

namespace windhover::rl {

/// The losses of one update. Source: Mnih et al., "Asynchronous methods for deep reinforcement learning",
/// ICML 2016, section 4 and algorithm S3; variants chosen: mean instead of sum over the rollout, normalised
/// advantages.
template <class T>
struct Losses {
  T policy{};   ///< -mean(log pi(a_t) A_t)
  T value{};    ///< mean((V_t - R_t)^2)
  T entropy{};  ///< mean entropy in nats
  T total{};    ///< policy + value_coef value - entropy_coef entropy
};

/// R_t = r_t + gamma R_{t+1}, with `bootstrap` after the last step (0 if the episode terminated there). [T].
/// Overwrites.
template <class T>
void discounted_returns(std::span<T> returns, std::span<const T> rewards, T bootstrap, T gamma);

/// What the values of a rollout [length] should have been, and how much better each action was. With
/// gae_lambda 1: R_t as above and A_t = R_t - V_t. Else A_t = d_t + gamma lambda A_{t+1} with the one-step
/// error d_t = r_t + gamma V_{t+1} - V_t, and R_t = A_t + V_t. Source: Schulman et al., "High-dimensional
/// continuous control using generalized advantage estimation", ICLR 2016, equation 16. Overwrites.
template <class T>
void estimate_returns(std::span<T> returns, std::span<T> advantages, Rollout<T>& rollout, T bootstrap,
                      const LearnerConfig& config);

/// The share of a coefficient that is left when `progress` (0 to 1) of the training is over: from 1 in a
/// straight line to `final_share`.
[[nodiscard]] inline double decayed_share(double final_share, double progress) {
  return 1.0 - (1.0 - final_share) * progress;
}

/// To mean 0 and standard deviation 1 (n - 1 in the denominator, at least 1e-8), in place. One value is left
/// as it is.
template <class T>
void normalise(std::span<T> advantages);

/// Losses of a rollout and their derivative by the heads, d_heads[length x (actions+1)] (overwritten), with
/// the rollout's own activations and probabilities. returns and advantages are [length]; advantages are
/// constants for the derivative.
template <class T>
[[nodiscard]] Losses<T> actor_critic_loss(std::span<T> d_heads, Rollout<T>& rollout,
                                          std::span<const T> returns, std::span<const T> advantages,
                                          double value_coef, double entropy_coef);

}  // namespace windhover::rl
