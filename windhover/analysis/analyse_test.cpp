#include "windhover/analysis/analyse.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "windhover/analysis/testing/fake_study.hpp"
TEST(Analyse, Draft) {
  auto r = windhover::analysis::analyse(windhover::analysis::testing::fake_study());
  ASSERT_TRUE(r) << r.error().message;
  std::ofstream("/tmp/build-report/results.json") << r->dump(1);
}
