#include "apps/windhover/session.hpp"

#include <algorithm>
#include <thread>

#include "apps/windhover/build_info.hpp"
#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/progress_display.hpp"
#include "apps/windhover/signals.hpp"
#include "apps/windhover/text.hpp"
#include <fmt/format.h>

#include "windhover/analysis/analyse.hpp"
#include "windhover/core/stoppable.hpp"
#include "windhover/record/layout.hpp"
#include "windhover/report/report.hpp"
#include "windhover/study/checked_record.hpp"

namespace windhover::app {
namespace {

/// What write_results writes.
struct Results {
  Json json;
  report::ReportFiles pages;
};

Result<Results> make_results(const Folder& out) {
  const auto record = study::read_checked_study(out);
  if (!record) return Failure(record.error());
  auto json = analysis::analyse(*record);
  if (!json) return in_context(out.path().string(), json.error());
  auto pages = report::make_report(*json, out);
  if (!pages) return Failure(pages.error());
  return Results{.json = *std::move(json), .pages = *std::move(pages)};
}

}  // namespace

Result<study::StudyOutcome> run_session(const study::Plan& plan, study::StudyOptions options) {
  options.build = build_info();
  options.machine = machine_info();
  const auto stop = stop_on_signals();
  if (!stop) return Failure(stop.error());
  const auto display = make_progress_display();
  return study::run_study(plan, options, *display, *stop);
}

int report_stop(const study::StudyOutcome& outcome, const std::vector<std::string>& command_line) {
  auto words = command_line;
  std::erase(words, "--fresh");  // it would throw away what was saved
  console::say("stopped after {} of {} runs; the states are saved. To go on:\n  {}\n",
               outcome.finished + outcome.failed, outcome.runs, command_text(words));
  return exit_signal_base + signal_caught();
}

Result<Json> write_results(const Folder& out, const Watch& watch) {
  watch.tell({.what = "analysis and report"});
  auto results = unless_stopped(watch.stop(), [out] { return make_results(out); });
  if (!results) return Failure(results.error());
  WINDHOVER_RETURN_IF_ERROR(record::write_json(out, record::results_name, results->json));
  WINDHOVER_RETURN_IF_ERROR(report::replace_report(results->pages, out));
  return std::move(results->json);
}

void print_claims(const Json& results) {
  if (results["runs"]["finished"] == 0) {
    for (const Json& sentence : results["summary"]["found"])
      console::say("{}\n", sentence.get<std::string>());
    return;
  }
  for (const Json& claim : results["claims"]["declared"]) {
    const Json& estimate = claim["estimate"];
    const Json& p = claim["holm_p"];
    console::say(
        "claim {}: {} ({}{}{})\n", claim["id"].get<std::string>(), claim["verdict"].get<std::string>(),
        claim["tested"].get<std::string>(),
        estimate.is_number() ? fmt::format(" Estimate {:.4g}", estimate.get<double>()) : " No estimate",
        p.is_number() ? fmt::format(", Holm p {:.2g}", p.get<double>()) : "");
  }
}

int default_jobs() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

}  // namespace windhover::app
