#include "windhover/study/manifest.hpp"

namespace windhover::study {
namespace {

record::ManifestRow row_of(const record::RunId& id, const record::RunSummary* summary) {
  if (summary == nullptr) return {.id = id};
  return {.id = id,
          .status = summary->status,
          .models = summary->models,
          .parameters = summary->parameters,
          .steps = summary->steps,
          .digest = summary->digest,
          .training_seconds = summary->training_seconds,
          .evaluation_seconds = summary->evaluation_seconds,
          .diagnosis = summary->failed() ? std::optional(summary->diagnosis) : std::nullopt};
}

}  // namespace

record::Manifest make_manifest(const record::Study& study,
                               const std::map<record::RunId, record::RunSummary>& done,
                               const Session& session) {
  const auto digest = record::study_digest(study, done);
  record::Manifest manifest{.name = study.name,
                            .quick = study.quick,
                            .complete = !digest.value.empty(),
                            .study = record::configuration_hash(study),
                            .wall_seconds = session.wall_seconds,
                            .jobs = session.jobs,
                            .provenance = session.provenance};
  if (manifest.complete) manifest.digest = digest.value;
  for (const auto& id : record::run_ids(study)) {
    const auto run = done.find(id);
    manifest.runs.push_back(row_of(id, run == done.end() ? nullptr : &run->second));
    if (run != done.end())
      manifest.cpu_seconds += run->second.training_seconds + run->second.evaluation_seconds;
  }
  return manifest;
}

}  // namespace windhover::study
