#pragma once

#include <string>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::study {

/// What a session adds to a study's manifest.
struct Session {
  Json build;  ///< compiler, instruction set, ...
  Json machine;
  int jobs = 1;
  double wall_seconds = 0;  ///< of this and all earlier sessions
};

/// manifest.json, in the form of docs/record.md, from what lies in the folder. Beside the keys there: `name`,
/// `complete` (every run is there) and `study` (hash of the effective configuration). `digest` is null until
/// the study is complete.
[[nodiscard]] Json make_manifest(const Plan& plan, const std::vector<record::Run>& done,
                                 const Session& session);

}  // namespace windhover::study
