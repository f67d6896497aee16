#pragma once

#include <string>
#include <vector>

#include "windhover/study/plan.hpp"

namespace windhover::study {

/// What an environment says of conditions that mean less than they seem to, and of which cells.
struct ConditionWarning {
  std::string text;                     ///< a sentence
  std::vector<std::string> cells = {};  ///< ids, in the study's order
};

/// Of the conditions that the plan's cells are trained and tested under. Cells of which the same is said
/// share a warning.
[[nodiscard]] std::vector<ConditionWarning> condition_warnings(const Plan& plan);

/// As sentences, with the cells in front, or how many they are, where they are not all of the study's.
[[nodiscard]] std::vector<std::string> warning_texts(const Plan& plan);

/// [{text, cells}]
[[nodiscard]] Json to_json(const std::vector<ConditionWarning>& warnings);

}  // namespace windhover::study
