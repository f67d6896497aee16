#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "windhover/rl/training_base.hpp"

namespace windhover::rl {

/// What the reproducible schedules have in common: one thread, and ticks between which the training can stop
/// and be saved.
class TickedTraining : public TrainingBase {
 public:
  Result<void> advance(std::uint64_t steps, const std::stop_token& stop) final;
  [[nodiscard]] std::uint64_t steps_done() const final { return steps_done_; }
  [[nodiscard]] std::uint64_t updates_done() const final;
  [[nodiscard]] int models() const final { return static_cast<int>(models_.size()); }
  [[nodiscard]] std::span<const float> parameters(int model) const final {
    return models_[static_cast<std::size_t>(model)].parameters;
  }
  [[nodiscard]] std::vector<std::byte> take_state_for_larger_budget() final {
    return std::exchange(state_for_larger_budget_, {});
  }
  [[nodiscard]] std::vector<std::byte> save() const final;
  [[nodiscard]] Result<void> restore(std::span<const std::byte> state) final;

 protected:
  /// Parameters and their optimiser.
  struct Model {
    Model(const nn::AdamSettings& settings, std::size_t arena_size)
        : parameters(arena_size), adam(settings, arena_size) {}

    nn::AlignedVector<float> parameters;
    nn::Adam<float> adam;
  };

  TickedTraining(const TrainingSetup& setup, std::unique_ptr<env::Group> group);

  /// Does something, at least one environment step, while the training is not finished. Episodes that are due
  /// have been started.
  virtual Result<void> tick() = 0;
  /// What a schedule has to keep beyond models, workers and group.
  virtual void save_schedule(ByteWriter& writer) const = 0;
  [[nodiscard]] virtual Result<void> restore_schedule(ByteReader& reader) = 0;

  /// One step of every worker whose rollout is not complete, in one tick of the group, starting with worker
  /// `first`.
  void step_environments(int first);
  /// One step of this worker alone.
  void step_environment(Worker& worker);
  void finish_ended_episodes();
  /// With a shared resource all workers start together, once the last has ended; without, each when it likes.
  void start_due_episodes();
  /// Whether a tick leaves nothing behind it but due episodes, so that a larger budget can take over there.
  [[nodiscard]] virtual bool can_change_budget() const { return true; }

  LearningPass<float> pass_;
  std::vector<Model> models_;

 private:
  /// Whether a worker that would start an episode now has no budget for it.
  [[nodiscard]] bool refuses_an_episode() const;
  /// Keeps the first state in which one is refused.
  void meet_budget();

  std::uint64_t steps_done_ = 0;
  bool has_met_budget_ = false;
  std::vector<std::byte> state_for_larger_budget_;
  // One entry (observations: one row) a worker, for the group.
  std::vector<int> actions_;
  std::vector<std::uint8_t> stepping_;
  std::vector<env::StepOutcome> outcomes_;
  std::vector<float> observations_;
};

}  // namespace windhover::rl
