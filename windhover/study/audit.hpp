#pragma once

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"
#include "windhover/core/watch.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::study {

/// Shows that no two cells and no two seeds of a study are the same, before any of it is trained
/// (protocol.md, Audit). Cells that differ in a network factor must differ in layers, parameters and output;
/// others in their effective configuration and in the probe, except in what a probe can not show
/// (FactorKind). The result, also stored as audit.json:
///
///     passed       true, or false with `reasons`, a list of sentences
///     cells        id, configuration (its hash), layers (name and shape), parameters, output (on a fixed
///                  input) and, where a factor needs it, probe (the digest of a short run)
///     cell_pairs   cells, factors (in which they differ), checks (name: whether they differ), different
///     seeds        seed, initial_parameters and first_draws (digests, the latter by purpose)
///     seed_pairs   seeds, different
///     warnings     text, cells: conditions that mean less than they seem to (condition_warnings.hpp)
///
/// Errors: a probe can not be run; stopped.
[[nodiscard]] Result<Json> audit(const Plan& plan, const Watch& watch = {});

/// The error of an audit that was not passed, with every reason; none if it was.
[[nodiscard]] Result<void> require_passed(const Json& audit);

}  // namespace windhover::study
