#include "apps/windhover/slurm_script.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "apps/windhover/text.hpp"
#include <fmt/format.h>

#include "windhover/core/printable.hpp"

namespace windhover::app {
namespace {

/// Seconds between the warning and the end of the time limit. A state is saved within a second; Slurm gives
/// the warning up to a minute early (sbatch(1), --signal), and never late.
constexpr int warning_seconds = 60;

constexpr std::size_t longest_job_name = 64;

/// Letters that need no thought in a name, in a log's and in a directive.
std::string job_name(const std::string& study) {
  std::string name;
  for (const char letter : study.substr(0, longest_job_name)) {
    const bool plain = std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-' ||
                       letter == '_' || letter == '.' || letter == '+';
    name += plain ? letter : '-';
  }
  return name;
}

std::string directives(const std::vector<std::string>& options) {
  std::string text;
  for (const auto& option : options) text += fmt::format("#SBATCH {}\n", option);
  return text;
}

/// The beginning of what a job does. A line of the user's is set in, so that it never ends a here-document.
std::string preparation(const SlurmJobs& jobs) {
  std::string text = fmt::format("cd {} || exit\n", shell_word(jobs.folder));
  for (const auto& line : jobs.setup) text += fmt::format("  {}\n[[ $? == 0 ]] || exit 1\n", line);
  return text;
}

std::string heading(const SlurmJobs& jobs) {
  return fmt::format(R"(#!/bin/bash
# The study {0} in {1} shards, as an array of jobs, and a job that merges and reports them.
{2}: {3}
#
#   bash FILE        submits both
#   sbatch FILE      submits the shards alone; options of sbatch go before FILE
#
# To submit it again goes on: finished runs are kept, and interrupted ones go on from their last state.
# The study file is read whenever a shard starts: leave it as it is until the study has ended.

#SBATCH --job-name={4}
)",
                     shell_word(jobs.study), jobs.shards,
                     slurm_script_mark.substr(0, slurm_script_mark.find(':')), jobs.made_by,
                     job_name(jobs.study));
}

std::string array_directives(const SlurmJobs& jobs) {
  const auto at_once = jobs.nodes ? fmt::format("%{}", *jobs.nodes) : "";
  return fmt::format(
      "#SBATCH --array=1-{}{}\n"
      "#SBATCH --nodes=1\n"
      "#SBATCH --ntasks=1\n"
      "# A processor for each of a shard's runs at the same time.\n"
      "#SBATCH --cpus-per-task={}\n"
      "# Before the time is over, this script gets USR1: long enough to save every state.\n"
      "#SBATCH --signal=B:USR1@{}\n"
      "# Preempted, or on a node that failed, a shard goes back into the queue and later goes on.\n"
      "#SBATCH --requeue\n"
      "#SBATCH --open-mode=append\n",
      jobs.shards, at_once, jobs.jobs, warning_seconds);
}

/// What bash does with the script outside of a job: submits it, and what merges its shards. The logs have the
/// names that Slurm gives them: in others, and in the names of their folders, it would read % and \ as its
/// own.
std::string submission(const SlurmJobs& jobs) {
  return fmt::format(R"(
if [[ -z ${{SLURM_ARRAY_TASK_ID-}} ]]; then
  command -v sbatch > /dev/null || {{ echo "sbatch is not there: install the package slurm-client" >&2; exit 2; }}
  script=$(realpath -- "${{BASH_SOURCE[0]}}") || exit
  mkdir -p {0}/logs && cd {0}/logs || exit
  array=$(sbatch --parsable "$script") || exit
  array=${{array%%;*}}
  echo "shards $array"
  merge_job() {{
    cat << 'END_OF_MERGE'
#!/bin/bash
#SBATCH --job-name={1}-merge
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --requeue
#SBATCH --open-mode=append
{2}
{3}exec {4} merge {0}/shard-{{1..{5}}} --out {0}/merged
END_OF_MERGE
  }}
  # Whatever becomes of the shards: the merge reports, or says which runs are missing.
  merge=$(merge_job | sbatch --parsable --dependency="afterany:$array") ||
    {{ echo "the shards are submitted, but not what merges them; to cancel them: scancel $array" >&2; exit 1; }}
  echo "merge ${{merge%%;*}}"
  echo logs {0}/logs
  exit
fi
)",
                     shell_word(jobs.out), job_name(jobs.study), directives(jobs.sbatch), preparation(jobs),
                     shell_word(jobs.program), jobs.shards);
}

std::string shard(const SlurmJobs& jobs) {
  return fmt::format(R"(
trap 'interrupted=yes warned=yes; [[ -z $windhover ]] || kill -TERM "$windhover" 2> /dev/null' USR1
# Slurm sends SIGTERM to windhover too, for which a second one, passed on from here, would be the order to end at once.
trap 'interrupted=yes' TERM
warned='' windhover=''

echo "shard $SLURM_ARRAY_TASK_ID/{1} on $(hostname), $(date '+%F %T'), started ${{SLURM_RESTART_COUNT:-0}} times before"
{0}{2} study {3} \
  --shard "$SLURM_ARRAY_TASK_ID/{1}" --out {4}/"shard-$SLURM_ARRAY_TASK_ID" --jobs "${{SLURM_CPUS_PER_TASK:-{5}}}" &
windhover=$!
[[ -z $warned ]] || kill -TERM "$windhover" 2> /dev/null
interrupted=yes
while [[ -n $interrupted ]]; do # a trap ends the waiting, not windhover
  interrupted=''
  wait "$windhover"
  code=$?
done

# 143: stopped by SIGTERM, with the states saved. A job that was cancelled meanwhile does not run any more.
if [[ -n $warned && $code == 143 && $(scontrol --oneliner show job "$SLURM_JOB_ID") == *JobState=RUNNING* ]]; then
  echo "the time is over: back into the queue, to go on from the saved states"
  scontrol requeue "$SLURM_JOB_ID" || echo "it was not taken back into the queue; submit it again to go on" >&2
fi
exit "$code"
)",
                     preparation(jobs), jobs.shards, shell_word(jobs.program), command_text(jobs.study_words),
                     shell_word(jobs.out), jobs.jobs);
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 8 &&
         std::ranges::all_of(text, [](unsigned char letter) { return std::isdigit(letter) != 0; });
}

/// The parts of `text` between `separator`s.
std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (auto end = text.find(separator); end != std::string_view::npos; end = text.find(separator)) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.push_back(text);
  return parts;
}

long number_of(std::string_view digits) { return std::stol(std::string(digits)); }

/// Seconds of a time limit, if it is one.
std::optional<long> seconds_of_limit(std::string_view time) {
  const auto day_end = time.find('-');
  const bool has_days = day_end != std::string_view::npos;
  auto parts = parts_of(has_days ? time.substr(day_end + 1) : time, ':');
  if (has_days) parts.insert(parts.begin(), time.substr(0, day_end));
  if (parts.size() > (has_days ? 4U : 3U) || !std::ranges::all_of(parts, is_number)) return std::nullopt;
  // What the parts count: D-H[:M[:S]], H:M:S, M[:S].
  std::vector<long> units = {60, 1};
  if (parts.size() == 3) units = {3600, 60, 1};
  if (has_days) units = {86400, 3600, 60, 1};
  long seconds = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) seconds += units[i] * number_of(parts[i]);
  return seconds;
}

bool has_letters_of(std::string_view text, std::string_view further) {
  return !text.empty() && std::ranges::all_of(text, [further](unsigned char letter) {
    return std::isalnum(letter) != 0 || further.find(static_cast<char>(letter)) != std::string_view::npos;
  });
}

/// Options of sbatch that the script sets, or that submit something else.
constexpr std::array own_options = {"array",    "cpus-per-task", "dependency", "error",   "help",
                                    "input",    "job-name",      "nodes",      "ntasks",  "output",
                                    "parsable", "test-only",     "usage",      "version", "wrap"};

}  // namespace

std::string slurm_script(const SlurmJobs& jobs) {
  return heading(jobs) + array_directives(jobs) + directives(jobs.sbatch) + submission(jobs) + shard(jobs);
}

Result<void> check_slurm_time(std::string_view time) {
  constexpr long year = 365L * 86400;
  const auto seconds = seconds_of_limit(time);
  if (seconds && *seconds > 0 && *seconds <= year) return {};
  return usage_error(fmt::format(
      "--time: '{}' is no time that sbatch takes; give minutes, M:S, H:M:S, D-H, D-H:M or D-H:M:S, such "
      "as 90, 8:00:00 or 1-12, of a year at most",
      time));
}

Result<void> check_slurm_memory(std::string_view memory) {
  const bool has_unit =
      !memory.empty() && std::string_view("KMGT").find(memory.back()) != std::string_view::npos;
  if (is_number(memory.substr(0, memory.size() - (has_unit ? 1 : 0)))) return {};
  return usage_error(fmt::format(
      "--mem: '{}' is no memory that sbatch takes; give megabytes, or K, M, G or T behind a whole number: 4G",
      memory));
}

Result<void> check_slurm_name(std::string_view option, std::string_view name) {
  if (has_letters_of(name, "_-.,@+")) return {};
  return usage_error(fmt::format(
      "{}: '{}' is no name that Slurm takes: letters, digits and _ - . @ +, with commas between several",
      option, name));
}

Result<void> check_slurm_option(std::string_view option) {
  const auto name_end = std::min(option.find('='), option.size());
  const auto name = option.substr(0, name_end);
  const auto value = option.substr(name_end);
  const bool is_long = name.starts_with("--") && has_letters_of(name.substr(2), "-");
  if (!is_long || (!value.empty() && !has_letters_of(value, "=_-.,:;@+*/%&|!()[]~^"))) {
    return usage_error(fmt::format(
        "--sbatch: '{}' is no option of sbatch in its long form, without spaces and quotes, such as "
        "--constraint=fast",
        option));
  }
  // As sbatch does, by the beginning of a name.
  const auto is_meant = [&](std::string_view own) { return own.starts_with(name.substr(2)); };
  if (std::ranges::none_of(own_options, is_meant)) return {};
  return usage_error(
      fmt::format("--sbatch: {} is for the script to set, or asks for another thing than jobs", name));
}

Result<void> check_slurm_setup(std::string_view line) {
  if (printable(line) == line) return {};
  return usage_error(
      fmt::format("--setup: '{}' is not one line of shell without control characters; give --setup once "
                  "a line",
                  line));
}

}  // namespace windhover::app
