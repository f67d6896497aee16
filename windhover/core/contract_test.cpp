#include "windhover/core/contract.hpp"

#include <gtest/gtest.h>

namespace windhover {
namespace {

TEST(ContractDeathTest, PrintsExpressionAndValues) {
  const int rows = 3;
  EXPECT_DEATH(WINDHOVER_CHECK_OP(rows, ==, 20), "broken contract: rows == 20: 3 against 20");
  EXPECT_DEATH(WINDHOVER_CHECK(rows > 5), "broken contract: rows > 5");
}

}  // namespace
}  // namespace windhover
