#include <memory>

#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include <fmt/format.h>

#include "windhover/study/folder_lock.hpp"
#include "windhover/study/output_folder.hpp"
#include "windhover/study/ownership.hpp"
#include "windhover/study/prune.hpp"

namespace windhover::app {
namespace {

struct PruneArguments {
  std::filesystem::path folder;
  bool budget_states = false;
  bool dry_run = false;
  bool json = false;
};

Result<std::vector<study::LeftRun>> what_to_remove(const Folder& out, const PruneArguments& arguments) {
  auto left = study::left_runs(out);
  if (!left || !arguments.budget_states) return left;
  const auto states = study::budget_states(out);
  if (!states) return states;
  left->insert(left->end(), states->begin(), states->end());
  return left;
}

Result<int> prune(const PruneArguments& arguments) {
  WINDHOVER_RETURN_IF_ERROR(study::require_marker(Folder(arguments.folder)));
  const auto lock = study::FolderLock::take(arguments.folder);
  if (!lock) return Failure(lock.error());
  if (!arguments.dry_run) WINDHOVER_RETURN_IF_ERROR(study::tidy_up(lock->folder()));
  const auto left = what_to_remove(lock->folder(), arguments);
  if (!left) return Failure(left.error());
  double bytes = 0;
  for (const auto& run : *left) {
    if (!arguments.dry_run) WINDHOVER_RETURN_IF_ERROR(study::prune(lock->folder(), run));
    bytes += run.bytes;
    if (!arguments.json) console::print("{}  {}\n", run.place, run.id.folder().generic_string());
  }
  if (arguments.json) {
    console::print_json(
        {{"removed", !arguments.dry_run}, {"bytes", bytes}, {"entries", described::to_json(*left)}});
  } else {
    console::print("{} {} entries, {:.1f} MB\n", arguments.dry_run ? "would remove" : "removed", left->size(),
                   bytes / 1e6);
  }
  return exit_done;
}

}  // namespace

void add_prune(const Command& app, Invocation& invocation) {
  const auto arguments = std::make_shared<PruneArguments>();
  const Command command = app.add_subcommand(
      "prune", "remove from a study's folder the runs and states that its plan no longer asks for");
  command.add_option("folder", arguments->folder, "the output folder of a study").type_name("DIR").required();
  command.add_flag("--budget-states", arguments->budget_states,
                   "also the files from which larger budgets go on; the runs stay");
  command.add_flag("--dry-run", arguments->dry_run, "only say what would be removed");
  command.add_flag("--json", arguments->json, "print the list as JSON");
  command.footer(
      "Examples:\n"
      "  windhover prune out/quick --dry-run\n"
      "  windhover prune out/quick --budget-states\n"
      "'windhover inspect' lists what is no longer asked for. Nothing that the plan asks for is removed, and "
      "nobody else's files.");
  command.when_given(
      [arguments, &invocation] { invocation.action = [arguments] { return prune(*arguments); }; });
}

}  // namespace windhover::app
