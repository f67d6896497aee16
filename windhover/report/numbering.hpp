#pragma once

#include "windhover/report/page.hpp"

namespace windhover::report {

/// Numbers tables and figures in the order of the page, each kind from 1. What is shown once for greedy and
/// once for sampled actions has one number, so that numbers run through in every view, and says which it is:
/// "Table 2, greedy actions".
void number_blocks(Page& page);

}  // namespace windhover::report
