#include <memory>

#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/progress_display.hpp"
#include "apps/windhover/session.hpp"
#include "apps/windhover/signals.hpp"
#include "apps/windhover/text.hpp"
#include <fmt/format.h>

#include "windhover/core/first_few.hpp"
#include "windhover/study/merge.hpp"

namespace windhover::app {
namespace {

struct MergeArguments {
  std::vector<std::filesystem::path> folders;
  std::filesystem::path out;
  bool partial = false;
  bool accept_build = false;
  bool json = false;
};

Result<study::Parts> read_parts(const MergeArguments& arguments) {
  const auto stop = stop_on_signals();
  if (!stop) return Failure(stop.error());
  const auto display = make_progress_display();
  return study::read_parts(arguments.folders, arguments.accept_build, study::watch_by(*display, *stop));
}

Result<void> require_another_folder(const MergeArguments& arguments) {
  for (const auto& folder : arguments.folders) {
    std::error_code ignored;
    if (std::filesystem::equivalent(folder, arguments.out, ignored))
      return usage_error(
          fmt::format("--out: '{}' is one of the folders to merge; give another", arguments.out.string()));
  }
  return {};
}

void print_summary(const MergeArguments& arguments, const study::Parts& parts,
                   const study::StudyOutcome& outcome) {
  if (arguments.json) {
    const auto digest = outcome.digest.empty() ? Json() : Json(outcome.digest);
    console::print_json({{"study", parts.plan.study.name},
                         {"runs", outcome.runs},
                         {"failed", outcome.failed},
                         {"missing", parts.missing},
                         {"digest", digest},
                         {"out", arguments.out.string()}});
    return;
  }
  console::print("study {}{}\nruns {} of {}, failed {}\n", parts.plan.study.name,
                 parts.plan.study.quick ? " (quick)" : "", outcome.runs - outcome.missing, outcome.runs,
                 outcome.failed);
  if (!outcome.digest.empty())
    console::print("digest {}\nreport {}\n", outcome.digest, (arguments.out / "report.html").string());
}

Result<int> merge(const MergeArguments& arguments, const std::vector<std::string>& command_line) {
  constexpr std::size_t named_runs = 6;
  WINDHOVER_RETURN_IF_ERROR(require_another_folder(arguments));
  const auto parts = read_parts(arguments);
  if (!parts) return Failure(parts.error());
  for (const auto& note : parts->notes) console::say("{}\n", note);
  if (!parts->missing.empty()) {
    const auto text = fmt::format("{} of {} runs are in none of the folders: {}", parts->missing.size(),
                                  study::runs_of(parts->plan).size(), first_few(parts->missing, named_runs));
    if (!arguments.partial) return failure(text + "; --partial merges the others. Nothing was written");
    console::say("{}\n", text);
  }
  const auto write_report = [&](const Watch& watch) {
    return write_results(arguments.out, watch).transform([](const auto&) {});
  };
  const auto outcome = run_session(
      parts->plan,
      {.out = arguments.out, .reuse = arguments.folders, .only_reuse = true, .when_complete = write_report});
  if (!outcome) return Failure(outcome.error());
  if (outcome->stopped) return report_stop(*outcome, command_line);
  print_summary(arguments, *parts, *outcome);
  return outcome->failed == 0 ? exit_done : exit_failed;
}

}  // namespace

void add_merge(const Command& app, Invocation& invocation) {
  const auto arguments = std::make_shared<MergeArguments>();
  const Command command = app.add_subcommand(
      "merge", "put the parts of a study together: shards, or folders of several machines");
  command.add_option("folders", arguments->folders, "output folders of one study")
      .type_name("DIR...")
      .required();
  command.add_option("--out", arguments->out, "the folder of the whole study; the parts stay as they are")
      .type_name("DIR")
      .required();
  command.add_flag("--partial", arguments->partial, "also if runs are missing, which are named");
  command.add_flag("--accept-build", arguments->accept_build,
                   "also if runs were made by different builds of windhover; the report tells");
  command.add_flag("--json", arguments->json, "print the summary as JSON");
  command.footer(
      "Example:\n"
      "  windhover merge out/quick-1 out/quick-2 --out out/quick\n"
      "Every file is checked by its SHA-256 and every run's digest by its models and evaluation rows. "
      "Folders "
      "of different\n"
      "plans, runs of other semantics or builds, and a run with two digests are refused, by their names. The "
      "digest is that\n"
      "of the study on one machine. 'windhover study STUDY.toml --reuse DIR' takes runs likewise, and trains "
      "what is missing.");
  command.when_given([arguments, &invocation] {
    invocation.action = [arguments, &invocation] { return merge(*arguments, invocation.arguments); };
  });
}

}  // namespace windhover::app
