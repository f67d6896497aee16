#pragma once

#include <string>

#include "bench/peers/experience.hpp"

namespace windhover::peers {

/// Losses and gradient norms: relative. Parameters after each update: the largest difference in a tensor over
/// the largest value in it.
inline constexpr double tolerance = 1e-4;
/// What the updates changed: Euclidean norm of the difference of a tensor's changes over that of the change.
/// Adam divides by the gradient's own size, so an element whose gradient is all rounding moves at random;
/// hence looser than the parameters themselves, yet a coefficient that is off by a per cent
/// is seen.
inline constexpr double change_tolerance = 1e-3;

/// The largest differences over a number of updates, and where they were.
struct Agreement {
  double largest = 0;         ///< of actions (0 or 1), losses, gradient norms, parameters
  double largest_change = 0;  ///< of what the updates changed in the parameters
  std::string where;          ///< the former
  std::string where_change;   ///< the latter

  [[nodiscard]] bool within_tolerance() const {
    return largest <= tolerance && largest_change <= change_tolerance;
  }
};

/// Lets both, freshly made from `setup`, act and learn from the same experience and compares them after every
/// update.
[[nodiscard]] Agreement compare(Peer& reference, Peer& peer, const PeerSetup& setup,
                                std::span<const Experience> experience);

}  // namespace windhover::peers
