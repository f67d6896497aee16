#pragma once

#include <stop_token>
#include <string>

#include "windhover/core/result.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::study {

/// How much a probe trains: a few episodes of one run, in which decays go their whole way; or 200 000 steps
/// of the cell's first runs with the study's own budget, after which an untrained policy's short episodes
/// have grown where they can grow.
enum class ProbeLength { few_episodes, many_steps };

/// Digest of a short run of the cell, or of several, trained and evaluated under the reproducible schedule:
/// two cells with the same digest do the same, as far as it goes. No run is longer than the study's. One that
/// diverges has the digest of its diagnosis. Errors: the run cannot be; stopped.
[[nodiscard]] Result<std::string> probe_digest(const Plan& plan, const CellPlan& cell, ProbeLength length,
                                               const std::stop_token& stop = {});

/// How fast this machine runs a cell, measured for about half a second. A network of more than half a million
/// parameters is measured with fewer units, and the steps are taken to cost as the parameters do.
struct Speed {
  double training_steps = 0;    ///< per second of one thread
  double evaluation_steps = 0;  ///< likewise
};
[[nodiscard]] Result<Speed> measure_speed(const Plan& plan, const CellPlan& cell);

/// Seconds that a run takes at a speed.
[[nodiscard]] double seconds_of(const RunPlan& run, const Speed& speed);

/// Wall time of runs that take so many seconds each, taken longest first by `jobs` threads.
[[nodiscard]] double schedule_length(const std::vector<double>& seconds, int jobs);

}  // namespace windhover::study
