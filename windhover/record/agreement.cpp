#include "windhover/record/agreement.hpp"

#include <string>

#include <fmt/format.h>

#include "windhover/core/value_text.hpp"

namespace windhover::record {
namespace {

/// Where the row and the run's done.json differ first; empty if they do not.
std::string difference(const ManifestRow& row, const RunSummary& summary) {
  std::string text;
  const auto compare = [&](const char* key, const auto& found, const auto& expected) {
    if (!text.empty() || found == expected) return;
    text = fmt::format("'{}' is {}, but its done.json says {}", key, value_text(described::to_json(found)),
                       value_text(described::to_json(expected)));
  };
  compare("digest", row.digest, summary.digest);
  compare("models", row.models, summary.models);
  compare("parameters", row.parameters, summary.parameters);
  compare("status", row.status, summary.status);
  compare("steps", row.steps, summary.steps);
  return text;
}

}  // namespace

std::vector<Fault> copied_runs(const std::map<RunId, RunSummary>& runs) {
  std::map<std::string, const RunId*> first_with;
  std::vector<Fault> faults;
  for (const auto& [id, summary] : runs) {
    if (summary.failed()) continue;
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

std::vector<Fault> manifest_faults(const Manifest& manifest, const std::vector<RunId>& asked_for,
                                   const std::map<RunId, RunSummary>& runs) {
  std::vector<Fault> faults;
  const auto add = [&](std::string what) {
    faults.push_back({.file = "manifest.json", .what = std::move(what)});
  };
  if (manifest.runs.size() != asked_for.size()) {
    add(fmt::format("it must have a row for each of the {} runs", asked_for.size()));
    return faults;
  }
  for (std::size_t i = 0; i < asked_for.size(); ++i) {
    const ManifestRow& row = manifest.runs[i];
    const RunId& id = asked_for[i];
    if (row.id != id) {
      add(fmt::format("the row of run {} is missing", id.folder().string()));
      continue;
    }
    const auto run = runs.find(id);
    if (run == runs.end() || row.status == RunStatus::missing) continue;
    if (const auto what = difference(row, run->second); !what.empty())
      add(fmt::format("of run {}, {}", id.folder().string(), what));
  }
  return faults;
}

Result<void> check_agreement(const Folder& out, const std::optional<Manifest>& manifest,
                             const std::vector<RunId>& asked_for, const std::map<RunId, RunSummary>& runs) {
  if (const auto copies = copied_runs(runs); !copies.empty()) {
    return failure(fmt::format("{}: {}; remove both, and 'windhover study' does these runs again",
                               out.path_of(copies.front().file).string(), copies.front().what));
  }
  if (!manifest) return {};
  if (const auto faults = manifest_faults(*manifest, asked_for, runs); !faults.empty()) {
    return failure(
        fmt::format("{}: {}: the run's folder, or the manifest, is not what the study wrote; remove the one "
                    "that is wrong, and 'windhover study' makes it again ('windhover verify' lists every "
                    "fault)",
                    out.path_of(faults.front().file).string(), faults.front().what));
  }
  return {};
}

}  // namespace windhover::record
