#pragma once

#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

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
void add_study(CLI::App& app, Invocation& invocation);
void add_train(CLI::App& app, Invocation& invocation);
void add_eval(CLI::App& app, Invocation& invocation);
void add_power(CLI::App& app, Invocation& invocation);
void add_report(CLI::App& app, Invocation& invocation);
void add_compare(CLI::App& app, Invocation& invocation);
void add_audit(CLI::App& app, Invocation& invocation);
void add_verify(CLI::App& app, Invocation& invocation);
void add_baselines(CLI::App& app, Invocation& invocation);
void add_inspect(CLI::App& app, Invocation& invocation);
void add_bench(CLI::App& app, Invocation& invocation);

}  // namespace windhover::app
