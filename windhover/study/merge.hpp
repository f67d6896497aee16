#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "windhover/core/result.hpp"
#include "windhover/core/watch.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::study {

/// The plan that a study's folder holds, from its study.toml. Errors: no study, damaged, or of a version
/// whose study files mean something else.
[[nodiscard]] Result<Plan> plan_of_folder(const Folder& out);

/// What folders of one study have together.
struct Parts {
  Plan plan;
  std::vector<std::string> missing = {};  ///< runs that none has, in canonical order
  std::vector<std::string> notes = {};    ///< runs that several have, or that are damaged
};

/// Reads the parts of a study. Errors, of kind usage: no study, two of different plans (with what differs),
/// runs of other semantics, a folder twice, and, unless `accept_builds`, runs by different programs; of kind
/// failure: one run with two digests. Each names the folders. Stopped.
[[nodiscard]] Result<Parts> read_parts(const std::vector<std::filesystem::path>& folders, bool accept_builds,
                                       const Watch& watch);

}  // namespace windhover::study
