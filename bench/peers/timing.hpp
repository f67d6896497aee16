#pragma once

#include <string>
#include <vector>

#include "bench/peers/experience.hpp"

namespace windhover::peers {

/// Median and quartiles (linear between order statistics), with the extremes.
struct Spread {
  double median = 0, lower_quartile = 0, upper_quartile = 0, smallest = 0, largest = 0;
};

/// Precondition: at least one value.
[[nodiscard]] Spread spread_of(std::vector<double> values);

/// One peer's times, in microseconds of processor time: a value a repeat, itself the median over the rollouts
/// of that repeat. Repeat i of all peers ran within one turn.
struct Timings {
  std::string name;
  std::vector<double> act;     ///< one acting step
  std::vector<double> learn;   ///< one update after the acting steps
  std::vector<double> update;  ///< the acting steps of a rollout and the update

  /// Trained steps a second at these times, without the environment.
  [[nodiscard]] double steps_per_second(int rollout) const;
};

/// These times over the reference's, repeat by repeat.
[[nodiscard]] Spread ratio(const std::vector<double>& times, const std::vector<double>& reference);

/// Times all peers in turns: each repeat gives every peer `seconds` of the processor, in an order that moves
/// on by one.
[[nodiscard]] std::vector<Timings> time_in_turns(std::span<const std::unique_ptr<Peer>> peers,
                                                 std::span<const Experience> experience, int repeats,
                                                 double seconds);

}  // namespace windhover::peers
