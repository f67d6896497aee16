#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "windhover/core/result.hpp"
#include "windhover/study/plan.hpp"

/// How large a study may be. What is beyond is a slip of a finger or a hostile file, and is refused before
/// anything of its size is made.
namespace windhover::study {

inline constexpr std::size_t most_cells = 1000;
inline constexpr std::size_t most_runs = 100'000;
inline constexpr std::size_t most_conditions = 1'000'000;  ///< of training and evaluation, all cells together
inline constexpr double most_run_gigabytes = 16;           ///< of memory, for one run

/// Checks what one run of the cell needs in each of the arms. Error: it is more than `most_run_gigabytes`;
/// names the keys that ask for most of it.
[[nodiscard]] Result<void> check_memory(const CellPlan& cell, const std::vector<std::string>& arms);

/// Checks what the evaluation of one model needs, all of whose episodes are in memory at once. Error: it is
/// more than `most_run_gigabytes`; says how many episodes would not be.
[[nodiscard]] Result<void> check_memory(const nn::Architecture& architecture,
                                        const rl::EvaluationSetup& setup);

}  // namespace windhover::study
