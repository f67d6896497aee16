#pragma once

#include <memory>
#include <span>
#include <vector>

#include "windhover/nn/adam.hpp"
#include "windhover/rl/learning_pass.hpp"
#include "windhover/rl/training.hpp"
#include "windhover/rl/worker.hpp"

namespace windhover::rl {

/// What the schedules have in common: the group, the workers, the budget and the rows.
class TrainingBase : public Training {
 public:
  [[nodiscard]] bool finished() const final;
  [[nodiscard]] std::uint64_t steps_expected() const final;
  [[nodiscard]] const std::vector<TrainingRow>& rows() const final { return rows_; }
  [[nodiscard]] const nn::Layout& layout() const final { return layout_; }

 protected:
  TrainingBase(const TrainingSetup& setup, std::unique_ptr<env::Group> group);

  [[nodiscard]] int model_count() const { return arm_.models(setup_.workers); }
  /// Which model a worker learns.
  [[nodiscard]] std::size_t model_of(const Worker& worker) const {
    return arm_.shared_model ? 0 : static_cast<std::size_t>(worker.number());
  }

  /// Fills the initial parameters of model `model`, the same for every schedule, arm and number format.
  void initialise_model(std::span<float> parameters, int model) const;

  [[nodiscard]] bool wants_another_episode(const Worker& worker) const;
  /// The share of the worker's budget that is behind it, in whole episodes (or steps, if the budget is given
  /// in those): what schedules of coefficients go by.
  [[nodiscard]] double progress(const Worker& worker) const;
  [[nodiscard]] double lr_share(const Worker& worker) const {
    return decayed_share(setup_.learner.final_lr_share, progress(worker));
  }
  void start_episode(Worker& worker);

  /// Whether everything that an update would use and a row would tell of is finite. Whatever is not finite in
  /// an observation, a reward, a parameter or an activation of the rollout shows in the loss or in the
  /// gradient, but for a return that no learner sees.
  [[nodiscard]] static bool sane(const Worker& worker, const Losses<float>& losses, float norm);
  /// Names the first stage that is not finite: parameters, environment, forward pass, loss, gradient.
  [[nodiscard]] Failure diagnose(Worker& worker, const Losses<float>& losses, std::span<const float> gradient,
                                 std::uint64_t update) const;

  void save_base(ByteWriter& writer) const;
  [[nodiscard]] Result<void> restore_base(ByteReader& reader);

  TrainingSetup setup_;
  const Arm& arm_;
  std::unique_ptr<env::Group> group_;
  nn::Layout layout_;
  std::vector<Worker> workers_;
  std::vector<TrainingRow> rows_;

 private:
  /// Of this worker, from its first step to its last.
  [[nodiscard]] std::uint64_t steps_expected_of(const Worker& worker) const;
  [[nodiscard]] std::string first_fault(Worker& worker, const Losses<float>& losses,
                                        std::span<const float> gradient) const;

  std::uint64_t episode_budget_;  ///< of each worker
  std::uint64_t step_budget_;     ///< likewise, instead of episodes if not 0
};

[[nodiscard]] nn::AdamSettings adam_settings(const LearnerConfig& config);

/// Logical: asynchrony in logical time. Threaded: a thread a worker. Synchronous: workers in step, one update
/// from the mean of their gradients. Delayed: workers in turns, each on parameters `delay` updates old. Each
/// takes a setup for which `check_schedule` finds nothing.
[[nodiscard]] std::unique_ptr<Training> make_logical_training(const TrainingSetup& setup,
                                                              std::unique_ptr<env::Group> group);
[[nodiscard]] std::unique_ptr<Training> make_threaded_training(const TrainingSetup& setup,
                                                               std::unique_ptr<env::Group> group);
[[nodiscard]] std::unique_ptr<Training> make_synchronous_training(const TrainingSetup& setup,
                                                                  std::unique_ptr<env::Group> group);
[[nodiscard]] std::unique_ptr<Training> make_delayed_training(const TrainingSetup& setup,
                                                              std::unique_ptr<env::Group> group);

}  // namespace windhover::rl
