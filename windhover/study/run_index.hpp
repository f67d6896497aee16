#pragma once

#include <string>
#include <vector>

#include "windhover/core/folder.hpp"
#include "windhover/core/result.hpp"
#include "windhover/core/watch.hpp"
#include "windhover/record/identity.hpp"
#include "windhover/record/record.hpp"

namespace windhover::study {

/// A run that has ended, in some study's folder.
struct KeptRun {
  Folder out;         ///< the study's
  std::string place;  ///< of the run in it: "runs/gru/a3c/seed-1", or "earlier/" and a part of its identity
  record::Run run;    ///< without its rows
  record::Identities identities;

  [[nodiscard]] Folder folder() const { return out.below(place); }
};

/// Where a run lies that its study no longer asks for: "earlier/0123456789abcdef".
[[nodiscard]] std::string earlier_place(const std::string& identity);

/// The runs of `out` that have ended: those in runs/, be they asked for or not, and those that were set
/// aside. Damaged ones, and copies under the names of others, are left out. Errors: unreadable; stopped.
[[nodiscard]] Result<std::vector<KeptRun>> kept_runs(const Folder& out, const Watch& watch);

/// One identity has one digest, or somebody's semantics are not what they seem. Error: two runs of `kept`
/// have the same identity and different digests; both are named, with their builds. Runs that no second one
/// repeats may differ.
[[nodiscard]] Result<void> check_digests(const std::vector<KeptRun>& kept);

/// The folders runs/CELL/ARM/NAME of `out`, whatever is in them.
[[nodiscard]] Result<std::vector<std::filesystem::path>> folders_of_runs(const Folder& out);

/// The folders earlier/NAME likewise.
[[nodiscard]] Result<std::vector<std::filesystem::path>> folders_set_aside(const Folder& out);

}  // namespace windhover::study
