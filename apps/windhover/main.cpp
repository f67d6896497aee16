#include <cstdlib>
#include <exception>
#include <string>

#include "apps/windhover/build_info.hpp"
#include "apps/windhover/command.hpp"
#include "apps/windhover/command_line.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/rank_transport.hpp"
#include "apps/windhover/session.hpp"
#include "apps/windhover/signals.hpp"
#include <fmt/format.h>

#include "windhover/kernels/kernels.hpp"

namespace windhover::app {
namespace {

int report_error(const Error& error) {
  if (error.kind != ErrorKind::stopped) console::say_message("windhover: " + error.message);
  return exit_code_of(error);
}

/// WINDHOVER_TARGET picks the instruction set.
Result<void> choose_target() {
  const char* target = std::getenv("WINDHOVER_TARGET");
  if (target == nullptr || *target == '\0') return {};
  const auto forced = kernels::force_target(target);
  if (!forced) return usage_error("WINDHOVER_TARGET: " + forced.error().message);
  return {};
}

constexpr const char* description =
    "Windhover, a laboratory for asynchronous actor-critic learning: which part of a network and which arm "
    "of training makes the difference, with the statistics to say so.";

constexpr const char* footer =
    "Exit codes: 0 done, 1 failed, 2 asked for something that cannot be; 129, 130 and 143 stopped by "
    "SIGHUP, SIGINT and\n"
    "SIGTERM, which is answered within a second; what can be gone on with is saved, and a second signal "
    "ends at once.\n"
    "141 done, but the reader of the output has gone away ('| head'). Output that cannot be written for "
    "another reason is a\n"
    "failure; progress and messages, on stderr, are dropped where they cannot be written.\n"
    "Environment: WINDHOVER_TARGET=AVX2 forces an instruction set, NO_COLOR=1 leaves out colours.\n"
    "Example: windhover study studies/rnn-layernorm.toml --quick --out out/quick";

int run(int argument_count, const char* const* arguments) {
  CommandLine command_line(description, footer, "windhover " + record::build_text(build_info()));
  Invocation invocation{.arguments = {arguments, arguments + argument_count}, .action = {}};
  for (const auto add :
       {add_study, add_train, add_eval, add_act, add_report, add_power, add_compare, add_merge, add_audit,
        add_verify, add_environments, add_baselines, add_inspect, add_prune, add_bench, add_slurm}) {
    add(command_line.program(), invocation);
  }
  switch (command_line.read(invocation.arguments)) {
    case Request::refused:
      return exit_usage;
    case Request::shown:
      return exit_done;
    case Request::action:
      break;
  }
  if (!invocation.action) {
    command_line.print_help();
    return exit_done;
  }
  if (const auto chosen = choose_target(); !chosen) return report_error(chosen.error());
  const auto code = invocation.action();
  return code ? *code : report_error(code.error());
}

int run_to_the_end(int argument_count, const char* const* arguments) {
  try {
    return run(argument_count, arguments);
  } catch (const std::exception& error) {
    console::say_message(fmt::format("windhover: {}", error.what()));
    return exit_failed;
  }
}

}  // namespace
}  // namespace windhover::app

int main(int argument_count, char** arguments) {
  namespace app = windhover::app;
  if (!app::console::prepare()) return app::exit_failed;
  const bool is_led = app::world().rank > 0;  // rank 0 speaks for all, by its exit code too
  app::console::set_silent(is_led);
  app::end_on_signals();
  const int code = app::console::finish(app::run_to_the_end(argument_count, arguments));
  if (app::signal_caught() == 0) return is_led && code == app::exit_usage ? app::exit_done : code;
  std::_Exit(app::exit_signal_base + app::signal_caught());  // a thread may be left behind (stoppable.hpp)
}
