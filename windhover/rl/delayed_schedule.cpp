#include <algorithm>

#include "windhover/rl/parameter_history.hpp"
#include "windhover/rl/ticked_training.hpp"

namespace windhover::rl {
namespace {

/// A3C with a dose of staleness: update u = 0, 1, 2, ... is made by worker u mod n, one at a time. It acts a
/// whole rollout, and differentiates, on the shared parameters as they stood after update u - 1 - delay (the
/// initial ones if there is none). The others stand still meanwhile, whatever they have running in a shared
/// resource included. Members that share one start their episodes together; a worker that has no episode is
/// passed over.
class DelayedTraining final : public TickedTraining {
 public:
  DelayedTraining(const TrainingSetup& setup, std::unique_ptr<env::Group> group)
      : TickedTraining(setup, std::move(group)), history_(models_.front().parameters, setup.learner.delay) {}

 private:
  Result<void> tick() override;
  Result<void> learn(Worker& worker);
  void pass_turn();
  /// The turn passes on at the end of a tick, to whoever has an episode then.
  [[nodiscard]] bool can_change_budget() const override { return false; }
  void save_schedule(ByteWriter& writer) const override;
  Result<void> restore_schedule(ByteReader& reader) override;

  ParameterHistory<float> history_;
  std::uint64_t turn_ = 0;  ///< number of the worker that acts
};

Result<void> DelayedTraining::tick() {
  Worker& worker = workers_[turn_];
  if (worker.rollout().length == 0) std::ranges::copy(history_.delayed(), worker.local().begin());
  step_environment(worker);
  if (!worker.rollout().complete()) return {};
  WINDHOVER_RETURN_IF_ERROR(learn(worker));
  finish_ended_episodes();
  start_due_episodes();
  pass_turn();
  return {};
}

Result<void> DelayedTraining::learn(Worker& worker) {
  Model& model = models_.front();
  const float bootstrap = pass_.bootstrap_value(worker.rollout(), worker.local());
  const Losses<float> losses =
      pass_.differentiate(worker.rollout(), worker.local(), bootstrap, progress(worker));
  const float norm = nn::gradient_norm(pass_.gradient());
  if (!sane(worker, losses, norm))
    return diagnose(worker, losses, pass_.gradient(), model.adam.updates() + 1);
  const std::uint64_t staleness = history_.staleness();
  model.adam.update(model.parameters, history_.next(), pass_.gradient(), norm, lr_share(worker));
  worker.updated(losses, norm, staleness);
  return {};
}

void DelayedTraining::pass_turn() {
  for (std::size_t passed = 0; passed < workers_.size(); ++passed) {
    turn_ = (turn_ + 1) % workers_.size();
    if (workers_[turn_].active) return;
  }
}

void DelayedTraining::save_schedule(ByteWriter& writer) const {
  writer.value(turn_);
  history_.save(writer);
}

Result<void> DelayedTraining::restore_schedule(ByteReader& reader) {
  WINDHOVER_RETURN_IF_ERROR(reader.value(turn_));
  const bool known = turn_ < workers_.size() && workers_[turn_].active;
  if (!known && !finished()) return failure("the saved state has a turn of no worker");
  // Whoever has a whole rollout has learned from it before the turn passes on.
  const bool learned = std::ranges::none_of(
      workers_, [](Worker& worker) { return worker.active && worker.rollout().complete(); });
  if (!learned) return failure("the saved state has a whole rollout that nobody has learned from");
  return history_.restore(reader);
}

}  // namespace

std::unique_ptr<Training> make_delayed_training(const TrainingSetup& setup,
                                                std::unique_ptr<env::Group> group) {
  return std::make_unique<DelayedTraining>(setup, std::move(group));
}

}  // namespace windhover::rl
