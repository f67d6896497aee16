#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/result.hpp"

/// A study as jobs of Slurm: what `windhover slurm` writes.
namespace windhover::app {

/// What the jobs do. No text has a byte that is 0.
struct SlurmJobs {
  std::string study;                     ///< its name
  std::string made_by;                   ///< the command line, for the script's comment
  std::string program;                   ///< windhover, as the nodes find it
  std::vector<std::string> study_words;  ///< the study file and the options that say what it is
  std::string out;                       ///< folder of all shards' folders, absolute
  std::string folder;                    ///< that the jobs start in, absolute
  int shards = 1;
  std::optional<int> nodes;         ///< shards at the same time, if not all
  int jobs = 1;                     ///< runs at the same time in a shard, each with its processor
  std::vector<std::string> sbatch;  ///< options of both jobs, checked: "--partition=long"
  std::vector<std::string> setup;   ///< lines of shell before windhover, on one line each
};

/// A bash script. Given to sbatch it is an array of shards; started by bash it submits that array and a job
/// that waits for its end, merges and reports, and prints "shards ID", "merge ID" and "logs FOLDER".
///
/// A shard that is told by USR1 that its time is over, or that another job needs its node, has windhover save
/// its states and puts itself back into the queue, from where it goes on. SIGTERM is not passed on: Slurm
/// sends it to windhover itself as well, which would take the second one as a wish to end at once.
[[nodiscard]] std::string slurm_script(const SlurmJobs& jobs);

/// What such a script bears, and no other file.
inline constexpr std::string_view slurm_script_mark = "# Made by: windhover slurm";

// What sbatch takes, by its manual. Errors, of kind usage: anything else; they name the option.

/// A time limit: minutes, M:S, H:M:S, D-H, D-H:M or D-H:M:S, from a second to a year.
[[nodiscard]] Result<void> check_slurm_time(std::string_view time);
/// Memory: megabytes, or with K, M, G or T.
[[nodiscard]] Result<void> check_slurm_memory(std::string_view memory);
/// The name of a partition or an account, or several with commas between them.
[[nodiscard]] Result<void> check_slurm_name(std::string_view option, std::string_view name);
/// An option in its long form, "--constraint=fast", that is not one which the script sets or needs.
[[nodiscard]] Result<void> check_slurm_option(std::string_view option);
/// A line of shell.
[[nodiscard]] Result<void> check_slurm_setup(std::string_view line);

}  // namespace windhover::app
