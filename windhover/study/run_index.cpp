#include "windhover/study/run_index.hpp"

#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "windhover/record/layout.hpp"

namespace windhover::study {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t digits_of_a_place = 16;

Result<std::vector<fs::path>> folders_in(const Folder& out, const fs::path& folder) {
  const auto entries = out.list(folder);
  if (!entries) return Failure(entries.error());
  std::vector<fs::path> inner;
  for (const auto& entry : *entries) {
    if (entry.kind == EntryKind::folder) inner.push_back(folder / entry.name);
  }
  return inner;
}

/// Whether a folder in runs/ is a copy of another run's, or was renamed.
bool is_elsewhere(const fs::path& place, const record::RunId& id) {
  return place.begin()->string() == record::runs_folder && place != fs::path(id.place());
}

std::string makers_of(const KeptRun& kept) {
  std::vector<std::string> builds;
  for (const auto& provenance : kept.run.summary.provenance)
    builds.push_back("windhover " + record::build_text(provenance.build));
  return builds.empty() ? "an unknown build" : fmt::format("{}", fmt::join(builds, ", "));
}

}  // namespace

std::string earlier_place(const std::string& identity) {
  return fmt::format("{}/{}", record::earlier_folder, identity.substr(0, digits_of_a_place));
}

Result<std::vector<fs::path>> folders_of_runs(const Folder& out) {
  std::vector<fs::path> folders = {record::runs_folder};
  for (int level = 0; level < 3; ++level) {
    std::vector<fs::path> inner;
    for (const auto& folder : folders) {
      const auto below = folders_in(out, folder);
      if (!below) return below;
      inner.insert(inner.end(), below->begin(), below->end());
    }
    folders = std::move(inner);
  }
  return folders;
}

Result<std::vector<fs::path>> folders_set_aside(const Folder& out) {
  return folders_in(out, record::earlier_folder);
}

Result<std::vector<KeptRun>> kept_runs(const Folder& out, const Watch& watch) {
  auto places = folders_of_runs(out);
  if (!places) return Failure(places.error());
  const auto aside = folders_set_aside(out);
  if (!aside) return Failure(aside.error());
  places->insert(places->end(), aside->begin(), aside->end());
  std::vector<KeptRun> kept;
  for (const auto& place : *places) {
    if (watch.stop_requested()) return stopped();
    watch.tell({.what = "reading runs",
                .done = static_cast<std::size_t>(&place - places->data()),
                .all = places->size()});
    if (!out.has(place / "done.json")) continue;
    auto run = record::read_run_folder(out.below(place), record::Rows::skip);
    if (!run || is_elsewhere(place, run->id)) continue;
    auto identities = record::identities_of(run->config, run->summary.semantics);
    kept.push_back({out, place.generic_string(), *std::move(run), std::move(identities)});
  }
  return kept;
}

Result<void> check_digests(const std::vector<KeptRun>& kept) {
  std::map<std::string, const KeptRun*> first;
  for (const auto& run : kept) {
    const auto [known, is_new] = first.emplace(run.identities.whole, &run);
    const KeptRun& other = *known->second;
    if (is_new || other.run.summary.digest == run.run.summary.digest) continue;
    if (!run.run.config.is_reproducible()) continue;
    return failure(fmt::format(
        "'{}' and '{}' are the same run with different digests, {} (by {}) and {} (by {}): one of them is "
        "damaged, or was made by a build that gives other results",
        other.folder().path().string(), run.folder().path().string(), other.run.summary.digest,
        makers_of(other), run.run.summary.digest, makers_of(run)));
  }
  return {};
}

}  // namespace windhover::study
