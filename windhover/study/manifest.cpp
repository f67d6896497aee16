#include "windhover/study/manifest.hpp"

#include <algorithm>

#include "windhover/core/digest.hpp"
#include "windhover/study/version.hpp"

namespace windhover::study {
namespace {

Json row_of(const record::RunId& id, const record::Run* run) {
  Json row = {{"cell", id.cell}, {"arm", id.arm}, {"seed", id.seed}, {"status", "missing"}};
  if (run == nullptr) return row;
  const auto& summary = run->summary;
  row["status"] = summary.failed ? "failed" : "finished";
  row["models"] = summary.models;
  row["parameters"] = summary.parameters;
  row["steps"] = summary.steps;
  row["digest"] = summary.digest;
  row["training_seconds"] = summary.training_seconds;
  row["evaluation_seconds"] = summary.evaluation_seconds;
  if (summary.failed) row["diagnosis"] = summary.diagnosis;
  return row;
}

}  // namespace

Json make_manifest(const Plan& plan, const std::vector<record::Run>& done, const Session& session) {
  Json rows = Json::array();
  double cpu_seconds = 0;
  for (const RunPlan& planned : runs_of(plan)) {
    const auto run = std::ranges::find(done, planned.id, &record::Run::id);
    rows.push_back(row_of(planned.id, run == done.end() ? nullptr : &*run));
    if (run != done.end()) cpu_seconds += run->summary.training_seconds + run->summary.evaluation_seconds;
  }
  const bool complete = done.size() == rows.size();
  return {{"name", plan.study.name},
          {"quick", plan.study.quick},
          {"complete", complete},
          {"study", digest_of(plan.study.config.dump())},
          {"wall_seconds", session.wall_seconds},
          {"cpu_seconds", cpu_seconds},
          {"digest", complete ? Json(record::study_digest(done)) : Json(nullptr)},
          {"jobs", session.jobs},
          {"version", version()},
          {"build", session.build},
          {"machine", session.machine},
          {"runs", std::move(rows)}};
}

}  // namespace windhover::study
