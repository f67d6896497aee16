#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>

#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/output_file.hpp"
#include "apps/windhover/plan_arguments.hpp"
#include "apps/windhover/slurm_script.hpp"
#include "apps/windhover/text.hpp"
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "windhover/study/condition_warnings.hpp"
#include "windhover/study/growth.hpp"
#include "windhover/study/ownership.hpp"

namespace windhover::app {
namespace {

namespace fs = std::filesystem;

constexpr int default_shards = 8;
constexpr int default_runs_at_once = 4;

struct SlurmArguments {
  PlanArguments plan;
  fs::path out;
  std::optional<int> shards, nodes, jobs;
  std::string time, partition, account, memory;
  std::vector<std::string> sbatch, setup;
  std::string program;
  fs::path script;
  bool submit = false;
};

Result<void> check_values(const SlurmArguments& arguments) {
  if (!arguments.time.empty()) WINDHOVER_RETURN_IF_ERROR(check_slurm_time(arguments.time));
  if (!arguments.memory.empty()) WINDHOVER_RETURN_IF_ERROR(check_slurm_memory(arguments.memory));
  if (!arguments.partition.empty())
    WINDHOVER_RETURN_IF_ERROR(check_slurm_name("--partition", arguments.partition));
  if (!arguments.account.empty()) WINDHOVER_RETURN_IF_ERROR(check_slurm_name("--account", arguments.account));
  for (const auto& option : arguments.sbatch) WINDHOVER_RETURN_IF_ERROR(check_slurm_option(option));
  for (const auto& line : arguments.setup) WINDHOVER_RETURN_IF_ERROR(check_slurm_setup(line));
  return {};
}

/// Whether the shell would find the program.
bool is_in_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::string_view folders = path == nullptr ? "" : path;
  while (!folders.empty()) {
    const auto end = std::min(folders.find(':'), folders.size());
    const auto file = fs::path(folders.substr(0, end)) / program;
    if (::access(file.c_str(), X_OK) == 0) return true;
    folders.remove_prefix(std::min(end + 1, folders.size()));
  }
  return false;
}

Result<void> require_sbatch() {
  if (is_in_path("sbatch")) return {};
  return usage_error(
      "--submit: sbatch is not there; submit on a machine of the cluster, or install the package "
      "slurm-client; "
      "without --submit the script is written only");
}

/// How many parts; each has a run at least.
Result<int> shards_of(const SlurmArguments& arguments, std::size_t runs) {
  const int most = static_cast<int>(runs);
  if (!arguments.shards) return std::min(arguments.nodes.value_or(default_shards), most);
  if (*arguments.shards <= most) return *arguments.shards;
  return usage_error(fmt::format(
      "--shards {}: the study has {} runs, and a shard without one has nothing to do; give {} at most",
      *arguments.shards, runs, most));
}

/// Absolute, without a slash at the end.
fs::path whole_path(const fs::path& path) {
  auto whole = fs::absolute(path).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

/// Refuses a folder in which a shard would be refused.
Result<void> require_fit(const fs::path& out, const study::Plan& plan,
                         const std::vector<record::NamedFile>& declaration) {
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(out, ignored))) return {};
  if (!fs::is_directory(out, ignored))
    return usage_error(fmt::format("'{}' is there and is no folder; give another --out", out.string()));
  WINDHOVER_RETURN_IF_ERROR(study::require_ours(out, declaration, record::run_ids(plan.study)));
  const auto kept = study::kept_runs(out, {});
  if (!kept) return Failure(kept.error());
  return study::accepted_changes(out, plan, *kept).transform([](const auto&) {});
}

/// What a job would refuse is refused now.
Result<void> check_folders(const SlurmArguments& arguments, const study::Plan& plan, int shards) {
  const auto out = whole_path(arguments.out);
  std::error_code ignored;
  if (fs::exists(out, ignored) && !fs::is_directory(out, ignored))
    return usage_error(fmt::format("'{}' is there and is no folder; give another --out", out.string()));
  const auto declaration = record::study_files(plan.study);
  if (!declaration) return Failure(declaration.error());
  std::vector<fs::path> folders = {out / "merged"};
  for (int shard = 1; shard <= shards; ++shard) folders.push_back(out / fmt::format("shard-{}", shard));
  WINDHOVER_RETURN_IF_ERROR(study::require_outside_of_studies(folders.front()));
  for (const auto& folder : folders) {
    WINDHOVER_RETURN_IF_ERROR(study::require_study_file_elsewhere(arguments.plan.file, folder));
    WINDHOVER_RETURN_IF_ERROR(require_fit(folder, plan, *declaration));
  }
  return {};
}

std::vector<std::string> sbatch_options(const SlurmArguments& arguments) {
  std::vector<std::string> options;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) options.push_back(fmt::format("{}={}", name, value));
  };
  add("--time", arguments.time);
  add("--partition", arguments.partition);
  add("--account", arguments.account);
  add("--mem", arguments.memory);
  options.insert(options.end(), arguments.sbatch.begin(), arguments.sbatch.end());
  return options;
}

std::vector<std::string> study_words(const PlanArguments& plan) {
  std::vector<std::string> words = {whole_path(plan.file).string()};
  if (plan.quick) words.emplace_back("--quick");
  for (const auto& assignment : plan.overrides) words.insert(words.end(), {"--set", assignment});
  return words;
}

SlurmJobs jobs_of(const SlurmArguments& arguments, const study::Plan& plan, int shards,
                  std::vector<std::string> command_line) {
  const int runs = static_cast<int>(study::runs_of(plan).size());
  command_line.front() = "windhover";
  std::error_code ignored;
  return {.study = plan.study.name,
          .made_by = command_text(command_line),
          .program = arguments.program.empty() ? fs::read_symlink("/proc/self/exe", ignored).string()
                                               : arguments.program,
          .study_words = study_words(arguments.plan),
          .out = whole_path(arguments.out).string(),
          .folder = fs::current_path(ignored).string(),
          .shards = shards,
          .nodes = arguments.nodes,
          .jobs = arguments.jobs.value_or(std::min(default_runs_at_once, (runs + shards - 1) / shards)),
          .sbatch = sbatch_options(arguments),
          .setup = arguments.setup};
}

/// Has bash carry out the script, which prints what it has submitted.
Result<int> submit(const fs::path& script) {
  std::string shell = "bash", file = script.string();
  char* words[] = {shell.data(), file.data(), nullptr};
  // What this program ignores (console.hpp), others need not.
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGPIPE);
  ::sigaddset(&signals, SIGXFSZ);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setsigdefault(&attributes, &signals);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t id = -1;
  const int error = ::posix_spawnp(&id, shell.c_str(), nullptr, &attributes, words, environ);
  ::posix_spawnattr_destroy(&attributes);
  if (error != 0) return failure(fmt::format("bash cannot be started: {}", std::strerror(error)));
  int status = 0;
  while (::waitpid(id, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return exit_done;
  return failure(fmt::format("'{}' could not be submitted; sbatch has said why", file));
}

Result<int> make_jobs(const SlurmArguments& arguments, const std::vector<std::string>& command_line) {
  WINDHOVER_RETURN_IF_ERROR(check_values(arguments));
  const auto plan = load_plan(arguments.plan);
  if (!plan) return Failure(plan.error());
  const auto shards = shards_of(arguments, study::runs_of(*plan).size());
  if (!shards) return Failure(shards.error());
  WINDHOVER_RETURN_IF_ERROR(check_folders(arguments, *plan, *shards));
  if (arguments.submit) WINDHOVER_RETURN_IF_ERROR(require_sbatch());
  for (const auto& warning : study::warning_texts(*plan)) console::say("warning: {}\n", warning);

  const auto text = slurm_script(jobs_of(arguments, *plan, *shards, command_line));
  if (arguments.script.empty() && !arguments.submit) {
    console::print_lines(text);
    return exit_done;
  }
  const auto script = arguments.script.empty() ? whole_path(arguments.out) / "slurm.sh" : arguments.script;
  WINDHOVER_RETURN_IF_ERROR(write_output(script, text, slurm_script_mark));
  if (arguments.submit) return submit(script);
  console::say("written: {}\nto submit it: {}\n", script.string(), command_text({"bash", script.string()}));
  return exit_done;
}

void add_sbatch_options(const Command& command, SlurmArguments& arguments) {
  command
      .add_option(
          "--time", arguments.time,
          "time limit of a job, as sbatch takes it: 90, 8:00:00 or 1-12; a shard that needs more goes "
          "on in the next one")
      .type_name("TIME");
  command.add_option("--partition", arguments.partition, "partition of the cluster").type_name("NAME");
  command.add_option("--account", arguments.account, "account that pays").type_name("NAME");
  command.add_option("--mem", arguments.memory, "memory of a job, as sbatch takes it: 4G").type_name("SIZE");
  command
      .add_option(
          "--sbatch", arguments.sbatch,
          "another option of sbatch, in its long form, for all jobs: --sbatch=--constraint=fast; may be "
          "given several times")
      .type_name("OPTION")
      .repeatable();
}

}  // namespace

void add_slurm(const Command& app, Invocation& invocation) {
  const auto arguments = std::make_shared<SlurmArguments>();
  const Command command = app.add_subcommand(
      "slurm", "write a study as a script for Slurm: an array of shards, and a job that merges them");
  add_plan_arguments(command, arguments->plan);
  command
      .add_option("--out", arguments->out,
                  "the folder of all, which every node sees: DIR/shard-K, DIR/merged, DIR/logs")
      .type_name("DIR")
      .required();
  command
      .add_option("--shards", arguments->shards,
                  "parts of the study, a job each; if not given, as many as --nodes, or 8")
      .whole_number(1, 100'000);
  command
      .add_option("--nodes", arguments->nodes, "shards at the same time, each on one node; all if not given")
      .whole_number(1, 100'000);
  command
      .add_option(
          "--jobs", arguments->jobs,
          "runs at the same time in a shard, with a processor each; if not given, 4 or what a shard has")
      .whole_number(1, 4096);
  add_sbatch_options(command, *arguments);
  command
      .add_option(
          "--setup", arguments->setup,
          "a line of shell that jobs start with, such as 'module load gcc'; may be given several times")
      .type_name("LINE")
      .repeatable();
  command
      .add_option("--program", arguments->program,
                  "windhover, as the nodes find it; this program's own path if not given")
      .type_name("PATH");
  command
      .add_option("--script", arguments->script,
                  "write to this file; stdout if not given, or DIR/slurm.sh with --submit")
      .type_name("FILE");
  command.add_flag("--submit", arguments->submit, "submit it; the jobs' numbers go to stdout");
  command.footer(
      "Examples:\n"
      "  windhover slurm studies/rnn-layernorm.toml --out out/cluster --shards 4 --time 2:00:00\n"
      "  windhover slurm studies/rnn-layernorm.toml --quick --out out/cluster --script quick.sh\n"
      "  windhover slurm studies/rnn-layernorm.toml --out out/cluster --nodes 4 --jobs 8 --partition long "
      "--submit\n"
      "'bash FILE' submits the script, 'sbatch FILE' its shards alone. A shard whose time is over, or that "
      "is "
      "preempted, saves\n"
      "its states, goes back into the queue and goes on; one that was cancelled goes on when the script is "
      "submitted again.\n"
      "What a job would refuse (the study file, the folders) is refused now. docs/cluster.md says more.");
  command.when_given([arguments, &invocation] {
    invocation.action = [arguments, &invocation] { return make_jobs(*arguments, invocation.arguments); };
  });
}

}  // namespace windhover::app
