#pragma once

#include <map>

#include "windhover/record/record.hpp"

namespace windhover::study {

/// What a session adds to a study's manifest.
struct Session {
  record::Provenance provenance = {};
  int jobs = 1;
  double wall_seconds = 0;  ///< of this and all earlier sessions
};

/// The manifest from the runs that lie in the folder. Takes time in proportion to the runs.
[[nodiscard]] record::Manifest make_manifest(const record::Study& study,
                                             const std::map<record::RunId, record::RunSummary>& done,
                                             const Session& session);

}  // namespace windhover::study
