#pragma once

#include <string>
#include <vector>

#include "windhover/analysis/results/results.hpp"
#include "windhover/core/folder.hpp"
#include "windhover/core/result.hpp"
#include "windhover/core/watch.hpp"
#include "windhover/ranks/transport.hpp"
#include "windhover/study/engine.hpp"

namespace windhover::app {

/// The other ranks of a study, and the study file as they are to read it.
struct SessionRanks {
  ranks::Transport& transport;
  std::string study_file;  ///< its text
  std::string origin;
  std::vector<std::string> overrides;
};

/// Runs a study with its progress on stderr, stopping on signals; with other ranks, if there are any, which a
/// signal to one of them stops too. Error (usage): mpirun started several processes, and this is for one.
[[nodiscard]] Result<study::StudyOutcome> run_session(const study::Plan& plan, study::StudyOptions options,
                                                      const SessionRanks* ranks = nullptr);

/// The exit code that a command which ends with this error has.
[[nodiscard]] int exit_code_of(const Error& error);

/// Says how a stopped study is gone on with, and returns the exit code.
int report_stop(const study::StudyOutcome& outcome, const std::vector<std::string>& command_line);

/// Analyses the records in `out` and writes results.json, the report and the tables. Returns the results. For
/// the holder of the folder. Errors: the records, the disk; stopped, and then nothing is written.
[[nodiscard]] Result<analysis::Results> write_results(const Folder& out, const Watch& watch);

/// On stderr, a line for each claim that the study file declares: its verdict and what that rests on; or that
/// no run has finished.
void print_claims(const analysis::Results& results);

/// As many as the machine can run at once.
[[nodiscard]] int default_jobs();

}  // namespace windhover::app
