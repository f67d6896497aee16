#include "windhover/rl/training_base.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "windhover/core/finite.hpp"
#include "windhover/nn/initialise.hpp"

namespace windhover::rl {

nn::AdamSettings adam_settings(const LearnerConfig& config) {
  return {.lr = config.lr,
          .beta1 = config.adam_beta1,
          .beta2 = config.adam_beta2,
          .epsilon = config.adam_eps,
          .max_grad_norm = config.max_grad_norm};
}

TrainingBase::TrainingBase(const TrainingSetup& setup, std::unique_ptr<env::Group> group)
    : setup_(setup),
      arm_(**find_arm(setup.arm)),
      group_(std::move(group)),
      layout_(setup.learner.architecture(group_->observation_size(), group_->action_count())),
      episode_budget_(arm_.budget_factor(setup.workers) * static_cast<std::uint64_t>(setup.episodes)),
      step_budget_(arm_.budget_factor(setup.workers) * setup.steps) {
  workers_.reserve(static_cast<std::size_t>(setup.workers));
  for (int number = 0; number < setup.workers; ++number) {
    workers_.emplace_back(number, setup.seed, layout_, setup.learner);
  }
}

bool TrainingBase::finished() const {
  return std::ranges::none_of(
      workers_, [&](const Worker& worker) { return worker.active || wants_another_episode(worker); });
}

std::uint64_t TrainingBase::steps_expected() const {
  std::uint64_t expected = 0;
  for (const Worker& worker : workers_) expected += steps_expected_of(worker);
  return std::max(expected, steps_done());
}

std::uint64_t TrainingBase::steps_expected_of(const Worker& worker) const {
  if (!worker.active && !wants_another_episode(worker)) return worker.steps();
  const auto limit = static_cast<std::uint64_t>(group_->episode_limit());
  if (step_budget_ > 0) return std::max((step_budget_ + limit - 1) / limit * limit, worker.steps());
  const std::uint64_t running = worker.active ? 1 : 0;
  const std::uint64_t ended = worker.episodes_started() - running;
  const std::uint64_t steps_of_ended = worker.steps() - (worker.active ? worker.episode_steps() : 0);
  const std::uint64_t mean_length = ended == 0 ? limit : std::max<std::uint64_t>(1, steps_of_ended / ended);
  return std::max(steps_of_ended + (episode_budget_ - std::min(ended, episode_budget_)) * mean_length,
                  worker.steps());
}

void TrainingBase::initialise_model(std::span<float> parameters, int model) const {
  nn::initialise(parameters, layout_,
                 Stream({.seed = setup_.seed,
                         .purpose = Purpose::initial_parameters,
                         .worker = static_cast<std::uint16_t>(model)}),
                 setup_.learner.head_gain, setup_.stop);
}

bool TrainingBase::wants_another_episode(const Worker& worker) const {
  if (step_budget_ > 0) return worker.steps() < step_budget_;
  return worker.episodes_started() < episode_budget_;
}

double TrainingBase::progress(const Worker& worker) const {
  const double share =
      step_budget_ > 0
          ? static_cast<double>(worker.steps()) / static_cast<double>(step_budget_)
          : static_cast<double>(worker.episodes_started() - 1) / static_cast<double>(episode_budget_);
  return std::min(share, 1.0);
}

void TrainingBase::start_episode(Worker& worker) {
  const std::uint32_t episode = worker.start_episode();
  // Offset by their numbers, the workers have all conditions among them in every episode.
  if (arm_.mixed_conditions) {
    const auto shift = episode % static_cast<std::uint32_t>(setup_.workers);
    group_->take_condition(worker.number(), (worker.number() + static_cast<int>(shift)) % setup_.workers);
  }
  group_->start_episode(worker.number(), episode, worker.rollout().activations.observations(0));
}

bool TrainingBase::sane(const Worker& worker, const Losses<float>& losses, float norm) {
  return std::isfinite(losses.total) && std::isfinite(norm) && std::isfinite(worker.episode_return());
}

std::string TrainingBase::first_fault(Worker& worker, const Losses<float>& losses,
                                      std::span<const float> gradient) const {
  if (const auto at = first_not_finite(worker.local()))
    return fmt::format("the parameters that acted: {} has {}", layout_.name_at(*at), worker.local()[*at]);
  auto& rollout = worker.rollout();
  // The row after the last step counts where its value is bootstrapped.
  const int rows = rollout.length + (rollout.terminated ? 0 : 1);
  for (int row = 0; row < rows; ++row) {
    const auto observation = rollout.activations.observations(row);
    if (const auto at = first_not_finite(observation)) {
      return fmt::format("the environment: value {} of observation {} of the rollout is {}", *at, row,
                         observation[*at]);
    }
  }
  const auto rewards =
      std::span<const float>(rollout.rewards).first(static_cast<std::size_t>(rollout.length));
  if (const auto at = first_not_finite(rewards))
    return fmt::format("the environment: the learner's reward {} of the rollout is {}", *at, rewards[*at]);
  if (!std::isfinite(worker.episode_return()))
    return fmt::format("the environment: the episode's return is {}", worker.episode_return());
  const auto heads = rollout.activations.heads(0, rows);
  if (const auto at = first_not_finite(heads))
    return fmt::format("the forward pass: the network puts out {}", heads[*at]);
  if (!std::isfinite(losses.total)) return fmt::format("the loss: it is {}", losses.total);
  const auto at = first_not_finite(gradient);
  return at ? fmt::format("the gradient: {} has {}", layout_.name_at(*at), gradient[*at])
            : "the gradient: its norm overflows";
}

Failure TrainingBase::diagnose(Worker& worker, const Losses<float>& losses, std::span<const float> gradient,
                               std::uint64_t update) const {
  const auto bad = first_not_finite(gradient);
  const std::string_view parameter = bad ? layout_.name_at(*bad) : "none";
  return failure(fmt::format(
      "arm {}, seed {}, worker {}, episode {}, update {}: not finite, first in {}; policy loss "
      "{}, value loss {}, entropy {}; first gradient that is not finite: {}",
      setup_.arm, setup_.seed, worker.number(), worker.episodes_started() - 1, update,
      first_fault(worker, losses, gradient), losses.policy, losses.value, losses.entropy, parameter));
}

void TrainingBase::save_base(ByteWriter& writer) const {
  for (const Worker& worker : workers_) worker.save(writer);
  group_->save(writer);
  writer.values(std::span<const TrainingRow>(rows_));
}

Result<void> TrainingBase::restore_base(ByteReader& reader) {
  for (Worker& worker : workers_) WINDHOVER_RETURN_IF_ERROR(worker.restore(reader));
  WINDHOVER_RETURN_IF_ERROR(group_->restore(reader));
  WINDHOVER_RETURN_IF_ERROR(reader.vector(rows_));
  for (const Worker& worker : workers_) {
    if (group_->running(worker.number()) != (worker.active && !worker.episode_over()))
      return failure("the saved states of a worker and of its environment do not fit together");
  }
  const bool known = std::ranges::all_of(rows_, [&](const TrainingRow& row) {
    return row.worker >= 0 && row.worker < setup_.workers && row.episode >= 0 && row.length > 0;
  });
  if (!known) return failure("the saved state has the row of an impossible episode");
  return {};
}

std::vector<std::span<const float>> all_parameters(const Training& training) {
  std::vector<std::span<const float>> models;
  models.reserve(static_cast<std::size_t>(training.models()));
  for (int model = 0; model < training.models(); ++model) models.push_back(training.parameters(model));
  return models;
}

Result<void> check_parameters(const Training& training) {
  for (int model = 0; model < training.models(); ++model) {
    const auto parameters = training.parameters(model);
    if (const auto at = first_not_finite(parameters)) {
      return failure(
          fmt::format("not finite, first in the optimiser: its last update leaves {} of model {} with {}",
                      training.layout().name_at(*at), model, parameters[*at]));
    }
  }
  return {};
}

}  // namespace windhover::rl
