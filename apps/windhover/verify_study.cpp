#include "apps/windhover/command.hpp"
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
  return {{"passed", check.faults.empty()},
          {"study", check.study},
          {"complete", check.complete},
          {"files", check.files},
          {"runs", check.runs},
          {"all_runs", check.all_runs},
          {"states", check.states},
          {"digest", check.digest},
          {"faults", std::move(faults)},
          {"notes", check.notes}};
}

void print(const study::FolderCheck& check) {
  for (const auto& fault : check.faults)
    fmt::print("{}  {}: {}\n", fault.foreign ? "FOREIGN" : "FAULT", fault.file, fault.what);
  for (const auto& note : check.notes) fmt::print("note   {}\n", note);
  fmt::print("study {}: {}, {} of {} runs, {} saved states, {} files, {} faults\n", check.study,
             check.complete ? "complete" : "unfinished", check.runs, check.all_runs, check.states,
             check.files, check.faults.size());
  if (!check.digest.empty()) fmt::print("digest {}\n", check.digest);
}

}  // namespace

Result<int> verify_study(const std::filesystem::path& folder, bool json) {
  const auto check = study::check_folder(folder);
  if (!check) return Failure(check.error());
  if (json) {
    fmt::print("{}\n", json_of(*check).dump(2, ' ', false, Json::error_handler_t::replace));
  } else {
    print(*check);
  }
  return check->faults.empty() ? exit_done : exit_failed;
}

}  // namespace windhover::app
