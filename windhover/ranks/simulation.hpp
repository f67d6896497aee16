#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace windhover::ranks {

/// A run of a study that is simulated.
struct SimulatedRun {
  double cost = 0;     ///< by which it is handed out
  double seconds = 0;  ///< that it takes, on one thread
};

/// What a keeper of rank 0 needs for one message, in seconds.
struct HandlingCosts {
  double begin = 0;     ///< to send a run with its state
  double state = 0;     ///< to keep a state
  double progress = 0;  ///< to show how far a rank has come
  double finished = 0;  ///< to check a run's digest and to keep its record
};

struct SimulatedStudy {
  std::vector<SimulatedRun> runs = {};
  int ranks = 1;       ///< rank 0 included
  int threads = 1;     ///< of each rank, for runs
  double latency = 0;  ///< seconds that a message is on its way
  HandlingCosts costs = {};
  int keepers = 1;  ///< of rank 0, each for as many of the other ranks
  double save_interval = 5;
  double progress_interval = 0.5;
};

struct SimulatedOutcome {
  double makespan = 0;         ///< seconds until the last run is kept
  double lower_bound = 0;      ///< no hand-out ends earlier: max(all work / threads, the longest run)
  double busy_seconds = 0;     ///< of rank 0's keepers together
  double longest_wait = 0;     ///< of a message until a keeper took it
  std::uint64_t messages = 0;  ///< that it handled, and sent to begin runs
};

/// A whole study by the very hand-out that studies use (study::HandOut) in simulated time. Every rank but 0
/// sends a state when a run begins, every `save_interval` and at the end, of each run at most one at a time,
/// and every `progress_interval` how far it has come; each keeper of rank 0 handles what comes one after the
/// other. Not simulated: that its own runs share a processor with this; the width of the network.
[[nodiscard]] SimulatedOutcome simulate(const SimulatedStudy& study);

}  // namespace windhover::ranks
