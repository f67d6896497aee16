#pragma once

#include <string>

#include "windhover/core/digest.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::ranks {

/// Equal where two ranks made the same plan.
[[nodiscard]] inline std::string plan_digest(const study::Plan& plan) {
  return digest_of(plan.study.config.dump() + (plan.study.quick ? " quick" : ""));
}

}  // namespace windhover::ranks
