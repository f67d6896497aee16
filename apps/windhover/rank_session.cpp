#include "apps/windhover/rank_session.hpp"

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <string_view>

#include "apps/windhover/build_info.hpp"
#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/session.hpp"
#include "apps/windhover/signals.hpp"

#include "windhover/ranks/rank_crew.hpp"
#include "windhover/ranks/rank_worker.hpp"

namespace windhover::app {
namespace {

/// How long rank 0 waits for the others at the end: a run that is told to stop does so within a second.
constexpr std::chrono::seconds patience_at_end(20);

int number_in_environment(const char* name, int otherwise) {
  const char* variable = std::getenv(name);
  if (variable == nullptr) return otherwise;
  const std::string_view text(variable);
  int number = otherwise;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() ? number : otherwise;
}

/// Another rank than 0. What goes wrong here, rank 0 can not say.
Result<int> follow(RankTransport& transport, int jobs) {
  const auto live = [&]() -> Result<void> {
    const auto stop = stop_on_signals();
    if (!stop) return Failure(stop.error());
    const auto program = this_program();
    if (!program) return Failure(program.error());
    return ranks::work_for_rank_0(transport,
                                  {.jobs = jobs,
                                   .program = *program,
                                   .provenance = {.build = program->build, .machine = machine_info()},
                                   .stop = *stop,
                                   .signal = signal_caught});
  };
  const auto lived = live();
  if (lived) return exit_done;
  console::set_silent(false);
  console::say_message(fmt::format("windhover: rank {}: {}", transport.rank(), lived.error().message));
  transport.abort(exit_failed);
  return exit_failed;
}

}  // namespace

World world() {
  return {.rank = number_in_environment("OMPI_COMM_WORLD_RANK", 0),
          .size = number_in_environment("OMPI_COMM_WORLD_SIZE", 1)};
}

Result<int> as_rank(int jobs, const LeadRanks& lead) {
  const auto transport = connect_ranks();
  if (!transport) return Failure(transport.error());
  if ((*transport)->rank() > 0) return follow(**transport, jobs);
  auto code = lead(**transport);
  if (!ranks::end_ranks(**transport, patience_at_end))
    (*transport)->abort(code ? *code : exit_code_of(code.error()));
  return code;
}

}  // namespace windhover::app
