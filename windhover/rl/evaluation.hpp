#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"
#include "windhover/core/rows.hpp"
#include "windhover/env/registry.hpp"
#include "windhover/nn/architecture.hpp"

namespace windhover::rl {

struct EvaluationSetup {
  std::string environment;
  env::Configuration environment_config;
  std::uint64_t seed = 0;  ///< the study's seed: the same episodes for every model of it
  std::vector<double> conditions;
  int episodes = 100;  ///< per condition; of one member. A fleet of n flies episodes / n (rounded up)
  int members = 1;     ///< from Description::evaluation_members
};

/// How much is evaluated at once.
struct EvaluationSize {
  std::size_t conditions = 1;
  int episodes = 1;  ///< per condition, of one member
  int members = 1;
};

/// The most memory that one evaluation may need.
inline constexpr double most_evaluation_gigabytes = 16;

/// Bytes of memory that an evaluation of so many models needs, about.
[[nodiscard]] double evaluation_bytes(const nn::Architecture& architecture, std::size_t models,
                                      const EvaluationSize& size);

/// Errors: no episode, member or condition, or more of them than `most_evaluation_gigabytes` allow.
[[nodiscard]] Result<void> check_evaluation(const nn::Architecture& architecture, std::size_t models,
                                            const EvaluationSize& size);

/// Scores every model greedily and sampled under every condition; all episodes of one condition run as one
/// batch. Rows come in canonical order: model, choice (greedy first), condition, episode. `models` are arenas
/// of the layout of `architecture`. Errors: those of check_evaluation, stopped, or NaN or infinity in what
/// the environment shows, what a model puts out, or a return.
[[nodiscard]] Result<std::vector<EvaluationRow>> evaluate(const nn::Architecture& architecture,
                                                          std::span<const std::span<const float>> models,
                                                          const EvaluationSetup& setup,
                                                          const std::stop_token& stop);

/// The same in an environment that need not be in the registry.
[[nodiscard]] Result<std::vector<EvaluationRow>> evaluate(const nn::Architecture& architecture,
                                                          std::span<const std::span<const float>> models,
                                                          const env::Description& environment,
                                                          const EvaluationSetup& setup,
                                                          const std::stop_token& stop);

/// One step of one member of an evaluated episode: what it saw, decided and earned. What the spans show is
/// gone after the call that they are given to.
struct TracedStep {
  int step = 0;    ///< from 0 on
  int member = 0;  ///< of those that fly together
  std::span<const float> observation;
  std::span<const float> probabilities;  ///< of the actions
  int action = 0;
  float value = 0;
  double reward = 0;               ///< that scores are made of
  std::span<const double> hidden;  ///< beside the observation, as env::Group::hidden_values
};

/// Which of the episodes that `evaluate` makes.
struct TracedEpisode {
  double condition = 0;
  ActionChoice choice = ActionChoice::greedy;
  std::uint32_t number = 0;  ///< EvaluationRow::episode
};

/// Makes one episode of an evaluation again and tells every step of every member to `onlooker`, until it
/// returns false: the mean over the members of what they earn is the episode's row, to the bit. Of `setup`
/// environment, seed and members count. Errors as of evaluate.
[[nodiscard]] Result<void> trace(const nn::Architecture& architecture, std::span<const float> model,
                                 const EvaluationSetup& setup, const TracedEpisode& episode,
                                 const std::function<bool(const TracedStep&)>& onlooker);

/// Environment steps a second of greedy evaluation by the first of these batches: of one model under the
/// setup's first condition, from its start, for at most `seconds`, or for one tick if that takes longer.
/// Errors as above.
[[nodiscard]] Result<double> evaluation_rate(const nn::Architecture& architecture,
                                             std::span<const float> model, const EvaluationSetup& setup,
                                             double seconds);

}  // namespace windhover::rl
