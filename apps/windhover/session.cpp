#include "apps/windhover/session.hpp"

#include <algorithm>
#include <cmath>
#include <thread>
#include <tuple>

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
#include "windhover/study/ownership.hpp"

namespace windhover::app {
namespace {

/// What write_results writes.
struct Written {
  analysis::Results results;
  report::ReportFiles pages;
};

Result<Written> make_results(const Folder& out) {
  const auto record = study::read_checked_study(out);
  if (!record) return Failure(record.error());
  auto results = analysis::analyse(*record);
  if (!results) return in_context(out.path().string(), results.error());
  auto pages = report::make_report(*results, out);
  if (!pages) return Failure(pages.error());
  return Written{.results = *std::move(results), .pages = *std::move(pages)};
}

}  // namespace

Result<study::StudyOutcome> run_session(const study::Plan& plan, study::StudyOptions options) {
  WINDHOVER_RETURN_IF_ERROR(study::require_outside_of_studies(options.out));
  options.provenance = {.build = build_info(), .machine = machine_info()};
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

Result<analysis::Results> write_results(const Folder& out, const Watch& watch) {
  watch.tell({.what = "analysis and report"});
  auto made = unless_stopped(watch.stop(), [out] { return make_results(out); });
  if (!made) return Failure(made.error());
  // Pages alone, in a folder that was removed meanwhile, would be nobody's.
  if (!out.has("cells.json")) {
    return failure(fmt::format(
        "the output folder '{}' was removed while its report was made; the same command makes again "
        "what is missing",
        out.path().string()));
  }
  WINDHOVER_RETURN_IF_ERROR(record::write_json(out, record::results_name, analysis::to_json(made->results)));
  WINDHOVER_RETURN_IF_ERROR(report::replace_report(made->pages, out));
  return std::move(made->results);
}

void print_claims(const analysis::Results& results) {
  if (results.runs.finished == 0) {
    for (const auto& sentence : results.summary.found) console::say("{}\n", sentence.text);
    return;
  }
  for (const auto& claim : results.claims.declared) {
    const auto& [estimate, p] = std::tie(claim.verdict.estimate, claim.verdict.holm_p);
    console::say("claim {}: {} ({}{}{})\n", claim.id, analysis::name_of(claim.verdict.verdict), claim.tested,
                 std::isfinite(estimate) ? fmt::format(" Estimate {:.4g}", estimate) : " No estimate",
                 std::isfinite(p) ? fmt::format(", Holm p {:.2g}", p) : "");
  }
}

int default_jobs() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

}  // namespace windhover::app
