#pragma once

#include <string>
#include <vector>

#include "windhover/record/audit.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::study {

/// What environments say of the conditions that the plan's cells are trained and tested under. Cells of which
/// the same is said share a warning.
[[nodiscard]] std::vector<record::ConditionWarning> condition_warnings(const Plan& plan);

/// As sentences, with the cells in front, or how many they are, where they are not all of the study's.
[[nodiscard]] std::vector<std::string> warning_texts(const Plan& plan);

}  // namespace windhover::study
