#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/progress_display.hpp"
#include "apps/windhover/verify.hpp"
#include <fmt/format.h>

#include "windhover/core/fields.hpp"
#include "windhover/study/folder_check.hpp"

namespace windhover::app {
namespace {

Json json_of(const study::FolderCheck& check) {
  Json faults = Json::array();
  for (const auto& fault : check.faults)
    faults.push_back({{"file", fault.file}, {"what", fault.what}, {"foreign", fault.foreign}});
  return {{"passed", check.faults.empty()}, {"study", check.study},     {"complete", check.complete},
          {"files", check.files},           {"runs", check.runs},       {"all_runs", check.all_runs},
          {"states", check.states},         {"earlier", check.earlier}, {"digest", check.digest},
          {"faults", std::move(faults)},    {"notes", check.notes}};
}

void print(const study::FolderCheck& check) {
  for (const auto& fault : check.faults)
    console::print("{}  {}: {}\n", fault.foreign ? "FOREIGN" : "FAULT", fault.file, fault.what);
  for (const auto& note : check.notes) console::print("note   {}\n", note);
  const auto earlier = check.earlier > 0 ? fmt::format("{} in earlier/, ", check.earlier) : "";
  const auto counts = fmt::format("{}{} saved states, {} files, {} faults", earlier, check.states,
                                  check.files, check.faults.size());
  if (check.all_runs == 0) {  // a study has some
    console::print("study: its cells.json can not be read; {} runs, {}\n", check.runs, counts);
  } else {
    console::print("study {}: {}, {} of {} runs, {}\n", check.study,
                   check.complete ? "complete" : "unfinished", check.runs, check.all_runs, counts);
  }
  if (!check.digest.empty()) console::print("digest {}\n", check.digest);
}

}  // namespace

Result<int> verify_study(const std::filesystem::path& folder, bool json) {
  auto display = make_progress_display();
  const auto check = study::check_folder(folder, study::watch_by(*display));
  display.reset();
  if (!check) return Failure(check.error());
  if (json) {
    console::print_json(json_of(*check));
  } else {
    print(*check);
  }
  return check->faults.empty() ? exit_done : exit_failed;
}

}  // namespace windhover::app
