#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "apps/windhover/command.hpp"
#include "apps/windhover/signals.hpp"
#include <fmt/format.h>

#include "windhover/kernels/kernels.hpp"
#include "windhover/study/version.hpp"

namespace windhover::app {
namespace {

int report_error(const Error& error) {
  if (error.kind == ErrorKind::stopped) return exit_signal_base + signal_caught();
  fmt::print(stderr, "windhover: {}\n", error.message);
  return error.kind == ErrorKind::usage ? exit_usage : exit_failed;
}

/// WINDHOVER_TARGET picks the instruction set.
Result<void> choose_target() {
  const char* target = std::getenv("WINDHOVER_TARGET");
  if (target == nullptr || *target == '\0') return {};
  const auto forced = kernels::force_target(target);
  if (!forced) return usage_error("WINDHOVER_TARGET: " + forced.error().message);
  return {};
}

void describe(CLI::App& app) {
  app.description(
      "Windhover, a laboratory for asynchronous actor-critic learning: which part of a network and which arm "
      "of training "
      "makes the difference, with the statistics to say so.");
  app.footer(
      "Exit codes: 0 done, 1 failed, 2 asked for something that cannot be; 129, 130 and 143 stopped by "
      "SIGHUP, "
      "SIGINT and\n"
      "SIGTERM, which is answered within a second; what can be gone on with is saved, and a second signal "
      "ends "
      "at once.\n"
      "Environment: WINDHOVER_TARGET=AVX2 forces an instruction set, NO_COLOR=1 leaves out colours.\n"
      "Example: windhover study studies/rnn-layernorm.toml --quick --out out/quick");
  app.set_version_flag("--version", fmt::format("windhover {}", study::version()));
  app.require_subcommand(0, 1);
}

int run(int argument_count, const char* const* arguments) {
  CLI::App app("", "windhover");
  describe(app);
  Invocation invocation{.arguments = {arguments, arguments + argument_count}, .action = {}};
  for (const auto add : {add_study, add_train, add_eval, add_report, add_power, add_compare, add_audit,
                         add_verify, add_baselines, add_inspect, add_bench}) {
    add(app, invocation);
  }
  try {
    app.parse(argument_count, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_done : exit_usage;
  }
  if (!invocation.action) {
    fmt::print("{}", app.help());
    return exit_done;
  }
  if (const auto chosen = choose_target(); !chosen) return report_error(chosen.error());
  const auto code = invocation.action();
  return code ? *code : report_error(code.error());
}

}  // namespace
}  // namespace windhover::app

int main(int argument_count, char** arguments) {
  using namespace windhover::app;
  end_on_signals();
  try {
    const int code = run(argument_count, arguments);
    if (signal_caught() == 0) return code;
    std::fflush(nullptr);
    std::_Exit(exit_signal_base + signal_caught());  // a thread may be left behind (stoppable.hpp)
  } catch (const std::exception& error) {
    fmt::print(stderr, "windhover: {}\n", error.what());
    return exit_failed;
  }
}
