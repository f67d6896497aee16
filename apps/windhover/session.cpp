#include "apps/windhover/session.hpp"

#include <algorithm>
#include <cstdio>
#include <thread>

#include "apps/windhover/build_info.hpp"
#include "apps/windhover/command.hpp"
#include "apps/windhover/progress_display.hpp"
#include "apps/windhover/signals.hpp"
#include "apps/windhover/text.hpp"
#include <fmt/format.h>

#include "windhover/analysis/analyse.hpp"
#include "windhover/record/layout.hpp"
#include "windhover/report/report.hpp"

namespace windhover::app {

Result<SessionResult> run_session(const study::Plan& plan, study::StudyOptions options) {
  options.build = build_info();
  options.machine = machine_info();
  const SignalWatch signals;
  const auto display = make_progress_display();
  auto outcome = study::run_study(plan, options, *display, signals.stop_token());
  if (!outcome) return Failure(outcome.error());
  return SessionResult{.outcome = *std::move(outcome), .signal = signals.caught()};
}

int report_stop(const SessionResult& session, const std::vector<std::string>& command_line) {
  auto words = command_line;
  std::erase(words, "--fresh");  // it would throw away what was saved
  const auto& outcome = session.outcome;
  fmt::print(stderr, "stopped after {} of {} runs; the states are saved. To go on:\n  {}\n",
             outcome.finished + outcome.failed, outcome.runs, command_text(words));
  return exit_signal_base + session.signal;
}

Result<Json> write_results(const Folder& out) {
  const auto record = record::read_study(out);
  if (!record) return Failure(record.error());
  auto results = analysis::analyse(*record);
  if (!results) return in_context(out.path().string(), results.error());
  WINDHOVER_RETURN_IF_ERROR(record::write_json(out, record::results_name, *results));
  WINDHOVER_RETURN_IF_ERROR(report::write_report(*results, out));
  return results;
}

void print_claims(const Json& results) {
  for (const Json& claim : results["claims"]["declared"]) {
    const Json& estimate = claim["estimate"];
    const Json& p = claim["holm_p"];
    fmt::print(
        stderr, "claim {}: {} ({}{}{})\n", claim["id"].get<std::string>(),
        claim["verdict"].get<std::string>(), claim["tested"].get<std::string>(),
        estimate.is_number() ? fmt::format(" Estimate {:.4g}", estimate.get<double>()) : " No estimate",
        p.is_number() ? fmt::format(", Holm p {:.2g}", p.get<double>()) : "");
  }
}

int default_jobs() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

}  // namespace windhover::app
