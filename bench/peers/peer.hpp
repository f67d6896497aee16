#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "windhover/nn/architecture.hpp"
#include "windhover/rl/config.hpp"

/// Windhover beside what a user could build the same learner with: every peer does the same acting steps and
/// the same A3C updates, is shown to arrive at the same parameters (agreement.hpp), and is then timed in
/// turns with the others (timing.hpp). One object is one thread's; nothing here starts threads.
namespace windhover::peers {

/// What every peer starts from.
struct PeerSetup {
  rl::LearnerConfig config;
  nn::Architecture architecture;
  std::vector<float> parameters;  ///< an arena of nn::Layout(architecture)
};

/// One update, to compare.
struct UpdateFacts {
  double total_loss = 0;
  double gradient_norm = 0;  ///< before clipping
};

/// One A3C worker with its local copy of the model, the shared model and the shared Adam.
class Peer {
 public:
  Peer() = default;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  virtual ~Peer() = default;

  [[nodiscard]] virtual std::string name() const = 0;

  /// One acting step with the local parameters, batch 1: observation[observations] to the policy, and the
  /// action that `draw`, uniform on [0, 1), selects. At most config.rollout steps between two updates.
  [[nodiscard]] virtual int act(std::span<const float> observation, double draw) = 0;

  /// One update with the steps acted since the last one, whose rewards[config.rollout] are these: value of
  /// `next_observation`, the state after them, for the bootstrap; loss, gradient, clip, Adam on the shared
  /// model, copy to the local one. The hidden state is carried on.
  virtual UpdateFacts learn(std::span<const float> rewards, std::span<const float> next_observation) = 0;

  /// The local parameters, as an arena.
  [[nodiscard]] virtual std::vector<float> parameters() const = 0;
};

/// The learner of this project.
[[nodiscard]] std::unique_ptr<Peer> make_windhover_peer(const PeerSetup& setup);

/// The same structure (activations of the acting pass reused, weight gradients as one product over the
/// rollout) with Eigen's products and array functions in place of the kernels, compiled for this processor.
[[nodiscard]] std::unique_ptr<Peer> make_eigen_peer(const PeerSetup& setup);

/// How the learning pass of LibTorch gets its forward pass.
enum class TorchForward {
  repeated,  ///< acting without autograd; the learning pass runs the rollout again, batched over time
  kept,      ///< acting with autograd; the learning pass goes back through the graph of the acting steps
};

/// LibTorch in the quickest form found: functions on tensors without module objects, one flat tensor each for
/// parameters, gradient and moments (so that clip and Adam are one call each), both heads in one product,
/// sampling and returns in plain C++.
[[nodiscard]] std::unique_ptr<Peer> make_torch_peer(const PeerSetup& setup, TorchForward forward);

/// All of them, Windhover first.
[[nodiscard]] std::vector<std::unique_ptr<Peer>> make_all_peers(const PeerSetup& setup);

}  // namespace windhover::peers
