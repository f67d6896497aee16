#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"
#include "windhover/core/watch.hpp"
#include "windhover/study/observer.hpp"
#include "windhover/study/plan.hpp"
#include "windhover/study/shard.hpp"

namespace windhover::study {

struct StudyOptions {
  std::filesystem::path out;
  int jobs = 1;
  bool fresh = false;        ///< start over: removes what a study left in the folder, and nothing else
  double save_interval = 5;  ///< seconds of wall time between two saved states of a run
  Shard shard = {};          ///< the runs to carry out, if not all
  record::Provenance provenance = {};  ///< of what is made in this session
  bool accept_build = false;           ///< go on with states of another build
  /// Folders of other studies, whose runs are copied where this one asks for the same.
  std::vector<std::filesystem::path> reuse = {};
  bool only_reuse = false;  ///< train nothing: what can not be had from there is left missing
  /// Called once every run is there, while the folder is still held: the place to write a report.
  std::function<Result<void>(const Watch&)> when_complete = {};
};

struct StudyOutcome {
  bool stopped = false;  ///< before the end, with the states saved: the same call goes on from there
  std::size_t runs = 0;
  std::size_t finished = 0;
  std::size_t failed = 0;
  std::size_t missing = 0;  ///< of other shards
  std::string digest = {};  ///< empty if stopped, or if runs are missing
  double wall_seconds = 0;  ///< of all sessions
};

/// Brings the study in `options.out` to its end: audit, simple policies, then every run that is not there
/// yet, or every one of a shard; interrupted ones go on from their last saved state and end in the same bits.
/// What is damaged, by SHA256SUMS, is made again. Errors: the folder can not be read or written, is in use,
/// holds another study or was removed meanwhile; study.toml is damaged and the plan is not the one it was
/// written from; the audit is not passed; of kind usage, an interrupted run is of another
/// build, unless these are accepted. A stop is no error, wherever it comes.
[[nodiscard]] Result<StudyOutcome> run_study(const Plan& plan, const StudyOptions& options,
                                             Observer& observer, const std::stop_token& stop);

}  // namespace windhover::study
