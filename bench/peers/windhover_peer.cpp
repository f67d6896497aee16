#include <algorithm>

#include "bench/peers/peer.hpp"

#include "windhover/nn/adam.hpp"
#include "windhover/rl/learning_pass.hpp"
#include "windhover/rl/policy.hpp"
#include "windhover/rl/training_base.hpp"

namespace windhover::peers {
namespace {

/// The steps of rl::Worker and of the logical schedule, with draws that the caller chooses.
class WindhoverPeer final : public Peer {
 public:
  explicit WindhoverPeer(const PeerSetup& setup)
      : pass_(setup.architecture, setup.config),
        rollout_(setup.architecture, setup.config.rollout),
        adam_(rl::adam_settings(setup.config), setup.parameters.size()),
        shared_(setup.parameters.begin(), setup.parameters.end()),
        local_(shared_) {
    rollout_.start_episode();
  }

  [[nodiscard]] std::string name() const override { return "Windhover"; }

  int act(std::span<const float> observation, double draw) override {
    const int row = rollout_.length++;
    const auto width = static_cast<std::size_t>(pass_.network().layout().architecture().actions);
    const auto offset = static_cast<std::size_t>(row) * width;
    const auto probabilities = std::span<float>(rollout_.probabilities).subspan(offset, width);
    std::ranges::copy(observation, rollout_.activations.observations(row).begin());
    pass_.network().forward(local_, rollout_.activations, row, 1);
    rl::policy_distribution<float>(probabilities,
                                   std::span<float>(rollout_.log_probabilities).subspan(offset, width),
                                   rollout_.activations.heads(row), 1, static_cast<int>(width));
    const int action = rl::sample_action<float>(probabilities, draw);
    rollout_.actions[static_cast<std::size_t>(row)] = action;
    return action;
  }

  UpdateFacts learn(std::span<const float> rewards, std::span<const float> next_observation) override {
    std::ranges::copy(rewards, rollout_.rewards.begin());
    std::ranges::copy(next_observation, rollout_.activations.observations(rollout_.length).begin());
    const float bootstrap = pass_.bootstrap_value(rollout_, local_);
    const auto losses = pass_.differentiate(rollout_, local_, bootstrap);
    const float norm = nn::gradient_norm(pass_.gradient());
    adam_.update(shared_, local_, pass_.gradient(), norm);
    rollout_.carry_over();
    return {losses.total, norm};
  }

  [[nodiscard]] std::vector<float> parameters() const override { return {local_.begin(), local_.end()}; }

 private:
  rl::LearningPass<float> pass_;
  rl::Rollout<float> rollout_;
  nn::Adam<float> adam_;
  nn::AlignedVector<float> shared_, local_;
};

}  // namespace

std::unique_ptr<Peer> make_windhover_peer(const PeerSetup& setup) {
  return std::make_unique<WindhoverPeer>(setup);
}

}  // namespace windhover::peers
