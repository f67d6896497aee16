#include <algorithm>
#include <cmath>

#include "windhover/rl/ticked_training.hpp"

namespace windhover::rl {
namespace {

/// A2C: all workers act on the shared parameters as they are. Each tick every worker takes one step, starting
/// with worker (tick mod n); once each has a rollout, the mean of their gradients makes one update. A worker
/// whose rollout an episode's end cut short waits for the others, so that every one gives one rollout, and
/// counts once, in every update. One that has no episode takes no part.
class SynchronousTraining final : public TickedTraining {
 public:
  SynchronousTraining(const TrainingSetup& setup, std::unique_ptr<env::Group> group)
      : TickedTraining(setup, std::move(group)), mean_(layout_.arena_size()), losses_(workers_.size()) {}

 private:
  Result<void> tick() override;
  Result<void> learn();
  /// Adds this worker's gradient to the mean's sum, after those of `earlier` others.
  Result<void> add_gradient(Worker& worker, int earlier);
  void save_schedule(ByteWriter& writer) const override { writer.value(ticks_); }
  Result<void> restore_schedule(ByteReader& reader) override { return reader.value(ticks_); }

  std::uint64_t ticks_ = 0;
  nn::AlignedVector<float> mean_;      ///< gradient arena, scratch of an update
  std::vector<Losses<float>> losses_;  ///< one a worker, likewise
};

Result<void> SynchronousTraining::tick() {
  step_environments(static_cast<int>(ticks_ % workers_.size()));
  ++ticks_;
  const auto waits = [](Worker& worker) { return !worker.active || worker.rollout().complete(); };
  if (!std::ranges::all_of(workers_, waits)) return {};
  WINDHOVER_RETURN_IF_ERROR(learn());
  finish_ended_episodes();
  return {};
}

Result<void> SynchronousTraining::learn() {
  Model& model = models_.front();
  int rollouts = 0;
  double progress_sum = 0;
  for (Worker& worker : workers_) {
    if (!worker.active) continue;
    WINDHOVER_RETURN_IF_ERROR(add_gradient(worker, rollouts));
    ++rollouts;
    progress_sum += progress(worker);
  }
  const auto count = static_cast<float>(rollouts);
  for (float& element : mean_) element /= count;
  const float norm = nn::gradient_norm(std::span<const float>(mean_));
  if (!std::isfinite(norm))
    return diagnose(workers_.front(), losses_.front(), mean_, model.adam.updates() + 1);
  model.adam.update(model.parameters, {}, mean_, norm,
                    decayed_share(setup_.learner.final_lr_share, progress_sum / rollouts));
  for (Worker& worker : workers_) {
    if (!worker.active) continue;
    worker.updated(losses_[static_cast<std::size_t>(worker.number())], norm, 0);
  }
  for (Worker& worker : workers_) std::ranges::copy(model.parameters, worker.local().begin());
  return {};
}

Result<void> SynchronousTraining::add_gradient(Worker& worker, int earlier) {
  const float bootstrap = pass_.bootstrap_value(worker.rollout(), worker.local());
  Losses<float>& losses = losses_[static_cast<std::size_t>(worker.number())];
  losses = pass_.differentiate(worker.rollout(), worker.local(), bootstrap, progress(worker));
  const auto gradient = pass_.gradient();
  if (!sane(worker, losses, nn::gradient_norm(gradient)))
    return diagnose(worker, losses, gradient, models_.front().adam.updates() + 1);
  if (earlier == 0) {
    std::ranges::copy(gradient, mean_.begin());
  } else {
    for (std::size_t i = 0; i < mean_.size(); ++i) mean_[i] += gradient[i];
  }
  return {};
}

}  // namespace

std::unique_ptr<Training> make_synchronous_training(const TrainingSetup& setup,
                                                    std::unique_ptr<env::Group> group) {
  return std::make_unique<SynchronousTraining>(setup, std::move(group));
}

}  // namespace windhover::rl
