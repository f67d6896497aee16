#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "windhover/core/result.hpp"
#include "windhover/study/observer.hpp"
#include "windhover/study/plan.hpp"
#include "windhover/study/run_store.hpp"

namespace windhover::study {

/// What a run shows of itself while it works; written by its thread, read by the one that draws the progress.
struct RunMonitor {
  std::atomic<RunStage> stage = RunStage::waiting;
  std::atomic<double> fraction = 0;              ///< of the run's work
  std::atomic<double> fraction_at_start = 0;     ///< what an earlier session had done of it
  std::atomic<std::uint64_t> session_steps = 0;  ///< trained in this session
};

/// Where and how a run is carried out.
struct RunContext {
  const Plan& plan;
  RunStore& store;
  double save_interval = 5;                      ///< seconds of wall time between two saved states
  record::Provenance provenance = {};            ///< of this process
  std::function<void(const std::string&)> note;  ///< may be called from any thread
};

/// What was recorded of a run that has ended; nothing of one that was stopped, whose state is saved.
using RunEnd = std::optional<record::RunSummary>;

/// Carries out one run: goes on from its saved state if there is one, trains in slices with states saved
/// between them, evaluates and records it. Errors: the store can not keep what it is given.
[[nodiscard]] Result<RunEnd> perform_run(const RunContext& context, const RunPlan& run, RunMonitor& monitor,
                                         const std::stop_token& stop);

}  // namespace windhover::study
