#pragma once

#include <stop_token>

#include "windhover/core/result.hpp"
#include "windhover/env/linear_program.hpp"

namespace windhover::bound {

/// An upper bound on the maximum of the program, and by solving it to the end also the maximum itself up to
/// 1e-6 of it. For any prices p >= 0 of the rows, weak duality gives
///     gains . x <= p . limits + sum over j of max(0, gains_j - p . A_j),   0 <= x <= 1,
/// and what is returned is the right-hand side at the solver's prices: it holds whatever the solver did.
/// Source: Chvatal, "Linear Programming", Freeman 1983, chapter 5. Errors: the solver stopped before the
/// optimum, or what it found and what it proves lie apart; stopped.
[[nodiscard]] Result<double> certified_maximum(const env::LinearProgram& program,
                                               const std::stop_token& stop = {});

}  // namespace windhover::bound
