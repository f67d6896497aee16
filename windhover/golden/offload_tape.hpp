#pragma once

#include <optional>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/core/json_walker.hpp"
#include "windhover/core/result.hpp"
#include "windhover/env/offload.hpp"

/// Recorded episodes of OffloadEnv as typed values, so that the replay (offload_trace.cpp) meets no malformed
/// file.
namespace windhover::env {

/// One step of one UAV, and what it gave.
struct RecordedStep {
  int worker = 0;
  int action = 0;
  OffloadDraw next;
  std::vector<double> observation;
  double reward = 0;
  bool terminated = false;
  std::optional<double> local_units_free;
  std::optional<double> cloud_units_free;
};

struct RecordedEpisode {
  std::vector<OffloadDraw> initial;                      // one a worker
  std::vector<std::vector<double>> initial_observation;  // one a worker
  std::vector<RecordedStep> steps;
  std::optional<double> episode_return;
};

/// A file of kind `offloading_env_trace`.
struct Tape {
  OffloadConfig config;
  Mode mode = Mode::evaluation;
  std::vector<double> velocities_kmh;
  std::vector<RecordedEpisode> episodes;
};

/// Errors: another kind, a missing or mistyped key, a value out of range, no episodes or no steps.
[[nodiscard]] Result<Tape> read_tape(const Json& file);

/// Fails unless the file's "kind" is `kind`.
void expect_kind(JsonWalker& walker, const Json& file, const char* kind);

/// The file's "profile" with the fields set that the file names at its top level.
[[nodiscard]] OffloadConfig read_config(JsonWalker& walker, const Json& file);

}  // namespace windhover::env
