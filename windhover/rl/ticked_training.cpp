#include "windhover/rl/ticked_training.hpp"

#include <algorithm>

namespace windhover::rl {

TickedTraining::TickedTraining(const TrainingSetup& setup, std::unique_ptr<env::Group> group)
    : TrainingBase(setup, std::move(group)),
      pass_(layout_.architecture(), setup.learner),
      actions_(workers_.size()),
      stepping_(workers_.size()),
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

Result<void> TickedTraining::advance(std::uint64_t steps, const std::stop_token& stop) {
  const std::uint64_t goal = steps_done_ + steps;
  while (!finished() && steps_done_ < goal && !stop.stop_requested()) {
    start_due_episodes();
    WINDHOVER_RETURN_IF_ERROR(tick());
    meet_budget();
  }
  return {};
}

bool TickedTraining::refuses_an_episode() const {
  const bool all_idle = std::ranges::none_of(workers_, [](const Worker& worker) { return worker.active; });
  if (group_->in_step() && !all_idle) return false;
  return std::ranges::any_of(
      workers_, [this](const Worker& worker) { return !worker.active && !wants_another_episode(worker); });
}

void TickedTraining::meet_budget() {
  const auto& learner = setup_.learner;
  const bool follows_budget = learner.final_lr_share != 1 || learner.final_entropy_share != 1;
  if (has_met_budget_ || !can_change_budget() || follows_budget || !refuses_an_episode()) return;
  state_for_larger_budget_ = save();
  has_met_budget_ = true;
}

std::uint64_t TickedTraining::updates_done() const {
  std::uint64_t updates = 0;
  for (const Model& model : models_) updates += model.adam.updates();
  return updates;
}

void TickedTraining::step_environments(int first) {
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    stepping_[i] = workers_[i].active && !workers_[i].rollout().complete() ? 1 : 0;
    if (stepping_[i] != 0) actions_[i] = workers_[i].act(pass_.network());
  }
  group_->step_all(first, actions_, stepping_, outcomes_, observations_);
  const auto width = static_cast<std::size_t>(group_->observation_size());
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    if (stepping_[i] == 0) continue;
    workers_[i].receive(outcomes_[i], std::span<const float>(observations_).subspan(i * width, width));
    ++steps_done_;
  }
}

void TickedTraining::step_environment(Worker& worker) {
  const auto observation =
      std::span<float>(observations_).first(static_cast<std::size_t>(group_->observation_size()));
  const int action = worker.act(pass_.network());
  const env::StepOutcome outcome = group_->step(worker.number(), action, observation);
  worker.receive(outcome, observation);
  ++steps_done_;
}

void TickedTraining::finish_ended_episodes() {
  for (Worker& worker : workers_) {
    if (worker.active && worker.episode_over()) rows_.push_back(worker.finish_episode(steps_done_));
  }
}

void TickedTraining::start_due_episodes() {
  if (group_->in_step()) {
    if (std::ranges::any_of(workers_, [](const Worker& worker) { return worker.active; })) return;
    group_->refill_shared_resource();
  }
  for (Worker& worker : workers_) {
    if (!worker.active && wants_another_episode(worker)) start_episode(worker);
  }
}

std::vector<std::byte> TickedTraining::save() const {
  ByteWriter writer;
  writer.value(steps_done_);
  writer.value(has_met_budget_);
  for (const Model& model : models_) {
    writer.values(std::span<const float>(model.parameters));
    model.adam.save(writer);
  }
  save_base(writer);
  save_schedule(writer);
  return writer.take();
}

Result<void> TickedTraining::restore(std::span<const std::byte> state) {
  ByteReader reader(state);
  WINDHOVER_RETURN_IF_ERROR(reader.value(steps_done_));
  WINDHOVER_RETURN_IF_ERROR(reader.value(has_met_budget_));
  for (Model& model : models_) {
    WINDHOVER_RETURN_IF_ERROR(reader.values(std::span<float>(model.parameters)));
    WINDHOVER_RETURN_IF_ERROR(model.adam.restore(reader));
  }
  WINDHOVER_RETURN_IF_ERROR(restore_base(reader));
  WINDHOVER_RETURN_IF_ERROR(restore_schedule(reader));
  if (!reader.at_end()) return failure("the saved state is longer than it should be");
  return {};
}

}  // namespace windhover::rl
