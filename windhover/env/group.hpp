#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "windhover/core/bytes.hpp"
#include "windhover/core/random.hpp"
#include "windhover/core/result.hpp"

namespace windhover::env {

/// What one step gave one member.
struct StepOutcome {
  double reward = 0;  ///< the member's own; scores are made of it
  double learner_reward =
      0;  ///< what a learner is trained on; differs from `reward` where the environment shapes it
  bool terminated = false;  ///< the episode is over: no value beyond it
  bool truncated = false;   ///< the episode was cut: the value beyond it is bootstrapped
  [[nodiscard]] bool done() const { return terminated || truncated; }
};

enum class Mode { training, evaluation };

/// How to make a group.
struct GroupSetup {
  std::uint64_t seed = 0;
  Mode mode = Mode::training;
  std::vector<double> conditions;  ///< one a member: its condition (km/h in OffloadEnv) at first
};

/// A group of members of one environment, which may share a resource (a cloud). The learner is written
/// against this interface alone. Random numbers: member i of episode e draws from the stream (seed, worker i,
/// purpose by mode, episode e, its condition in evaluation or 0 in training), whatever the others do.
///
/// Different members may be started and stepped by different threads at once; all other members are for one
/// thread.
class Group {
 public:
  virtual ~Group() = default;

  [[nodiscard]] virtual int members() const = 0;
  [[nodiscard]] virtual int observation_size() const = 0;
  [[nodiscard]] virtual int action_count() const = 0;

  /// True if the members share a resource: they then start their episodes together, after
  /// `refill_shared_resource`. Members without one start and end when they do.
  [[nodiscard]] virtual bool in_step() const = 0;

  /// The most steps that an episode can have; exact where episodes have a fixed length.
  [[nodiscard]] virtual int episode_limit() const = 0;

  /// True if a learner's reward depends on what others earned in the same tick: only `step_all` can give it
  /// then.
  [[nodiscard]] virtual bool shares_rewards() const = 0;

  virtual void refill_shared_resource() = 0;

  /// From its next episode on `member` has the condition that the group was made with for member `other` (at
  /// first its own); its random numbers stay its own. Within an episode of the member a broken contract.
  virtual void take_condition(int member, int other) = 0;

  /// What the environment hides of the member's state: a value for each of Description::hidden
  /// (registry.hpp).
  [[nodiscard]] virtual std::vector<double> hidden_values(int member) const = 0;

  /// Whether the member is within an episode.
  [[nodiscard]] virtual bool running(int member) const = 0;

  /// Starts `episode` of a member and writes its first observation[observation_size].
  virtual void start_episode(int member, std::uint32_t episode, std::span<float> observation) = 0;

  /// One whole step of one member: `action` in 0 .. action_count-1 is applied and the next observation is
  /// written. `learner_reward` is without what depends on other members. An action out of range is a broken
  /// contract.
  virtual StepOutcome step(int member, int action, std::span<float> observation) = 0;

  /// One step of every member that takes part (`active[i]` != 0), starting with member `first` and going
  /// around; `learner_reward` includes the shaping by the group. Arrays have one entry (`observations`: one
  /// row) a member; those of members that do not take part are left alone.
  virtual void step_all(int first, std::span<const int> actions, std::span<const std::uint8_t> active,
                        std::span<StepOutcome> outcomes, std::span<float> observations) = 0;

  /// The whole state as plain bytes, and back, for resuming.
  virtual void save(ByteWriter& writer) const = 0;
  [[nodiscard]] virtual Result<void> restore(ByteReader& reader) = 0;
};

}  // namespace windhover::env
