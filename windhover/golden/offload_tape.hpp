#pragma once

#include <optional>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"
#include "windhover/env/offload.hpp"
#include "windhover/golden/json_walker.hpp"

/// Recorded episodes of OffloadEnv as typed values, so that the replay (offload_trace.cpp) meets no malformed
/// file.
namespace windhover::golden {

/// One step of one UAV, and what it gave.
struct RecordedStep {
  int worker = 0;
  int action = 0;
  env::OffloadDraw next;
  std::vector<double> observation;
  double reward = 0;
  bool terminated = false;
  std::optional<double> local_units_free;
  std::optional<double> cloud_units_free;
};

struct RecordedEpisode {
  std::vector<env::OffloadDraw> initial;                 // one a worker
  std::vector<std::vector<double>> initial_observation;  // one a worker
  std::vector<RecordedStep> steps;
  std::optional<double> episode_return;
};

/// A file of kind `offloading_env_trace`.
struct Tape {
  env::OffloadConfig config;
  env::Mode mode = env::Mode::evaluation;
  std::vector<double> velocities_kmh;
  std::vector<RecordedEpisode> episodes;
};

/// Errors: another kind, a missing or mistyped key, a value out of range, no episodes or no steps.
[[nodiscard]] Result<Tape> read_tape(const Json& file);

/// The file's "profile" with the fields set that the file names at its top level.
[[nodiscard]] env::OffloadConfig read_config(JsonWalker& walker, const Json& file);

}  // namespace windhover::golden
