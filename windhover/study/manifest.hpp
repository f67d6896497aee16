#pragma once

#include <map>

#include "windhover/core/fields.hpp"
#include "windhover/record/record.hpp"

namespace windhover::study {

/// What a session adds to a study's manifest.
struct Session {
  Json build;  ///< compiler, instruction set, ...
  Json machine;
  int jobs = 1;
  double wall_seconds = 0;  ///< of this and all earlier sessions
};

/// manifest.json, in the form of docs/record.md, from the runs that lie in the folder. Beside the keys there:
/// `name`, `complete` (every run is there) and `study` (hash of the effective configuration). `digest` is
/// null until the study is complete. Takes time in proportion to the runs.
[[nodiscard]] Json make_manifest(const record::Study& study,
                                 const std::map<record::RunId, record::RunSummary>& done,
                                 const Session& session);

}  // namespace windhover::study
