#include <algorithm>

#include "windhover/rl/training_base.hpp"

namespace windhover::rl {
namespace {

/// Shared parameters and their optimiser.
struct Model {
  Model(const nn::AdamSettings& settings, std::size_t arena_size)
      : parameters(arena_size), adam(settings, arena_size) {}

  nn::AlignedVector<float> parameters;
  nn::Adam<float> adam;
};

/// Asynchrony in logical time. Each tick every worker takes one step, starting with worker (tick mod n); then
/// the workers whose rollouts have ended compute, apply and copy, one after another in worker order.
/// Gradients are stale as in A3C (a worker's is computed on the copy it took n - 1 shared updates ago), yet a
/// run has the same bits on any number of threads.
class LogicalTraining final : public TrainingBase {
 public:
  LogicalTraining(const TrainingSetup& setup, std::unique_ptr<env::Group> group);

  Result<void> advance(std::uint64_t steps, const std::stop_token& stop) override;
  [[nodiscard]] std::uint64_t steps_done() const override { return steps_done_; }
  [[nodiscard]] int models() const override { return static_cast<int>(models_.size()); }
  [[nodiscard]] std::span<const float> parameters(int model) const override {
    return models_[static_cast<std::size_t>(model)].parameters;
  }
  [[nodiscard]] std::vector<std::byte> save() const override;
  [[nodiscard]] Result<void> restore(std::span<const std::byte> state) override;

 private:
  Result<void> tick();
  void step_environments();
  Result<void> learn(Worker& worker);
  void start_due_episodes();

  LearningPass<float> pass_;
  std::vector<Model> models_;
  std::uint64_t ticks_ = 0;
  std::uint64_t steps_done_ = 0;
  // One entry (observations: one row) a worker, for the group.
  std::vector<int> actions_;
  std::vector<std::uint8_t> active_;
  std::vector<env::StepOutcome> outcomes_;
  std::vector<float> observations_;
};

LogicalTraining::LogicalTraining(const TrainingSetup& setup, std::unique_ptr<env::Group> group)
    : TrainingBase(setup, std::move(group)),
      pass_(layout_.architecture(), setup.learner),
      actions_(workers_.size()),
      active_(workers_.size()),
      outcomes_(workers_.size()),
      observations_(workers_.size() * static_cast<std::size_t>(group_->observation_size())) {
  for (int model = 0; model < model_count(); ++model) {
    models_.emplace_back(adam_settings(setup.learner), layout_.arena_size());
    initialise_model(models_.back().parameters, model);
  }
  for (Worker& worker : workers_)
    std::ranges::copy(models_[model_of(worker)].parameters, worker.local().begin());
  start_due_episodes();
}

Result<void> LogicalTraining::advance(std::uint64_t steps, const std::stop_token& stop) {
  const std::uint64_t goal = steps_done_ + steps;
  while (!finished() && steps_done_ < goal && !stop.stop_requested()) WINDHOVER_RETURN_IF_ERROR(tick());
  return {};
}

Result<void> LogicalTraining::tick() {
  step_environments();
  for (Worker& worker : workers_) {
    if (worker.active && worker.rollout().complete()) WINDHOVER_RETURN_IF_ERROR(learn(worker));
  }
  for (Worker& worker : workers_) {
    if (worker.active && worker.episode_over()) rows_.push_back(worker.finish_episode(steps_done_));
  }
  start_due_episodes();
  ++ticks_;
  return {};
}

void LogicalTraining::step_environments() {
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    active_[i] = workers_[i].active ? 1 : 0;
    if (workers_[i].active) actions_[i] = workers_[i].act(pass_.network());
  }
  group_->step_all(static_cast<int>(ticks_ % workers_.size()), actions_, active_, outcomes_, observations_);
  const auto width = static_cast<std::size_t>(group_->observation_size());
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    if (!workers_[i].active) continue;
    workers_[i].receive(outcomes_[i], std::span<const float>(observations_).subspan(i * width, width));
    ++steps_done_;
  }
}

Result<void> LogicalTraining::learn(Worker& worker) {
  Model& model = models_[model_of(worker)];
  const float bootstrap = pass_.bootstrap_value(worker.rollout(), worker.local());
  const Losses<float> losses =
      pass_.differentiate(worker.rollout(), worker.local(), bootstrap, progress(worker));
  const float norm = nn::gradient_norm(pass_.gradient());
  const std::uint64_t staleness = model.adam.updates() - worker.copied_at;
  if (!sane(losses, norm)) return diagnose(worker, losses, pass_.gradient(), model.adam.updates() + 1);
  model.adam.update(model.parameters, worker.local(), pass_.gradient(), norm, lr_share(worker));
  worker.copied_at = model.adam.updates();
  worker.updated(losses, norm, staleness);
  return {};
}

/// With a shared resource all workers start together, once the last has ended; without, each when it likes.
void LogicalTraining::start_due_episodes() {
  if (group_->in_step()) {
    if (std::ranges::any_of(workers_, [](const Worker& worker) { return worker.active; })) return;
    group_->refill_shared_resource();
  }
  for (Worker& worker : workers_) {
    if (!worker.active && wants_another_episode(worker)) start_episode(worker);
  }
}

std::vector<std::byte> LogicalTraining::save() const {
  ByteWriter writer;
  writer.value(ticks_);
  writer.value(steps_done_);
  for (const Model& model : models_) {
    writer.values(std::span<const float>(model.parameters));
    model.adam.save(writer);
  }
  save_base(writer);
  return writer.take();
}

Result<void> LogicalTraining::restore(std::span<const std::byte> state) {
  ByteReader reader(state);
  WINDHOVER_RETURN_IF_ERROR(reader.value(ticks_));
  WINDHOVER_RETURN_IF_ERROR(reader.value(steps_done_));
  for (Model& model : models_) {
    WINDHOVER_RETURN_IF_ERROR(reader.values(std::span<float>(model.parameters)));
    WINDHOVER_RETURN_IF_ERROR(model.adam.restore(reader));
  }
  WINDHOVER_RETURN_IF_ERROR(restore_base(reader));
  if (!reader.at_end()) return failure("the saved state is longer than it should be");
  return {};
}

}  // namespace

std::unique_ptr<Training> make_logical_training(const TrainingSetup& setup,
                                                std::unique_ptr<env::Group> group) {
  return std::make_unique<LogicalTraining>(setup, std::move(group));
}

}  // namespace windhover::rl
