#pragma once

#include <cstddef>
#include <cstdint>
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
  Json environment_config;  ///< effective
  std::uint64_t seed = 0;   ///< the study's seed: the same episodes for every model of it
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

/// Environment steps a second of greedy evaluation by the first of these batches: of one model under the
/// setup's first condition, from its start, for at most `seconds`, or for one tick if that takes longer.
/// Errors as above.
[[nodiscard]] Result<double> evaluation_rate(const nn::Architecture& architecture,
                                             std::span<const float> model, const EvaluationSetup& setup,
                                             double seconds);

}  // namespace windhover::rl
