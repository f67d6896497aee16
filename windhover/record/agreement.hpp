#pragma once

#include <map>
#include <optional>
#include <vector>

#include "windhover/core/result.hpp"
#include "windhover/record/checksums.hpp"
#include "windhover/record/record.hpp"

/// Whether runs and manifest of a record agree with each other, each of their files being sound. Both take
/// time in proportion to the runs.
namespace windhover::record {

/// Runs of different seeds with the same digest. No two seeds train the same models (the audit sees to it),
/// so the folder of the later one is a copy that would count a replicate twice. Failed runs, which have no
/// models, are left out. `what` names the other run.
[[nodiscard]] std::vector<Fault> copied_runs(const std::map<RunId, RunSummary>& runs);

/// What manifest.json says against the runs that are there. A row may be behind its run, as the manifest is
/// written after it, and the run of a row may be gone; neither is a fault here.
[[nodiscard]] std::vector<Fault> manifest_faults(const Manifest& manifest,
                                                 const std::vector<RunId>& asked_for,
                                                 const std::map<RunId, RunSummary>& runs);

/// Errors: the first fault of either kind, and what mends it.
[[nodiscard]] Result<void> check_agreement(const Folder& out, const std::optional<Manifest>& manifest,
                                           const std::vector<RunId>& asked_for,
                                           const std::map<RunId, RunSummary>& runs);

}  // namespace windhover::record
