#include "windhover/rl/evaluation.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <numeric>

#include "windhover/core/contract.hpp"
#include "windhover/core/finite.hpp"
#include "windhover/env/registry.hpp"
#include "windhover/nn/network.hpp"
#include "windhover/rl/policy.hpp"

namespace windhover::rl {
namespace {

/// All episodes of one condition, run as one batch: group g holds rows g * members .. (g + 1) * members - 1.
class Batch {
 public:
  /// Its episodes are those with numbers from `first_episode` on.
  static Result<std::unique_ptr<Batch>> create(const nn::Architecture& architecture,
                                               const env::Description& environment,
                                               const EvaluationSetup& setup, double condition,
                                               const std::stop_token& stop, std::uint32_t first_episode = 0);

  /// Runs every episode from its start with one model.
  Result<std::vector<EvaluationRow>> run(const nn::Network<float>& network, std::span<const float> parameters,
                                         ActionChoice choice, const std::stop_token& stop);

  /// The batch's only episode, step by step, until the onlooker has seen enough.
  Result<void> trace(const nn::Network<float>& network, std::span<const float> parameters,
                     ActionChoice choice, const std::function<bool(const TracedStep&)>& onlooker);

  /// Environment steps a second, from the start, for so long.
  Result<double> rate(const nn::Network<float>& network, std::span<const float> parameters, double seconds);

 private:
  Batch(const nn::Architecture& architecture, const EvaluationSetup& setup, double condition,
        std::uint32_t first_episode);

  void start();
  [[nodiscard]] bool over() const { return std::ranges::find(active_, std::uint8_t{1}) == active_.end(); }
  /// One step of every episode that is not over.
  Result<void> tick(const nn::Network<float>& network, std::span<const float> parameters,
                    ActionChoice choice);
  Result<void> decide(const nn::Network<float>& network, std::span<const float> parameters,
                      ActionChoice choice);
  void carry_out();
  void choose_actions(ActionChoice choice);
  void step_groups();
  template <class T>
  [[nodiscard]] Result<void> check_finite(std::span<T> numbers, const char* source) const;
  [[nodiscard]] std::vector<EvaluationRow> rows(ActionChoice choice) const;

  [[nodiscard]] std::size_t row_count() const { return groups_.size() * members_; }

  const EvaluationSetup& setup_;
  double condition_;
  std::uint32_t first_episode_;
  std::size_t members_;
  std::size_t action_count_;
  std::vector<std::unique_ptr<env::Group>> groups_;
  nn::Activations<float> activations_;
  nn::AlignedVector<float> probabilities_, log_probabilities_;
  // One entry a row.
  std::vector<Stream> draws_;
  std::vector<int> actions_;
  std::vector<std::uint8_t> active_;
  std::vector<env::StepOutcome> outcomes_;
  std::vector<double> returns_;
  std::vector<std::int64_t> lengths_;
  std::vector<double> action_counts_, probability_sums_;  ///< [rows x actions]
  int ticks_ = 0;
};

int episodes_of(const EvaluationSetup& setup) { return (setup.episodes + setup.members - 1) / setup.members; }

Batch::Batch(const nn::Architecture& architecture, const EvaluationSetup& setup, double condition,
             std::uint32_t first_episode)
    : setup_(setup),
      condition_(condition),
      first_episode_(first_episode),
      members_(static_cast<std::size_t>(setup.members)),
      action_count_(static_cast<std::size_t>(architecture.actions)),
      activations_(architecture, episodes_of(setup) * setup.members,
                   nn::Activations<float>::RowOrder::independent) {}

Result<std::unique_ptr<Batch>> Batch::create(const nn::Architecture& architecture,
                                             const env::Description& environment,
                                             const EvaluationSetup& setup, double condition,
                                             const std::stop_token& stop, std::uint32_t first_episode) {
  std::unique_ptr<Batch> batch(new Batch(architecture, setup, condition, first_episode));
  const std::vector<double> conditions(batch->members_, condition);
  for (int episode = 0; episode < episodes_of(setup); ++episode) {
    if (stop.stop_requested()) return stopped();
    auto group =
        environment.make_group(setup.environment_config,
                               {.seed = setup.seed, .mode = env::Mode::evaluation, .conditions = conditions});
    if (!group) return Failure(group.error());
    if ((*group)->observation_size() != architecture.observations ||
        (*group)->action_count() != architecture.actions) {
      return usage_error(
          fmt::format("the model has {} observations and {} actions, but environment '{}' has {} and {}",
                      architecture.observations, architecture.actions, environment.name,
                      (*group)->observation_size(), (*group)->action_count()));
    }
    batch->groups_.push_back(*std::move(group));
  }
  const std::size_t rows = batch->row_count();
  batch->probabilities_.resize(rows * batch->action_count_);
  batch->log_probabilities_.resize(rows * batch->action_count_);
  batch->draws_.resize(rows);
  batch->actions_.resize(rows);
  batch->active_.resize(rows);
  batch->outcomes_.resize(rows);
  return batch;
}

void Batch::start() {
  const std::size_t rows = row_count();
  returns_.assign(rows, 0.0);
  lengths_.assign(rows, 0);
  action_counts_.assign(rows * action_count_, 0.0);
  probability_sums_.assign(rows * action_count_, 0.0);
  std::ranges::fill(active_, std::uint8_t{1});
  std::ranges::fill(activations_.hidden_before(0, static_cast<int>(rows)), 0.0F);
  ticks_ = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto group_index = row / members_;
    const auto episode = first_episode_ + static_cast<std::uint32_t>(group_index);
    const auto member = row % members_;
    env::Group& group = *groups_[group_index];
    if (member == 0) group.refill_shared_resource();
    group.start_episode(static_cast<int>(member), episode, activations_.observations(static_cast<int>(row)));
    draws_[row] = Stream({.seed = setup_.seed,
                          .purpose = Purpose::evaluation_actions,
                          .worker = static_cast<std::uint16_t>(member),
                          .episode = episode,
                          .condition = static_cast<float>(condition_)});
  }
}

Result<std::vector<EvaluationRow>> Batch::run(const nn::Network<float>& network,
                                              std::span<const float> parameters, ActionChoice choice,
                                              const std::stop_token& stop) {
  start();
  while (!over()) {
    if (stop.stop_requested()) return stopped();
    WINDHOVER_RETURN_IF_ERROR(tick(network, parameters, choice));
  }
  WINDHOVER_RETURN_IF_ERROR(check_finite(std::span(returns_), "the environment rewards with"));
  return rows(choice);
}

Result<void> Batch::tick(const nn::Network<float>& network, std::span<const float> parameters,
                         ActionChoice choice) {
  WINDHOVER_RETURN_IF_ERROR(decide(network, parameters, choice));
  carry_out();
  return {};
}

Result<void> Batch::decide(const nn::Network<float>& network, std::span<const float> parameters,
                           ActionChoice choice) {
  const int rows_in_batch = static_cast<int>(row_count());
  WINDHOVER_RETURN_IF_ERROR(
      check_finite(activations_.observations(0, rows_in_batch), "the environment shows"));
  network.forward(parameters, activations_, 0, rows_in_batch);
  const auto heads = activations_.heads(0, rows_in_batch);
  WINDHOVER_RETURN_IF_ERROR(check_finite(heads, "the model puts out"));
  policy_distribution<float>(probabilities_, log_probabilities_, heads, rows_in_batch,
                             static_cast<int>(action_count_));
  choose_actions(choice);
  return {};
}

void Batch::carry_out() {
  const int rows_in_batch = static_cast<int>(row_count());
  step_groups();
  std::ranges::copy(activations_.hidden_after(0, rows_in_batch),
                    activations_.hidden_before(0, rows_in_batch).begin());
}

Result<void> Batch::trace(const nn::Network<float>& network, std::span<const float> parameters,
                          ActionChoice choice, const std::function<bool(const TracedStep&)>& onlooker) {
  start();
  for (int step = 0; !over(); ++step) {
    const auto was_active = active_;
    const int rows_in_batch = static_cast<int>(row_count());
    WINDHOVER_RETURN_IF_ERROR(decide(network, parameters, choice));
    const auto row_of = activations_.observations(0, rows_in_batch);
    const std::vector<float> seen(row_of.begin(), row_of.end());  // the step writes the next ones over it
    std::vector<std::vector<double>> hidden;
    for (int member = 0; member < rows_in_batch; ++member)
      hidden.push_back(groups_.front()->hidden_values(member));
    carry_out();
    WINDHOVER_RETURN_IF_ERROR(check_finite(std::span(returns_), "the environment rewards with"));
    const std::size_t width = seen.size() / row_count();
    for (std::size_t member = 0; member < row_count(); ++member) {
      if (was_active[member] == 0) continue;
      const bool goes_on =
          onlooker({.step = step,
                    .member = static_cast<int>(member),
                    .observation = std::span(seen).subspan(member * width, width),
                    .probabilities =
                        std::span<const float>(probabilities_).subspan(member * action_count_, action_count_),
                    .action = actions_[member],
                    .value = activations_.heads(static_cast<int>(member)).back(),
                    .reward = outcomes_[member].reward,
                    .hidden = hidden[member]});
      if (!goes_on) return {};
    }
  }
  return {};
}

Result<double> Batch::rate(const nn::Network<float>& network, std::span<const float> parameters,
                           double seconds) {
  start();
  const auto begin = std::chrono::steady_clock::now();
  double elapsed = 0;
  while (!over() && elapsed < seconds) {
    WINDHOVER_RETURN_IF_ERROR(tick(network, parameters, ActionChoice::greedy));
    elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  return static_cast<double>(std::accumulate(lengths_.begin(), lengths_.end(), std::int64_t{0})) / elapsed;
}

template <class T>
Result<void> Batch::check_finite(std::span<T> numbers, const char* source) const {
  if (!first_not_finite(numbers)) return {};
  return failure(fmt::format("{} NaN or infinity in evaluation at condition {}", source, condition_));
}

void Batch::choose_actions(ActionChoice choice) {
  for (std::size_t row = 0; row < row_count(); ++row) {
    if (active_[row] == 0) continue;
    const auto probabilities =
        std::span<const float>(probabilities_).subspan(row * action_count_, action_count_);
    const int action = choice == ActionChoice::greedy ? greedy_action(probabilities)
                                                      : sample_action(probabilities, draws_[row].uniform());
    actions_[row] = action;
    action_counts_[row * action_count_ + static_cast<std::size_t>(action)] += 1.0;
    for (std::size_t i = 0; i < action_count_; ++i) {
      probability_sums_[row * action_count_ + i] += static_cast<double>(probabilities[i]);
    }
  }
}

void Batch::step_groups() {
  const int first = ticks_ % static_cast<int>(members_);
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    const std::size_t begin = group * members_;
    groups_[group]->step_all(first, std::span(actions_).subspan(begin, members_),
                             std::span(active_).subspan(begin, members_),
                             std::span(outcomes_).subspan(begin, members_),
                             activations_.observations(static_cast<int>(begin), static_cast<int>(members_)));
  }
  for (std::size_t row = 0; row < row_count(); ++row) {
    if (active_[row] == 0) continue;
    returns_[row] += outcomes_[row].reward;
    ++lengths_[row];
    if (outcomes_[row].done()) active_[row] = 0;
  }
  ++ticks_;
}

std::vector<EvaluationRow> Batch::rows(ActionChoice choice) const {
  std::vector<EvaluationRow> all;
  const double inverse_members = 1.0 / static_cast<double>(members_);
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    EvaluationRow row{.choice = choice,
                      .condition = condition_,
                      .episode = static_cast<std::int32_t>(first_episode_ + group),
                      .action_shares = std::vector<double>(action_count_),
                      .action_probabilities = std::vector<double>(action_count_)};
    for (std::size_t member = group * members_; member < (group + 1) * members_; ++member) {
      const auto steps = static_cast<double>(lengths_[member]);
      row.episode_return += returns_[member] * inverse_members;
      row.length += steps * inverse_members;
      for (std::size_t i = 0; i < action_count_; ++i) {
        row.action_shares[i] += action_counts_[member * action_count_ + i] / steps * inverse_members;
        row.action_probabilities[i] +=
            probability_sums_[member * action_count_ + i] / steps * inverse_members;
      }
    }
    all.push_back(std::move(row));
  }
  return all;
}

EvaluationSize size_of(const EvaluationSetup& setup) {
  return {.conditions = setup.conditions.size(), .episodes = setup.episodes, .members = setup.members};
}

}  // namespace

double evaluation_bytes(const nn::Architecture& architecture, std::size_t models,
                        const EvaluationSize& size) {
  constexpr double bytes_of_group = 4096;  // an environment's members and streams
  constexpr double bytes_of_row = sizeof(EvaluationRow) + 64;
  const double rows = static_cast<double>(size.conditions) * std::max(size.episodes, size.members);
  return rows * (nn::activation_bytes(architecture) + bytes_of_group +
                 2 * static_cast<double>(models) * bytes_of_row);
}

Result<void> check_evaluation(const nn::Architecture& architecture, std::size_t models,
                              const EvaluationSize& size) {
  if (size.episodes < 1 || size.members < 1)
    return usage_error("an evaluation needs at least one episode and member");
  if (size.conditions == 0) return usage_error("an evaluation needs at least one velocity");
  constexpr double most_bytes = most_evaluation_gigabytes * 1e9;
  const double bytes = evaluation_bytes(architecture, models, size);
  if (bytes <= most_bytes) return {};
  const int episodes = std::max(size.episodes, size.members);
  return usage_error(fmt::format(
      "{} episodes under each of {} conditions need about {:.3g} GB of memory, but {} is the most, which is "
      "enough for {:.0f}",
      episodes, size.conditions, bytes / 1e9, most_evaluation_gigabytes,
      std::floor(most_bytes / bytes * episodes)));
}

Result<std::vector<EvaluationRow>> evaluate(const nn::Architecture& architecture,
                                            std::span<const std::span<const float>> models,
                                            const EvaluationSetup& setup, const std::stop_token& stop) {
  const auto environment = env::find(setup.environment);
  if (!environment) return Failure(environment.error());
  return evaluate(architecture, models, **environment, setup, stop);
}

Result<std::vector<EvaluationRow>> evaluate(const nn::Architecture& architecture,
                                            std::span<const std::span<const float>> models,
                                            const env::Description& environment, const EvaluationSetup& setup,
                                            const std::stop_token& stop) {
  WINDHOVER_RETURN_IF_ERROR(check_evaluation(architecture, models.size(), size_of(setup)));
  const nn::Network<float> network(architecture, 1);
  for (const auto& model : models) WINDHOVER_CHECK_OP(model.size(), ==, network.layout().arena_size());

  std::vector<std::unique_ptr<Batch>> batches;
  for (const double condition : setup.conditions) {
    auto batch = Batch::create(architecture, environment, setup, without_sign_of_zero(condition), stop);
    if (!batch) return Failure(batch.error());
    batches.push_back(*std::move(batch));
  }
  std::vector<EvaluationRow> all;
  for (std::size_t model = 0; model < models.size(); ++model) {
    for (const auto choice : {ActionChoice::greedy, ActionChoice::sampled}) {
      for (const auto& batch : batches) {
        auto rows = batch->run(network, models[model], choice, stop);
        if (!rows) return Failure(rows.error());
        for (auto& row : *rows) {
          row.model = static_cast<std::int32_t>(model);
          all.push_back(std::move(row));
        }
      }
    }
  }
  return all;
}

Result<void> trace(const nn::Architecture& architecture, std::span<const float> model,
                   const EvaluationSetup& setup, const TracedEpisode& episode,
                   const std::function<bool(const TracedStep&)>& onlooker) {
  const auto environment = env::find(setup.environment);
  if (!environment) return Failure(environment.error());
  EvaluationSetup one = setup;
  one.episodes = one.members;  // a fleet flies them in one
  one.conditions = {without_sign_of_zero(episode.condition)};
  WINDHOVER_RETURN_IF_ERROR(check_evaluation(architecture, 1, size_of(one)));
  const nn::Network<float> network(architecture, 1);
  WINDHOVER_CHECK_OP(model.size(), ==, network.layout().arena_size());
  const auto batch =
      Batch::create(architecture, **environment, one, one.conditions.front(), {}, episode.number);
  if (!batch) return Failure(batch.error());
  return (*batch)->trace(network, model, episode.choice, onlooker);
}

Result<double> evaluation_rate(const nn::Architecture& architecture, std::span<const float> model,
                               const EvaluationSetup& setup, double seconds) {
  const auto environment = env::find(setup.environment);
  if (!environment) return Failure(environment.error());
  WINDHOVER_RETURN_IF_ERROR(check_evaluation(architecture, 1, size_of(setup)));
  const nn::Network<float> network(architecture, 1);
  WINDHOVER_CHECK_OP(model.size(), ==, network.layout().arena_size());
  const auto batch = Batch::create(architecture, **environment, setup, setup.conditions.front(), {});
  if (!batch) return Failure(batch.error());
  return (*batch)->rate(network, model, seconds);
}

}  // namespace windhover::rl
