#pragma once

#include <filesystem>
#include <stop_token>

#include "windhover/core/result.hpp"
#include "windhover/ranks/rank_crew.hpp"
#include "windhover/ranks/simulation.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::app {

/// Whether the files of a measurement are written, by all keepers at once, or nothing is, by one keeper
/// alone: then what remains is what a processor needs.
enum class Disk { used, spared };

[[nodiscard]] constexpr int keepers_of(Disk disk) { return disk == Disk::used ? ranks::most_keepers : 1; }

/// What rank 0 needs for each kind of message, by the code that studies use: as many ranks in memory as rank
/// 0 has keepers are given the runs of the finished study in `folder`, and answer each at once with what came
/// of it there and two states of the size that they have at the start. Errors: runs that can not be read;
/// stopped.
[[nodiscard]] Result<ranks::HandlingCosts> measure_handling(const study::Plan& plan,
                                                            const std::filesystem::path& folder, Disk disk,
                                                            const std::stop_token& stop);

}  // namespace windhover::app
