#include "windhover/record/provenance.hpp"

#include <fmt/format.h>

namespace windhover::record {

std::string revision_text(const Build& build) {
  if (build.revision.empty()) return fmt::format("sources {}", build.sources);
  if (!build.modified) return fmt::format("revision {}", build.revision);
  return fmt::format("revision {} modified, sources {}", build.revision, build.sources);
}

std::string build_text(const Build& build) {
  return fmt::format("{} ({}, {}, {})", build.version, revision_text(build), build.compiler, build.type);
}

}  // namespace windhover::record
