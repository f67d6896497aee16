#include <memory>

#include "apps/windhover/command.hpp"
#include "apps/windhover/session.hpp"
#include <fmt/format.h>

namespace windhover::app {
namespace {

struct Arguments {
  std::filesystem::path folder;
  bool json = false;
};

Result<int> rebuild(const Arguments& arguments) {
  const auto results = write_results(arguments.folder);
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
  command.footer("Examples:\n  windhover report out/paper\n  windhover report out/paper --json");
  command.callback(
      [arguments, &invocation] { invocation.action = [arguments] { return rebuild(*arguments); }; });
}

}  // namespace windhover::app
