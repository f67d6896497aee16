#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "windhover/core/described.hpp"
#include "windhover/record/provenance.hpp"
#include "windhover/record/run_id.hpp"

/// done.json of a run and manifest.json of a study.
namespace windhover::record {

enum class RunStatus { missing, finished, failed };

/// What a run has come to.
struct RunSummary {
  RunStatus status = RunStatus::finished;
  std::string diagnosis = {};  ///< why it failed; empty otherwise
  int models = 0;
  std::int64_t parameters = 0;              ///< of one model
  std::uint64_t steps = 0;                  ///< trained environment steps
  std::string digest = {};                  ///< over the final parameters and evaluation rows
  double training_seconds = 0;              ///< CPU
  double evaluation_seconds = 0;            ///< CPU
  int semantics = record::semantics;        ///< by which the digest came about
  std::vector<Provenance> provenance = {};  ///< by what, in order; several if it was gone on with by another

  [[nodiscard]] bool failed() const { return status == RunStatus::failed; }

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("status", self.status);
    visit("diagnosis", self.diagnosis);
    visit("models", self.models);
    visit("parameters", self.parameters);
    visit("steps", self.steps);
    visit("digest", self.digest);
    visit("training_seconds", self.training_seconds);
    visit("evaluation_seconds", self.evaluation_seconds);
    visit("semantics", self.semantics);
    visit("provenance", self.provenance);
  }
};

/// A run in the manifest; one that is missing has its name and status alone.
struct ManifestRow {
  RunId id = {};
  RunStatus status = RunStatus::missing;
  std::optional<int> models = {};
  std::optional<std::int64_t> parameters = {};
  std::optional<std::uint64_t> steps = {};
  std::optional<std::string> digest = {};
  std::optional<double> training_seconds = {};
  std::optional<double> evaluation_seconds = {};
  std::optional<std::string> diagnosis = {};  ///< of a failed one

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit.inlined(self.id);
    visit("status", self.status);
    visit.maybe("models", self.models);
    visit.maybe("parameters", self.parameters);
    visit.maybe("steps", self.steps);
    visit.maybe("digest", self.digest);
    visit.maybe("training_seconds", self.training_seconds);
    visit.maybe("evaluation_seconds", self.evaluation_seconds);
    visit.maybe("diagnosis", self.diagnosis);
  }
};

/// manifest.json.
struct Manifest {
  std::string name = {};
  bool quick = false;
  bool complete = false;    ///< every run was there when it was written
  std::string study = {};   ///< hash of the effective configuration
  double wall_seconds = 0;  ///< of all sessions; NaN of a part of a study
  double cpu_seconds = 0;
  std::optional<std::string> digest = {};  ///< none until the study is complete
  int jobs = 1;
  int semantics = record::semantics;
  Provenance provenance = {};          ///< of the last session
  std::vector<ManifestRow> runs = {};  ///< every run that the study asks for, in canonical order

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("quick", self.quick);
    visit("complete", self.complete);
    visit("study", self.study);
    visit("wall_seconds", self.wall_seconds);
    visit("cpu_seconds", self.cpu_seconds);
    visit("digest", self.digest);
    visit("jobs", self.jobs);
    visit("semantics", self.semantics);
    visit.inlined(self.provenance);
    visit("runs", self.runs);
  }
};

}  // namespace windhover::record

namespace windhover::described {

template <>
struct Names<record::RunStatus> {
  static constexpr std::array all = {std::pair{record::RunStatus::missing, "missing"},
                                     std::pair{record::RunStatus::finished, "finished"},
                                     std::pair{record::RunStatus::failed, "failed"}};
};

}  // namespace windhover::described
