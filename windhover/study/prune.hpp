#pragma once

#include <string>
#include <vector>

#include "windhover/core/described.hpp"
#include "windhover/core/folder.hpp"
#include "windhover/core/result.hpp"
#include "windhover/record/run_id.hpp"

namespace windhover::study {

/// A run, or the state of one, that lies in a study's folder though its plan does not ask for it.
struct LeftRun {
  std::string place;  ///< "earlier/0123456789abcdef", or ".partial/gru/a3c/seed-1.state"
  record::RunId id;   ///< what it was called
  double bytes = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("place", self.place);
    visit.inlined(self.id);
    visit("bytes", self.bytes);
  }
};

/// All of these, damaged ones left out. Errors: no study, unreadable.
[[nodiscard]] Result<std::vector<LeftRun>> left_runs(const Folder& out);

/// The files from which larger budgets go on, of runs that are asked for: places and bytes likewise.
[[nodiscard]] Result<std::vector<LeftRun>> budget_states(const Folder& out);

/// Removes one of these. For the holder of the folder. Errors: somebody else's files are with it; the disk.
[[nodiscard]] Result<void> prune(const Folder& out, const LeftRun& left);

}  // namespace windhover::study
