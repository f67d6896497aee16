#pragma once

#include <span>
#include <vector>

#include "bench/peers/peer.hpp"

#include "windhover/core/result.hpp"

namespace windhover::peers {

/// What an environment answered over one rollout, recorded once so that every peer meets the same and the
/// environment's own time stays out of all measurements. The answers are to random actions, not to the peers'
/// own: only the arithmetic is compared, not what is learnt.
struct Experience {
  std::size_t observation_size = 0;
  std::vector<float> observations;  ///< [(steps + 1) x observation_size]; the last is for the bootstrap value
  std::vector<float> rewards;       ///< [steps]
  std::vector<double> draws;        ///< [steps]: uniform, they choose the actions

  [[nodiscard]] std::size_t steps() const { return rewards.size(); }
  [[nodiscard]] std::span<const float> observation(std::size_t step) const {
    return std::span(observations).subspan(step * observation_size, observation_size);
  }
};

/// The published learner with this cell ("gru+ln", "gru", "mlp+ln", "mlp") in the task-offloading
/// environment, with initial parameters.
[[nodiscard]] Result<PeerSetup> make_setup(std::string_view cell, int hidden, int rollout);

/// `count` rollouts, one behind the other, of the environment that `setup` is for.
[[nodiscard]] Result<std::vector<Experience>> record_experience(const PeerSetup& setup, int count);

/// A rollout's acting steps; returns the actions.
std::vector<int> act_all(Peer& peer, const Experience& experience);

/// The update after them.
UpdateFacts learn_from(Peer& peer, const Experience& experience);

}  // namespace windhover::peers
