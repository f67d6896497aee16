#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "windhover/core/described.hpp"
#include "windhover/record/level.hpp"
#include "windhover/record/run_id.hpp"

/// A run's config.json: everything that settles the run.
namespace windhover::record {

/// The budget of each worker is in episodes or in steps.
struct TrainingConfig {
  int workers = 0;
  std::vector<double> velocities = {};  ///< the condition of each worker
  std::optional<int> episodes = {};
  std::optional<std::uint64_t> steps = {};

  friend bool operator==(const TrainingConfig&, const TrainingConfig&) = default;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("workers", self.workers);
    visit("velocities", self.velocities);
    visit.maybe("episodes", self.episodes);
    visit.maybe("steps", self.steps);
  }
};

struct EvaluationConfig {
  std::vector<double> velocities = {};  ///< the conditions
  int episodes = 0;                     ///< under each, of one member
  int members = 1;                      ///< that fly together in an episode
  bool sampled_first = false;           ///< which choice of actions is reported first
  std::string condition_name = {};      ///< empty in an environment without a condition

  friend bool operator==(const EvaluationConfig&, const EvaluationConfig&) = default;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("velocities", self.velocities);
    visit("episodes", self.episodes);
    visit("members", self.members);
    visit("sampled_first", self.sampled_first);
    visit("condition_name", self.condition_name);
  }
};

/// The fields of the environment and of the learner are theirs: only they parse them.
struct RunConfig {
  std::string study = {};
  bool quick = false;
  RunId id = {};
  Levels factors = {};
  std::string environment = {};
  std::string profile = {};
  std::string preset = {};
  Json environment_fields = Json::object();
  Json learner = Json::object();
  TrainingConfig training = {};
  EvaluationConfig evaluation = {};

  /// The field reward_scale of the environment, which multiplies every reward and so sets the unit of the
  /// returns; nothing in an environment without one.
  [[nodiscard]] std::optional<double> reward_scale() const;
  /// False under the schedule `threads`, whose order of updates no second run repeats.
  [[nodiscard]] bool is_reproducible() const;

  friend bool operator==(const RunConfig&, const RunConfig&) = default;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("study", self.study);
    visit("quick", self.quick);
    visit.inlined(self.id);
    visit("factors", self.factors);
    visit("environment", self.environment);
    visit("profile", self.profile);
    visit("preset", self.preset);
    visit("environment_fields", self.environment_fields);
    visit("learner", self.learner);
    visit("training", self.training);
    visit("evaluation", self.evaluation);
  }
};

}  // namespace windhover::record
