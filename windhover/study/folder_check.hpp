#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "windhover/core/result.hpp"
#include "windhover/core/watch.hpp"
#include "windhover/record/checksums.hpp"

namespace windhover::study {

/// What the check of a study's folder found. Names of files are relative to the folder.
struct FolderCheck {
  std::string study;         ///< its name; empty if it cannot be read
  bool complete = false;     ///< every run is there, and the manifest says so
  std::size_t files = 0;     ///< that were looked at
  std::size_t runs = 0;      ///< that are there
  std::size_t all_runs = 0;  ///< that the study asks for
  std::size_t states = 0;    ///< of interrupted runs
  std::size_t earlier = 0;   ///< runs that it no longer asks for
  std::string digest;        ///< of the study, from models and evaluation rows; empty unless complete
  std::vector<record::Fault> faults;
  std::vector<std::string> notes;  ///< what is no fault, but worth knowing
};

/// Checks every file by its checksum, every run's digest by its models and evaluation rows, that no run is a
/// copy of another's, the study's digest and the rows of its manifest and the digest of results.json by the
/// runs, and that nothing else lies there: what is somebody else's is a fault marked as foreign. What a
/// killed process left half-written is a fault of a study that has ended, and a note otherwise; its lock is a
/// note. Changes nothing. Errors: no study is there, a process works there, unreadable; stopped.
[[nodiscard]] Result<FolderCheck> check_folder(const Folder& out, const Watch& watch = {});

}  // namespace windhover::study
