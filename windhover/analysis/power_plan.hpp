#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "windhover/analysis/results/power.hpp"
#include "windhover/analysis/scores.hpp"
#include "windhover/core/result.hpp"

/// What a design can detect: asked before anything is trained, or of a pilot's records.
namespace windhover::analysis {

struct PowerQuestion {
  double power = 0.8;   ///< probability that the effect is found
  double level = 0.05;  ///< of the two-sided test
  std::optional<double> effect =
      {};  ///< wanted: in rewards if a spread is known, else in standard deviations
};

/// How a score spreads over seeds.
struct SeedSpread {
  std::string measure;                ///< "A3C, greedy"
  double sigma = 1;                   ///< standard deviation over the seeds of a cell
  std::optional<double> correlation;  ///< between two cells over shared seeds
  std::string unit = "reward";
};

/// From the seed means of a study under the choice of actions that it reports first: an entry an arm, and one
/// for the gap. Sigma is pooled over cells, the correlation is the mean covariance of two cells over the mean
/// variance, both over the seeds that finished in every cell; the noise floor's are left out. Errors: fewer
/// than two such seeds, a score that is not finite.
[[nodiscard]] Result<std::vector<SeedSpread>> spreads_of(const ScoreBook& book);

/// `counts` are the numbers of seeds looked at: the study's, 5, 10, 20 and 30. `detectable` are the smallest
/// effects found with the wanted power: of cells that share no seeds (`independent`, freedom of the standard
/// deviation pooled over the contrast's cells) and over shared seeds (`paired`, a one-sample t). The first
/// table is in units of sigma; a further one for each spread follows. `paired` at the top is in standard
/// deviations of the contrast. The contrasts are two cells and, of a full factorial design, its main effects
/// and interactions. Errors: a power or level outside (0, 1), a correlation that so many cells cannot have,
/// an effect that needs more than stats::most_seeds.
[[nodiscard]] Result<PowerPlan> power_plan(const record::Study& study, const PowerQuestion& question,
                                           std::span<const SeedSpread> spreads);

}  // namespace windhover::analysis
