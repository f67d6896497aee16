#pragma once

#include <string>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/study/document.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::study {

/// The settings of one cell in the study file's form: environment, profile, preset and the four tables.
[[nodiscard]] Json cell_configuration(const CellPlan& cell);

/// The study's settings in the study file's form. Every key that has the same value in all cells is filled
/// in; one that differs from cell to cell is a factor, which stands in [factors] alone, or follows from a
/// factor or from [[where]]: it stands where, and only if, the study file gives it, so that the cells come
/// out the same when this is read again. `episodes` is to which training is shortened; 0 if it is not.
[[nodiscard]] Json effective_settings(const Plan& plan, const Document& document, int episodes);

}  // namespace windhover::study
