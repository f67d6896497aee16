#include <algorithm>
#include <memory>

#include "apps/windhover/command.hpp"
#include "apps/windhover/verify.hpp"

#include "windhover/record/layout.hpp"

namespace windhover::app {
namespace {

namespace fs = std::filesystem;

struct VerifyArguments {
  fs::path folder;
  bool json = false;
};

/// A study's folder is known by any of these, so that one of them may be damaged or gone.
bool holds_study(const Folder& folder) {
  return folder.has(record::runs_folder) ||
         std::ranges::any_of(record::record_names, [&](const char* name) { return folder.has(name); });
}

Result<int> run(const VerifyArguments& arguments) {
  const auto verify = holds_study(arguments.folder) ? verify_study : verify_golden;
  return verify(arguments.folder, arguments.json);
}

}  // namespace

void add_verify(const Command& app, Invocation& invocation) {
  const auto arguments = std::make_shared<VerifyArguments>();
  const Command command = app.add_subcommand(
      "verify", "check that a study's folder is whole and sound, or this build against golden files");
  command
      .add_option("folder", arguments->folder,
                  "the output folder of a study, or a folder of golden files (*.json)")
      .type_name("DIR")
      .required();
  command.add_flag("--json", arguments->json, "print what was found as JSON");
  command.footer(
      "Examples:\n"
      "  windhover verify out/paper\n"
      "  windhover verify tests/golden --json\n"
      "Of a study: the SHA-256 of every file, every run's digest from its models and evaluation rows, that "
      "no "
      "run is a\n"
      "copy of another's, the study's digest and the rows of its manifest. Nothing is changed; 'windhover "
      "study' makes again what is "
      "damaged.\n"
      "Exit code 1 if anything is damaged, missing, left half-written or not ours (FOREIGN), naming the "
      "file; "
      "an unfinished\n"
      "study is no fault. Of golden files: 1 if one misses its tolerance, is of an unknown kind, or there is "
      "none.");
  command.when_given(
      [arguments, &invocation] { invocation.action = [arguments] { return run(*arguments); }; });
}

}  // namespace windhover::app
