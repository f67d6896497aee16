#pragma once

#include <gtest/gtest.h>

#include "windhover/analysis/analyse.hpp"

namespace windhover::analysis::testing {

/// 97.5 % quantile of Student's t with 2 degrees of freedom, for intervals over three seeds.
inline constexpr double t_2 = 4.302652729911275;

/// The results of a record that can be analysed.
inline Results results_of(const record::StudyRecord& record) {
  auto results = analyse(record);
  EXPECT_TRUE(results.has_value()) << results.error().message;
  return results ? *std::move(results) : Results();
}

/// results.json of a record that can be analysed.
inline Json analysed(const record::StudyRecord& record) { return to_json(results_of(record)); }

}  // namespace windhover::analysis::testing
