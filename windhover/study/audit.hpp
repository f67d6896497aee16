#pragma once

#include "windhover/core/result.hpp"
#include "windhover/core/watch.hpp"
#include "windhover/record/audit.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::study {

/// Shows that no two cells and no two seeds of a study are the same, before any of it is trained
/// (protocol.md, Audit). Cells that differ in a network factor must differ in layers, parameters and output;
/// others in their effective configuration and in the probe, except in what a probe can not show
/// (FactorKind).
/// Errors: a probe can not be run; stopped.
[[nodiscard]] Result<record::Audit> audit(const Plan& plan, const Watch& watch = {});

/// The error of an audit that was not passed, with every reason; none if it was.
[[nodiscard]] Result<void> require_passed(const record::Audit& audit);

}  // namespace windhover::study
