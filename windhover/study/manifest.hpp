#pragma once

#include <string>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::study {

/// What a session adds to a study's manifest.
struct Session {
  Json build;               ///< version, compiler, instruction set, ...
  Json machine;
  int jobs = 1;
  double wall_seconds = 0;  ///< of this and all earlier sessions
};

/// manifest.json from what lies in the folder: `name`, `quick`, `complete`, `study` (hash of the effective configuration),
/// `wall_seconds`, `cpu_seconds`, `digest` (null until every run is there), `jobs`, `build`, `machine`, and `runs`: a row a run
/// with cell, arm, seed, `state` ("finished", "failed" or "missing") and what done.json says of it.
[[nodiscard]] Json make_manifest(const Plan& plan, const std::vector<record::Run>& done, const Session& session);

}  // namespace windhover::study
