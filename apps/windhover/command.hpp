#pragma once

#include <functional>
#include <string>
#include <vector>

#include "apps/windhover/options.hpp"

#include "windhover/core/result.hpp"

namespace windhover::app {

/// Exit codes: 0 done, 1 failed, 2 asked for something that can not be, 128 + n stopped by signal n.
inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_signal_base = 128;

/// What the command line asks for. A subcommand's callback sets the action, main carries it out.
struct Invocation {
  std::vector<std::string> arguments;   ///< as given, the program's name first
  std::function<Result<int>()> action;  ///< returns the exit code
};

// Each adds one subcommand; one file a subcommand.
void add_study(const Command& app, Invocation& invocation);
void add_train(const Command& app, Invocation& invocation);
void add_act(const Command& app, Invocation& invocation);
void add_environments(const Command& app, Invocation& invocation);
void add_eval(const Command& app, Invocation& invocation);
void add_power(const Command& app, Invocation& invocation);
void add_report(const Command& app, Invocation& invocation);
void add_compare(const Command& app, Invocation& invocation);
void add_merge(const Command& app, Invocation& invocation);
void add_audit(const Command& app, Invocation& invocation);
void add_verify(const Command& app, Invocation& invocation);
void add_baselines(const Command& app, Invocation& invocation);
void add_inspect(const Command& app, Invocation& invocation);
void add_prune(const Command& app, Invocation& invocation);
void add_bench(const Command& app, Invocation& invocation);
void add_slurm(const Command& app, Invocation& invocation);

}  // namespace windhover::app
