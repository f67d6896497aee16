#pragma once

#include <filesystem>
#include <stop_token>

#include "windhover/core/result.hpp"
#include "windhover/ranks/simulation.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::app {

/// Whether the files of a measurement are written.
enum class Disk { used, spared };

/// What rank 0 needs for each kind of message, by the code that studies use: a rank in memory is given every
/// run of the finished study in `folder`, and answers each at once with what came of it there and two states
/// of the size that they have at the start. Errors: runs that can not be read; stopped.
[[nodiscard]] Result<ranks::HandlingCosts> measure_handling(const study::Plan& plan,
                                                            const std::filesystem::path& folder, Disk disk,
                                                            const std::stop_token& stop);

}  // namespace windhover::app
