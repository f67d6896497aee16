#pragma once

#include <string>

#include "windhover/core/result.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::study {

/// Digest of a run of a few episodes of the cell, trained and evaluated under the reproducible schedule: two
/// cells with the same digest do the same. A run that diverges has the digest of its diagnosis.
[[nodiscard]] Result<std::string> probe_digest(const Plan& plan, const CellPlan& cell);

/// How fast this machine runs a cell, measured for a fraction of a second.
struct Speed {
  double training_steps = 0;    ///< per second of one thread
  double evaluation_steps = 0;  ///< likewise
};
[[nodiscard]] Result<Speed> measure_speed(const Plan& plan, const CellPlan& cell);

/// Seconds that a run takes at a speed.
[[nodiscard]] double seconds_of(const RunPlan& run, const Speed& speed);

/// Wall time of runs that take so many seconds each, taken longest first by `jobs` threads.
[[nodiscard]] double schedule_length(std::vector<double> seconds, int jobs);

}  // namespace windhover::study
