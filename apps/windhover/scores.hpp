#pragma once

#include <string>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/core/rows.hpp"
#include "windhover/env/registry.hpp"

namespace windhover::app {

/// What a model earned under one condition with one choice of actions.
struct Score {
  std::string choice;  ///< "greedy" or "sampled"
  double condition = 0;
  int episodes = 0;
  double mean = 0;
  double standard_error = 0;
  std::vector<double> action_shares;
};

/// One score a choice and condition, in the order of the rows; models are pooled.
[[nodiscard]] std::vector<Score> scores_of(const std::vector<EvaluationRow>& rows);

/// What the environment calls its test condition, at the head of a column: "velocity_kmh".
[[nodiscard]] std::string condition_head(const env::Description& environment);

[[nodiscard]] std::string scores_text(const std::vector<Score>& scores, const env::Description& environment);
[[nodiscard]] Json scores_json(const std::vector<Score>& scores,
                               const std::vector<std::string>& action_names);

}  // namespace windhover::app
