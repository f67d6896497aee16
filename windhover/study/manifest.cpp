#include "windhover/study/manifest.hpp"

#include "windhover/core/digest.hpp"
#include "windhover/study/version.hpp"

namespace windhover::study {
namespace {

Json row_of(const record::RunId& id, const record::RunSummary* summary) {
  Json row = {{"cell", id.cell}, {"arm", id.arm}, {"seed", id.seed}, {"status", "missing"}};
  if (summary == nullptr) return row;
  row["status"] = summary->status();
  row["models"] = summary->models;
  row["parameters"] = summary->parameters;
  row["steps"] = summary->steps;
  row["digest"] = summary->digest;
  row["training_seconds"] = summary->training_seconds;
  row["evaluation_seconds"] = summary->evaluation_seconds;
  if (summary->failed) row["diagnosis"] = summary->diagnosis;
  return row;
}

}  // namespace

Json make_manifest(const record::Study& study, const std::map<record::RunId, record::RunSummary>& done,
                   const Session& session) {
  Json rows = Json::array();
  double cpu_seconds = 0;
  for (const auto& id : record::run_ids(study)) {
    const auto run = done.find(id);
    rows.push_back(row_of(id, run == done.end() ? nullptr : &run->second));
    if (run != done.end()) cpu_seconds += run->second.training_seconds + run->second.evaluation_seconds;
  }
  const auto digest = record::study_digest(study, done);
  return {{"name", study.name},
          {"quick", study.quick},
          {"complete", !digest.value.empty()},
          {"study", digest_of(study.config.dump())},
          {"wall_seconds", session.wall_seconds},
          {"cpu_seconds", cpu_seconds},
          {"digest", digest.value.empty() ? Json() : Json(digest.value)},
          {"jobs", session.jobs},
          {"version", version()},
          {"build", session.build},
          {"machine", session.machine},
          {"runs", std::move(rows)}};
}

}  // namespace windhover::study
