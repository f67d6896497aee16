#include "windhover/rl/actor.hpp"

#include <algorithm>

#include "windhover/core/contract.hpp"
#include "windhover/core/finite.hpp"
#include "windhover/rl/policy.hpp"

namespace windhover::rl {

Actor::Actor(const nn::Architecture& architecture, std::span<const float> model, ActionChoice choice)
    : model_(model),
      choice_(choice),
      network_(architecture, 1),
      activations_(architecture, 1, nn::Activations<float>::RowOrder::independent),
      probabilities_(static_cast<std::size_t>(architecture.actions)),
      log_probabilities_(static_cast<std::size_t>(architecture.actions)) {
  WINDHOVER_CHECK_OP(model.size(), ==, network_.layout().arena_size());
  start_episode({});
}

void Actor::start_episode(const StreamName& name) {
  std::ranges::fill(activations_.hidden_before(0), 0.0F);
  draws_ = Stream(name);
}

Result<Decision> Actor::decide(std::span<const float> observation) {
  const auto input = activations_.observations(0);
  WINDHOVER_CHECK_OP(observation.size(), ==, input.size());
  std::ranges::copy(observation, input.begin());
  network_.forward(model_, activations_, 0, 1);
  const auto heads = activations_.heads(0);
  if (first_not_finite(heads)) return failure("the model puts out NaN or infinity");
  policy_distribution<float>(probabilities_, log_probabilities_, heads, 1,
                             static_cast<int>(probabilities_.size()));
  std::ranges::copy(activations_.hidden_after(0), activations_.hidden_before(0).begin());
  const std::span<const float> probabilities = probabilities_;
  return Decision{.probabilities = probabilities,
                  .action = choice_ == ActionChoice::greedy ? greedy_action(probabilities)
                                                            : sample_action(probabilities, draws_.uniform()),
                  .value = heads.back()};
}

}  // namespace windhover::rl
