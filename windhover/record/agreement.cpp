#include "windhover/record/agreement.hpp"

#include <array>
#include <string>

#include <fmt/format.h>

#include "windhover/core/value_text.hpp"

namespace windhover::record {
namespace {

bool is_row_of(const Json& row, const RunId& id) {
  return row.is_object() && row.value("cell", Json()) == id.cell && row.value("arm", Json()) == id.arm &&
         row.value("seed", Json()) == id.seed;
}

/// Where the row and the run's done.json differ first; empty if they do not.
std::string difference(const Json& row, const RunSummary& summary) {
  const std::array<std::pair<const char*, Json>, 5> expected = {{{"digest", summary.digest},
                                                                 {"models", summary.models},
                                                                 {"parameters", summary.parameters},
                                                                 {"status", summary.status()},
                                                                 {"steps", summary.steps}}};
  for (const auto& [key, value] : expected) {
    const Json found = row.value(key, Json());
    if (found == value) continue;
    return fmt::format("'{}' is {}, but its done.json says {}", key, value_text(found), value_text(value));
  }
  return {};
}

}  // namespace

std::vector<Fault> copied_runs(const std::map<RunId, RunSummary>& runs) {
  std::map<std::string, const RunId*> first_with;
  std::vector<Fault> faults;
  for (const auto& [id, summary] : runs) {
    if (summary.failed) continue;
    const auto [known, is_new] = first_with.try_emplace(summary.digest, &id);
    const RunId& first = *known->second;
    if (is_new || first.seed == id.seed) continue;
    faults.push_back({.file = id.place(),
                      .what = fmt::format("has the models and evaluation rows of {}, which two seeds never "
                                          "have: one of the folders is a copy of the other",
                                          first.place())});
  }
  return faults;
}

std::vector<Fault> manifest_faults(const Json& manifest, const std::vector<RunId>& asked_for,
                                   const std::map<RunId, RunSummary>& runs) {
  std::vector<Fault> faults;
  const auto add = [&](std::string what) {
    faults.push_back({.file = "manifest.json", .what = std::move(what)});
  };
  const auto rows = manifest.find("runs");
  if (rows == manifest.end() || !rows->is_array() || rows->size() != asked_for.size()) {
    add(fmt::format("it must have a row for each of the {} runs", asked_for.size()));
    return faults;
  }
  for (std::size_t i = 0; i < asked_for.size(); ++i) {
    const Json& row = (*rows)[i];
    const RunId& id = asked_for[i];
    if (!is_row_of(row, id)) {
      add(fmt::format("the row of run {} is missing", id.folder().string()));
      continue;
    }
    const auto run = runs.find(id);
    if (run == runs.end() || row.value("status", Json()) == "missing") continue;
    if (const auto what = difference(row, run->second); !what.empty())
      add(fmt::format("of run {}, {}", id.folder().string(), what));
  }
  return faults;
}

Result<void> check_agreement(const Folder& out, const Json& manifest, const std::vector<RunId>& asked_for,
                             const std::map<RunId, RunSummary>& runs) {
  if (const auto copies = copied_runs(runs); !copies.empty()) {
    return failure(fmt::format("{}: {}; remove both, and 'windhover study' does these runs again",
                               out.path_of(copies.front().file).string(), copies.front().what));
  }
  if (!manifest.is_object() || !manifest.contains("runs")) return {};
  if (const auto faults = manifest_faults(manifest, asked_for, runs); !faults.empty()) {
    return failure(
        fmt::format("{}: {}: the run's folder, or the manifest, is not what the study wrote; remove the one "
                    "that is wrong, "
                    "and 'windhover study' makes it again ('windhover verify' lists every fault)",
                    out.path_of(faults.front().file).string(), faults.front().what));
  }
  return {};
}

}  // namespace windhover::record
