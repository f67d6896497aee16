#include "windhover/rl/ticked_training.hpp"

namespace windhover::rl {
namespace {

/// Asynchrony in logical time. Each tick every worker takes one step, starting with worker (tick mod n); then
/// the workers whose rollouts have ended compute, apply and copy, one after another in worker order.
/// Gradients are stale as in A3C (a worker's is computed on the copy it took n - 1 shared updates ago), yet a
/// run has the same bits on any number of threads.
class LogicalTraining final : public TickedTraining {
 public:
  LogicalTraining(const TrainingSetup& setup, std::unique_ptr<env::Group> group)
      : TickedTraining(setup, std::move(group)) {}

 private:
  Result<void> tick() override;
  Result<void> learn(Worker& worker);
  void save_schedule(ByteWriter& writer) const override { writer.value(ticks_); }
  Result<void> restore_schedule(ByteReader& reader) override { return reader.value(ticks_); }

  std::uint64_t ticks_ = 0;
};

Result<void> LogicalTraining::tick() {
  step_environments(static_cast<int>(ticks_ % workers_.size()));
  for (Worker& worker : workers_) {
    if (worker.active && worker.rollout().complete()) WINDHOVER_RETURN_IF_ERROR(learn(worker));
  }
  finish_ended_episodes();
  ++ticks_;
  return {};
}

Result<void> LogicalTraining::learn(Worker& worker) {
  Model& model = models_[model_of(worker)];
  const float bootstrap = pass_.bootstrap_value(worker.rollout(), worker.local());
  const Losses<float> losses =
      pass_.differentiate(worker.rollout(), worker.local(), bootstrap, progress(worker));
  const float norm = nn::gradient_norm(pass_.gradient());
  const std::uint64_t staleness = model.adam.updates() - worker.copied_at;
  if (!sane(worker, losses, norm))
    return diagnose(worker, losses, pass_.gradient(), model.adam.updates() + 1);
  model.adam.update(model.parameters, worker.local(), pass_.gradient(), norm, lr_share(worker));
  worker.copied_at = model.adam.updates();
  worker.updated(losses, norm, staleness);
  return {};
}

}  // namespace

std::unique_ptr<Training> make_logical_training(const TrainingSetup& setup,
                                                std::unique_ptr<env::Group> group) {
  return std::make_unique<LogicalTraining>(setup, std::move(group));
}

}  // namespace windhover::rl
