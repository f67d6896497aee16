#include <algorithm>
#include <array>
#include <map>

#include "bench/peers/peer.hpp"
#include <torch/torch.h>

#include "windhover/rl/loss.hpp"
#include "windhover/rl/policy.hpp"

namespace windhover::peers {
namespace {

using at::Tensor;

/// Where each tensor of the layout lies in one flat tensor, in PyTorch's order of elements. The heads'
/// weights are neighbours, and so are their biases, so that one product computes logits and value.
class FlatLayout {
 public:
  explicit FlatLayout(const nn::Architecture& architecture) : layout_(architecture) {
    auto tensors = layout_.tensors();
    std::swap(tensors[tensors.size() - 3], tensors[tensors.size() - 2]);  // policy.bias, value.weight
    for (const auto& tensor : tensors) {
      offsets_[tensor.name] = size_;
      size_ += static_cast<std::int64_t>(tensor.size());
    }
  }

  [[nodiscard]] std::int64_t size() const { return size_; }

  [[nodiscard]] Tensor view(const Tensor& flat, const std::string& name,
                            const std::vector<std::int64_t>& shape) const {
    return flat.narrow(0, offsets_.at(name), c10::multiply_integers(shape)).view(shape);
  }

  /// Calls visit(element of the arena, element of the flat tensor) for every parameter.
  template <class Visit>
  void for_each_element(Visit visit) const {
    for (const auto& tensor : layout_.tensors()) {
      auto flat = static_cast<std::size_t>(offsets_.at(tensor.name));
      for (int output = 0; output < tensor.outputs(); ++output) {
        for (int input = 0; input < tensor.inputs(); ++input) visit(tensor.index(output, input), flat++);
      }
    }
  }

  [[nodiscard]] const nn::Layout& arena() const { return layout_; }

 private:
  nn::Layout layout_;
  std::map<std::string, std::int64_t> offsets_;
  std::int64_t size_ = 0;
};

/// The network as functions on tensors. Its parameters are leaves that view one flat tensor, and so are their
/// gradients.
class TorchNetwork {
 public:
  TorchNetwork(const nn::Architecture& architecture, const FlatLayout& layout, const Tensor& values,
               const Tensor& gradient)
      : recurrent_(architecture.recurrent),
        layer_norm_(architecture.layer_norm),
        hidden_(architecture.hidden),
        epsilon_(architecture.layer_norm_epsilon) {
    const auto leaf = [&](const char* name, const std::vector<std::int64_t>& shape) {
      Tensor parameter = layout.view(values, name, shape).detach().set_requires_grad(true);
      parameter.mutable_grad() = layout.view(gradient, name, shape);
      return parameter;
    };
    const std::int64_t outputs = architecture.actions + 1;
    feature_weight_ = leaf("feature.weight", {hidden_, architecture.observations});
    feature_bias_ = leaf("feature.bias", {hidden_});
    if (layer_norm_) {
      feature_gain_ = leaf("feature_norm.weight", {hidden_});
      feature_offset_ = leaf("feature_norm.bias", {hidden_});
      body_gain_ = leaf("body_norm.weight", {hidden_});
      body_offset_ = leaf("body_norm.bias", {hidden_});
    }
    if (recurrent_) {
      gru_ = {leaf("gru.weight_ih", {3 * hidden_, hidden_}), leaf("gru.weight_hh", {3 * hidden_, hidden_}),
              leaf("gru.bias_ih", {3 * hidden_}), leaf("gru.bias_hh", {3 * hidden_})};
    } else {
      hidden_weight_ = leaf("hidden.weight", {hidden_, hidden_});
      hidden_bias_ = leaf("hidden.bias", {hidden_});
    }
    heads_weight_ = leaf("policy.weight", {outputs, hidden_});
    heads_bias_ = leaf("policy.bias", {outputs});
  }

  /// One step: observation [1, O] and state [1, H] (replaced by the next) to heads [1, A + 1].
  Tensor step(const Tensor& observation, Tensor& state) const {
    const Tensor features = feature(observation);
    if (!recurrent_) return heads(hidden_layer(features));
    state = at::gru_cell(features, state, gru_[0], gru_[1], gru_[2], gru_[3]);
    return heads(body_norm(state));
  }

  /// A whole rollout: observations [T, O] from state [1, H] to heads [T, A + 1].
  [[nodiscard]] Tensor rollout(const Tensor& observations, const Tensor& state) const {
    const Tensor features = feature(observations);
    if (!recurrent_) return heads(hidden_layer(features));
    const auto [outputs, last] =
        at::gru(features.unsqueeze(1), state.unsqueeze(0), gru_, /*has_biases=*/true, /*num_layers=*/1,
                /*dropout=*/0.0, /*train=*/true, /*bidirectional=*/false, /*batch_first=*/false);
    return heads(body_norm(outputs.squeeze(1)));
  }

 private:
  [[nodiscard]] Tensor feature(const Tensor& observations) const {
    const Tensor features = at::linear(observations, feature_weight_, feature_bias_);
    if (!layer_norm_) return at::relu(features);
    return at::relu(at::layer_norm(features, {hidden_}, feature_gain_, feature_offset_, epsilon_));
  }
  [[nodiscard]] Tensor hidden_layer(const Tensor& features) const {
    return at::relu(body_norm(at::linear(features, hidden_weight_, hidden_bias_)));
  }
  [[nodiscard]] Tensor body_norm(const Tensor& body) const {
    return layer_norm_ ? at::layer_norm(body, {hidden_}, body_gain_, body_offset_, epsilon_) : body;
  }
  [[nodiscard]] Tensor heads(const Tensor& body) const {
    return at::linear(body, heads_weight_, heads_bias_);
  }

  bool recurrent_, layer_norm_;
  std::int64_t hidden_;
  double epsilon_;
  Tensor feature_weight_, feature_bias_, feature_gain_, feature_offset_;
  Tensor hidden_weight_, hidden_bias_, body_gain_, body_offset_, heads_weight_, heads_bias_;
  std::vector<Tensor> gru_;  ///< weights of input and state, biases of input and state
};

class TorchPeer final : public Peer {
 public:
  TorchPeer(const PeerSetup& setup, TorchForward forward)
      : config_(setup.config),
        actions_(setup.architecture.actions),
        forward_(forward),
        layout_(setup.architecture),
        shared_(at::zeros({layout_.size()})),
        local_(at::zeros({layout_.size()})),
        gradient_(at::zeros({layout_.size()})),
        network_(setup.architecture, layout_, local_, gradient_),
        adam_({shared_}, torch::optim::AdamOptions(config_.lr)
                             .betas({config_.adam_beta1, config_.adam_beta2})
                             .eps(config_.adam_eps)),
        state_(at::zeros({1, setup.architecture.hidden})),
        first_state_(state_),
        observations_(at::zeros({config_.rollout, setup.architecture.observations})),
        returns_(static_cast<std::size_t>(config_.rollout)),
        advantages_(returns_.size()) {
    float* values = shared_.data_ptr<float>();
    layout_.for_each_element(
        [&](std::size_t arena, std::size_t flat) { values[flat] = setup.parameters[arena]; });
    local_.copy_(shared_);
    shared_.set_requires_grad(true);
    shared_.mutable_grad() = gradient_;
  }

  [[nodiscard]] std::string name() const override {
    return forward_ == TorchForward::kept ? "LibTorch, graph kept" : "LibTorch, batched";
  }

  int act(std::span<const float> observation, double draw) override {
    Tensor row = observations_.narrow(0, static_cast<std::int64_t>(taken_.size()), 1);
    std::ranges::copy(observation, row.data_ptr<float>());
    Tensor heads;
    if (forward_ == TorchForward::kept) {
      heads = network_.step(row, state_);
      kept_heads_.push_back(heads);
    } else {
      const c10::InferenceMode without_autograd;
      heads = network_.step(row, state_);
    }
    const c10::InferenceMode without_autograd;
    const Tensor probabilities = at::softmax(heads.narrow(1, 0, actions_), 1);
    const int action =
        rl::sample_action<float>({probabilities.data_ptr<float>(), static_cast<std::size_t>(actions_)}, draw);
    taken_.push_back(action);
    return action;
  }

  UpdateFacts learn(std::span<const float> rewards, std::span<const float> next_observation) override {
    const Tensor heads = forward_ == TorchForward::kept ? at::cat(kept_heads_, 0)
                                                        : network_.rollout(observations_, first_state_);
    set_returns(heads, rewards, bootstrap_value(next_observation));
    const Tensor loss = total_loss(heads);
    gradient_.zero_();
    loss.backward();
    const double norm = torch::nn::utils::clip_grad_norm_(shared_, config_.max_grad_norm);
    adam_.step();
    local_.copy_(shared_.detach());
    start_rollout();
    return {loss.item<double>(), norm};
  }

  [[nodiscard]] std::vector<float> parameters() const override {
    std::vector<float> arena(layout_.arena().arena_size());
    const float* values = local_.data_ptr<float>();
    layout_.for_each_element([&](std::size_t in_arena, std::size_t flat) { arena[in_arena] = values[flat]; });
    return arena;
  }

 private:
  float bootstrap_value(std::span<const float> observation) const {
    const c10::InferenceMode without_autograd;
    Tensor state = state_;
    const Tensor row = at::from_blob(const_cast<float*>(observation.data()),
                                     {1, static_cast<std::int64_t>(observation.size())});
    return network_.step(row, state).data_ptr<float>()[actions_];
  }

  /// Constants of the loss: twenty numbers, not worth a call of the library each.
  void set_returns(const Tensor& heads, std::span<const float> rewards, float bootstrap) {
    rl::discounted_returns<float>(returns_, rewards, bootstrap, static_cast<float>(config_.gamma));
    const float* values = heads.data_ptr<float>() + actions_;
    for (std::size_t t = 0; t < returns_.size(); ++t) {
      advantages_[t] = returns_[t] - values[t * (static_cast<std::size_t>(actions_) + 1)];
    }
    if (config_.normalise_advantage) rl::normalise<float>(advantages_);
  }

  Tensor total_loss(const Tensor& heads) {
    const std::int64_t steps = config_.rollout;
    const Tensor log_probabilities = at::log_softmax(heads.narrow(1, 0, actions_), 1);
    const Tensor chosen =
        log_probabilities.gather(1, at::from_blob(taken_.data(), {steps, 1}, at::kLong)).squeeze(1);
    const Tensor policy = -(chosen * at::from_blob(advantages_.data(), {steps})).mean();
    const Tensor value = at::mse_loss(heads.select(1, actions_), at::from_blob(returns_.data(), {steps}));
    const Tensor entropy = -(log_probabilities.exp() * log_probabilities).sum(1).mean();
    return policy + config_.value_coef * value - config_.entropy_coef * entropy;
  }

  void start_rollout() {
    // A tensor made under InferenceMode may not enter a graph; its copy may.
    state_ = forward_ == TorchForward::kept ? state_.detach() : state_.clone();
    first_state_ = state_;
    kept_heads_.clear();
    taken_.clear();
    // The graph that is gone may have held the old observations: a new tensor, not the same one overwritten.
    if (forward_ == TorchForward::kept) observations_ = at::empty_like(observations_);
  }

  rl::LearnerConfig config_;
  int actions_;
  TorchForward forward_;
  FlatLayout layout_;
  Tensor shared_, local_, gradient_;
  TorchNetwork network_;
  torch::optim::Adam adam_;
  Tensor state_, first_state_;  ///< [1, H]: now, and at the start of the rollout
  Tensor observations_;         ///< [T, O]
  std::vector<Tensor> kept_heads_;
  std::vector<std::int64_t> taken_;
  std::vector<float> returns_, advantages_;
};

}  // namespace

std::unique_ptr<Peer> make_torch_peer(const PeerSetup& setup, TorchForward forward) {
  return std::make_unique<TorchPeer>(setup, forward);
}

}  // namespace windhover::peers
