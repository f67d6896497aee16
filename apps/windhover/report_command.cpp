#include <memory>

#include "apps/windhover/command.hpp"
#include "apps/windhover/session.hpp"
#include <fmt/format.h>

#include "windhover/record/record.hpp"
#include "windhover/study/folder_lock.hpp"
#include "windhover/study/output_folder.hpp"
#include "windhover/study/ownership.hpp"

namespace windhover::app {
namespace {

struct Arguments {
  std::filesystem::path folder;
  bool json = false;
};

Result<int> rebuild(const Arguments& arguments) {
  // Before the folder is locked, which would make it.
  if (const auto header = record::read_study_header(arguments.folder); !header)
    return Failure(header.error());
  const auto lock = study::FolderLock::take(arguments.folder);
  if (!lock) return Failure(lock.error());
  WINDHOVER_RETURN_IF_ERROR(study::require_marker(lock->folder()));
  WINDHOVER_RETURN_IF_ERROR(study::tidy_up(lock->folder()));
  WINDHOVER_RETURN_IF_ERROR(study::require_free_places(lock->folder(), {}, true));
  const auto results = write_results(lock->folder());
  if (!results) return Failure(results.error());
  if (arguments.json) {
    fmt::print("{}\n", results->dump(2));
  } else {
    fmt::print("report {}\n", (arguments.folder / "report.html").string());
  }
  print_claims(*results);
  return exit_done;
}

}  // namespace

void add_report(CLI::App& app, Invocation& invocation) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command =
      *app.add_subcommand("report", "rebuild results.json and every page of a study from its records");
  command.add_option("folder", arguments->folder, "the output folder of a study")
      ->type_name("DIR")
      ->required();
  command.add_flag("--json", arguments->json, "print results.json");
  command.footer(
      "Examples:\n"
      "  windhover report out/paper\n"
      "  windhover report out/paper --json\n"
      "Refused while a study runs in the folder, which writes the report itself at its end.");
  command.callback(
      [arguments, &invocation] { invocation.action = [arguments] { return rebuild(*arguments); }; });
}

}  // namespace windhover::app
