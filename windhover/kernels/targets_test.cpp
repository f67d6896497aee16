#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/kernels/kernels.hpp"
#include "windhover/kernels/test_support.hpp"

namespace windhover::kernels {
namespace {

using ::testing::HasSubstr;

TEST(Targets, AreDistinctAndInUseOnceForced) {
  const std::vector<std::string> targets = available_targets();
  ASSERT_FALSE(targets.empty());
  for (const std::string& target : targets) {
    EXPECT_EQ(std::ranges::count(targets, target), 1);
    ASSERT_TRUE(force_target(target).has_value());
    EXPECT_EQ(current_target(), target);
  }
  ASSERT_TRUE(force_target(targets.front()).has_value());
}

TEST(Targets, AlwaysHaveAPortableOneLast) { EXPECT_EQ(available_targets().back(), "SCALAR"); }

TEST(Targets, AnUnknownOneIsAnErrorThatNamesTheOthers) {
  const std::string before = current_target();
  const Result<void> result = force_target("AVX9");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, ErrorKind::usage);
  EXPECT_THAT(result.error().message, HasSubstr("AVX9"));
  for (const std::string& target : available_targets()) {
    EXPECT_THAT(result.error().message, HasSubstr(target));
  }
  EXPECT_EQ(current_target(), before);
}

}  // namespace
}  // namespace windhover::kernels
