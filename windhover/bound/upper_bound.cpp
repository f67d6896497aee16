#include "windhover/bound/upper_bound.hpp"

#include <fmt/format.h>

#include "windhover/bound/linear_solver.hpp"
#include "windhover/core/stoppable.hpp"
#include "windhover/env/simple_policies.hpp"

namespace windhover::bound {

Result<std::vector<env::PolicyScore>> upper_bounds(const env::Description& environment,
                                                   const env::Configuration& config,
                                                   std::span<const double> conditions, int workers,
                                                   int episodes, std::uint64_t seed, const Watch& watch) {
  if (!environment.relaxation)
    return usage_error(fmt::format("environment '{}' has no upper bound", environment.name));
  if (episodes < 1) return usage_error("an upper bound needs at least one episode");
  const std::size_t programs = conditions.size() * static_cast<std::size_t>(episodes);
  std::vector<env::PolicyScore> rows;
  for (const double condition : conditions) {
    std::vector<double> scores;
    for (std::uint32_t episode = 0; episode < static_cast<std::uint32_t>(episodes); ++episode) {
      watch.tell({.what = "upper bound, linear programs",
                  .done = rows.size() * static_cast<std::size_t>(episodes) + episode,
                  .all = programs});
      // A program of a large fleet takes long to state, and an iteration of its solver too.
      const auto maximum =
          unless_stopped(watch.stop(),
                         [relax = environment.relaxation, config, condition, workers, seed, episode,
                          stop = watch.stop()]() -> Result<double> {
                           const auto program = relax(config, condition, workers, seed, episode);
                           return program ? certified_maximum(*program, stop) : Failure(program.error());
                         });
      if (!maximum)
        return in_context(fmt::format("condition {:g}, episode {}", condition, episode), maximum.error());
      scores.push_back(*maximum);
    }
    rows.push_back(env::summarise("upper bound", condition, scores));
  }
  return rows;
}

}  // namespace windhover::bound
