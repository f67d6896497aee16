#pragma once

#include <gtest/gtest.h>

#include "windhover/analysis/analyse.hpp"

namespace windhover::analysis::testing {

/// 97.5 % quantile of Student's t with 2 degrees of freedom, for intervals over three seeds.
inline constexpr double t_2 = 4.302652729911275;

/// results.json of a record that can be analysed.
inline Json analysed(const record::StudyRecord& record) {
  const auto results = analyse(record);
  EXPECT_TRUE(results.has_value()) << results.error().message;
  return results.value_or(Json());
}

}  // namespace windhover::analysis::testing
