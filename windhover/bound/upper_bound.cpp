#include "windhover/bound/upper_bound.hpp"

#include <fmt/format.h>

#include "windhover/bound/linear_solver.hpp"
#include "windhover/env/simple_policies.hpp"

namespace windhover::bound {

Result<std::vector<env::PolicyScore>> upper_bounds(const env::Description& environment, const Json& config,
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
      const auto program = environment.relaxation(config, condition, workers, seed, episode);
      if (!program) return Failure(program.error());
      const auto maximum = certified_maximum(*program, watch.stop());
      if (!maximum)
        return in_context(fmt::format("condition {:g}, episode {}", condition, episode), maximum.error());
      scores.push_back(*maximum);
    }
    rows.push_back(env::summarise("upper bound", condition, scores));
  }
  return rows;
}

}  // namespace windhover::bound
