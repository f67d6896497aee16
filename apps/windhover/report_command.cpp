#include <memory>

#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/progress_display.hpp"
#include "apps/windhover/session.hpp"
#include "apps/windhover/signals.hpp"
#include <fmt/format.h>

#include "windhover/record/layout.hpp"
#include "windhover/record/record.hpp"
#include "windhover/study/folder_lock.hpp"
#include "windhover/study/output_folder.hpp"
#include "windhover/study/ownership.hpp"

namespace windhover::app {
namespace {

struct ReportArguments {
  std::filesystem::path folder;
  bool json = false;
};

/// What somebody wrote into a page is lost when the page is made again, but not without a word.
Result<void> name_changed_files(const Folder& out) {
  const auto sums = record::read_checksums(out);
  if (!sums) return Failure(sums.error());
  const auto changed = record::changed_files(out, sums->value_or(record::Checksums()));
  if (!changed) return Failure(changed.error());
  for (const auto& fault : *changed) {
    if (record::is_report_file(fault.file) || fault.file == record::results_name)
      console::say("{}: was changed since it was written; making it again\n",
                   out.path_of(fault.file).string());
  }
  return {};
}

/// The results. The folder is held meanwhile.
Result<analysis::Results> rebuild_files(const std::filesystem::path& folder) {
  const auto stop = stop_on_signals();
  if (!stop) return Failure(stop.error());
  const auto lock = study::FolderLock::take(folder);
  if (!lock) return Failure(lock.error());
  WINDHOVER_RETURN_IF_ERROR(study::require_marker(lock->folder()));
  WINDHOVER_RETURN_IF_ERROR(study::tidy_up(lock->folder()));
  WINDHOVER_RETURN_IF_ERROR(study::require_free_places(lock->folder(), {}, study::Written::report));
  WINDHOVER_RETURN_IF_ERROR(name_changed_files(lock->folder()));
  const auto display = make_progress_display();
  return write_results(lock->folder(), study::watch_by(*display, *stop));
}

Result<int> rebuild(const ReportArguments& arguments) {
  // Before the folder is locked, which would make it.
  if (const auto header = record::read_study_header(arguments.folder); !header)
    return Failure(header.error());
  const auto results = rebuild_files(arguments.folder);
  if (!results && results.error().kind == ErrorKind::stopped)
    console::say("stopped; the report in '{}' is as it was\n", arguments.folder.string());
  if (!results) return Failure(results.error());
  if (arguments.json) {
    console::print_json(analysis::to_json(*results));
  } else {
    console::print("report {}\n", (arguments.folder / "report.html").string());
  }
  print_claims(*results);
  return exit_done;
}

}  // namespace

void add_report(const Command& app, Invocation& invocation) {
  const auto arguments = std::make_shared<ReportArguments>();
  const Command command =
      app.add_subcommand("report", "rebuild results.json and every page of a study from its records");
  command.add_option("folder", arguments->folder, "the output folder of a study").type_name("DIR").required();
  command.add_flag("--json", arguments->json, "print results.json");
  command.footer(
      "Examples:\n"
      "  windhover report out/paper\n"
      "  windhover report out/paper --json\n"
      "Refused while a study runs in the folder, which writes the report itself at its end.");
  command.when_given(
      [arguments, &invocation] { invocation.action = [arguments] { return rebuild(*arguments); }; });
}

}  // namespace windhover::app
