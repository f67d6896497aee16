#pragma once

#include <functional>
#include <span>
#include <stop_token>
#include <vector>

#include "windhover/core/folder.hpp"
#include "windhover/core/result.hpp"
#include "windhover/study/observer.hpp"
#include "windhover/study/run.hpp"

namespace windhover::study {

/// What there is to do and what is done already.
struct Workload {
  std::vector<RunPlan> pending;
  std::size_t done = 0;    ///< runs that an earlier session finished
  std::size_t failed = 0;  ///< of these
  double done_cost = 0;    ///< RunCost::total of these
};

/// A run that finished or failed, with what was recorded of it.
struct EndedRun {
  record::RunId id;
  record::RunSummary summary;
};

using OnRunsEnded = std::function<Result<void>(std::span<const EndedRun> ended)>;

struct ScheduleOptions {
  Folder out;
  int jobs = 1;
  double save_interval = 5;
  record::Provenance provenance = {};
};

/// Carries out the pending runs on `jobs` threads, the most costly first, and returns when all are done or
/// stopped. A run of the `threads` schedule counts as its workers, so that never more than `jobs` threads
/// compute, unless one run alone has more. A run that fails does not keep the others from going on; an error
/// (files that cannot be written) stops them all, with their states saved. `on_runs_ended` is called from the
/// calling thread, as the observer is, with the runs that finished or failed since the last call.
[[nodiscard]] Result<void> carry_out(const Plan& plan, const Workload& workload,
                                     const ScheduleOptions& options, Observer& observer,
                                     const OnRunsEnded& on_runs_ended, const std::stop_token& stop);

}  // namespace windhover::study
