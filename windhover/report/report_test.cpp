#include "windhover/report/report.hpp"

#include <gtest/gtest.h>

#include "windhover/analysis/analyse.hpp"
#include "windhover/analysis/testing/fake_study.hpp"
TEST(Report, Draft) {
  auto r = windhover::analysis::analyse(windhover::analysis::testing::fake_study());
  ASSERT_TRUE(r) << r.error().message;
  auto w = windhover::report::write_report(*r, "/tmp/build-report/out");
  ASSERT_TRUE(w) << w.error().message;
}
