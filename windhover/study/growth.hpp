#pragma once

#include <string>
#include <vector>

#include "windhover/core/folder.hpp"
#include "windhover/core/result.hpp"
#include "windhover/core/watch.hpp"
#include "windhover/study/plan.hpp"
#include "windhover/study/run_index.hpp"

/// How a study's folder takes another plan, and a plan takes the runs that are there already, in its folder
/// and in others: by identity, whatever the cells are called.
namespace windhover::study {

/// What differs between the plan that the folder holds and this one, a line each; nothing if it holds none or
/// the same. Refuses, as another study, a folder of which this plan would use nothing, though something is
/// there: no finished run, no model, no state; one that is of another name, or a quick version where this is
/// none; and one whose study.toml was lost and of whose runs this plan would use none.
[[nodiscard]] Result<std::vector<std::string>> accepted_changes(const Folder& out, const Plan& plan,
                                                                const std::vector<KeptRun>& kept);

/// Puts the plan in the place of the folder's, which history.json keeps, with its audit; what was made of the
/// old plan as a whole goes, the runs stay. A process that is killed meanwhile leaves one plan or the other.
[[nodiscard]] Result<void> replace_plan(const Folder& out, const Plan& plan, const record::Audit& audit);

/// What became of the runs that were there.
struct Settled {
  std::vector<std::string> set_aside = {};     ///< no longer asked for, now in earlier/
  std::vector<std::string> taken = {};         ///< asked for, and put in their places
  std::vector<std::string> evaluated = {};     ///< trained already: what is left is the evaluation
  std::vector<std::string> gone_on_with = {};  ///< trained with a smaller budget: they go on from there
};

/// Puts every run of `kept` that the plan asks for in its place, and aside what lies in runs/ without being
/// asked for. `kept` is what lies in `out`, followed by what may be taken from other folders, which stay as
/// they are. For a run that is not there but for its evaluation, or whose training began with a smaller
/// budget, a state is left from which it goes on; a state that is there already stays. Doing it again changes
/// nothing. Errors: the disk; two runs of one identity with different digests, both named; a run to be taken
/// that is damaged.
[[nodiscard]] Result<Settled> settle_runs(const Folder& out, const Plan& plan, std::vector<KeptRun> kept);

}  // namespace windhover::study
