#include "windhover/rl/learning_pass.hpp"

namespace windhover::rl {

template <class T>
LearningPass<T>::LearningPass(const nn::Architecture& architecture, const LearnerConfig& config)
    : config_(config),
      network_(architecture, config.rollout),
      gradient_(network_.layout().arena_size(), T{0}),
      d_heads_(static_cast<std::size_t>(config.rollout) *
               (static_cast<std::size_t>(architecture.actions) + 1)) {
  returns_.reserve(static_cast<std::size_t>(config.rollout));
  advantages_.reserve(static_cast<std::size_t>(config.rollout));
}

template <class T>
T LearningPass<T>::bootstrap_value(Rollout<T>& rollout, std::span<const T> parameters) const {
  if (rollout.terminated) return T{0};
  network_.forward(parameters, rollout.activations, rollout.length, 1);
  return rollout.activations.heads(rollout.length).back();
}

template <class T>
Losses<T> LearningPass<T>::differentiate(Rollout<T>& rollout, std::span<const T> parameters, T bootstrap,
                                         double progress) {
  const auto steps = static_cast<std::size_t>(rollout.length);
  returns_.resize(steps);
  advantages_.resize(steps);
  estimate_returns<T>(returns_, advantages_, rollout, bootstrap, config_);
  if (config_.normalise_advantage) normalise<T>(advantages_);
  const auto d_heads = std::span<T>(d_heads_).first(
      steps * (static_cast<std::size_t>(network_.layout().architecture().actions) + 1));
  const Losses<T> losses =
      actor_critic_loss<T>(d_heads, rollout, returns_, advantages_, config_.value_coef,
                           config_.entropy_coef * decayed_share(config_.final_entropy_share, progress));
  network_.backward(gradient_, parameters, rollout.activations, rollout.length, d_heads);
  return losses;
}

template class LearningPass<float>;
template class LearningPass<double>;

}  // namespace windhover::rl
