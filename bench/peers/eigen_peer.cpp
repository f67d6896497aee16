#include <algorithm>
#include <cmath>

#include "bench/peers/eigen_network.hpp"
#include "bench/peers/peer.hpp"

#include "windhover/rl/loss.hpp"
#include "windhover/rl/policy.hpp"
#include "windhover/rl/rollout.hpp"

namespace windhover::peers {
namespace {

using Row = Eigen::RowVectorXf;

class EigenPeer final : public Peer {
 public:
  explicit EigenPeer(const PeerSetup& setup)
      : config_(setup.config),
        network_(setup.architecture, setup.config.rollout),
        rollout_(setup.architecture, setup.config.rollout),
        shared_(Eigen::Map<const Row>(setup.parameters.data(),
                                      static_cast<Eigen::Index>(setup.parameters.size()))),
        local_(shared_),
        gradient_(Row::Zero(shared_.size())),
        first_(Row::Zero(shared_.size())),
        second_(Row::Zero(shared_.size())),
        returns_(static_cast<std::size_t>(setup.config.rollout)),
        advantages_(returns_.size()),
        d_heads_(returns_.size() * static_cast<std::size_t>(setup.architecture.actions + 1)) {
    rollout_.start_episode();
  }

  [[nodiscard]] std::string name() const override { return "Eigen"; }

  int act(std::span<const float> observation, double draw) override {
    const int row = rollout_.length++;
    std::ranges::copy(observation, rollout_.activations.observations(row).begin());
    network_.forward(values_of(local_), rollout_.activations, row);
    const auto width = static_cast<std::size_t>(network_.layout().architecture().actions);
    const auto offset = static_cast<std::size_t>(row) * width;
    const auto count = static_cast<Eigen::Index>(width);
    const Eigen::Map<const Eigen::ArrayXf> logits(rollout_.activations.heads(row).data(), count);
    Eigen::Map<Eigen::ArrayXf> probabilities(rollout_.probabilities.data() + offset, count);
    Eigen::Map<Eigen::ArrayXf> log_probabilities(rollout_.log_probabilities.data() + offset, count);
    log_probabilities = logits - logits.maxCoeff();
    probabilities = log_probabilities.exp();
    const float sum = probabilities.sum();
    probabilities /= sum;
    log_probabilities -= std::log(sum);
    const int action = rl::sample_action<float>({probabilities.data(), width}, draw);
    rollout_.actions[static_cast<std::size_t>(row)] = action;
    return action;
  }

  UpdateFacts learn(std::span<const float> rewards, std::span<const float> next_observation) override {
    const int steps = rollout_.length;
    std::ranges::copy(rewards, rollout_.rewards.begin());
    std::ranges::copy(next_observation, rollout_.activations.observations(steps).begin());
    network_.forward(values_of(local_), rollout_.activations, steps);
    rl::discounted_returns<float>(returns_, rewards, rollout_.activations.heads(steps).back(),
                                  static_cast<float>(config_.gamma));
    for (int step = 0; step < steps; ++step) {
      const auto i = static_cast<std::size_t>(step);
      advantages_[i] = returns_[i] - rollout_.activations.heads(step).back();
    }
    if (config_.normalise_advantage) rl::normalise<float>(advantages_);
    const auto losses = rl::actor_critic_loss<float>(d_heads_, rollout_, returns_, advantages_, config_);
    network_.backward({gradient_.data(), static_cast<std::size_t>(gradient_.size())}, values_of(local_),
                      rollout_.activations, steps, d_heads_);
    const float norm = gradient_.norm();
    step_adam(norm);
    local_ = shared_;
    rollout_.carry_over();
    return {losses.total, norm};
  }

  [[nodiscard]] std::vector<float> parameters() const override {
    return {local_.data(), local_.data() + local_.size()};
  }

 private:
  static std::span<const float> values_of(const Row& row) {
    return {row.data(), static_cast<std::size_t>(row.size())};
  }

  void step_adam(float norm) {
    ++updates_;
    const auto scale = static_cast<float>(std::min(1.0, config_.max_grad_norm / (norm + 1e-6)));
    const auto beta1 = static_cast<float>(config_.adam_beta1);
    const auto beta2 = static_cast<float>(config_.adam_beta2);
    const auto step_size = static_cast<float>(config_.lr / (1.0 - std::pow(config_.adam_beta1, updates_)));
    const auto inverse_root =
        static_cast<float>(1.0 / std::sqrt(1.0 - std::pow(config_.adam_beta2, updates_)));
    const auto epsilon = static_cast<float>(config_.adam_eps);
    const auto g = gradient_.array() * scale;
    first_.array() = beta1 * first_.array() + (1.0F - beta1) * g;
    second_.array() = beta2 * second_.array() + (1.0F - beta2) * g.square();
    shared_.array() -= step_size * first_.array() / (second_.array().sqrt() * inverse_root + epsilon);
  }

  rl::LearnerConfig config_;
  EigenNetwork network_;
  rl::Rollout<float> rollout_;
  Row shared_, local_, gradient_, first_, second_;
  std::vector<float> returns_, advantages_, d_heads_;
  int updates_ = 0;
};

}  // namespace

std::unique_ptr<Peer> make_eigen_peer(const PeerSetup& setup) { return std::make_unique<EigenPeer>(setup); }

}  // namespace windhover::peers
