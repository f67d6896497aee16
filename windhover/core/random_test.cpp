#include "windhover/core/random.hpp"

#include <array>
#include <cmath>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace windhover {
namespace {

/// Known answers of Random123 (file kat_vectors, philox4x32 with 10 rounds).
TEST(Philox, MeetsTheKnownAnswers) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (PhiloxCounter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (PhiloxCounter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (PhiloxCounter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Stream, EveryPartOfTheNameMakesAnotherStream) {
  const StreamName name{
      .seed = 1, .purpose = Purpose::training_actions, .worker = 2, .episode = 3, .condition = 4};
  std::vector<StreamName> names(7, name);
  names[1].seed = 2;
  names[2].seed = std::uint64_t{1} << 40;
  names[3].purpose = Purpose::training_environment;
  names[4].worker = 3;
  names[5].episode = 4;
  names[6].condition = 4.5F;
  std::set<std::uint32_t> firsts;
  for (const auto& each : names) firsts.insert(Stream(each).next_word());
  EXPECT_EQ(firsts.size(), names.size());
}

TEST(Stream, AZeroHasNoSign) {
  StreamName name{.purpose = Purpose::evaluation_environment, .condition = -0.0F};
  const std::uint32_t first = Stream(name).next_word();
  name.condition = 0;
  EXPECT_EQ(Stream(name).next_word(), first);
}

TEST(Stream, ACopyGoesOnWithTheSameNumbers) {
  Stream stream({.seed = 5});
  (void)stream.next_word();
  Stream copy = stream;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(stream.next_word(), copy.next_word());
}

TEST(Stream, IntegersBelowABoundAreUniform) {
  Stream stream({.seed = 6});
  constexpr int bound = 50, draws = 100'000;
  constexpr double expected = draws / double{bound};
  std::array<int, bound> counts{};
  for (int i = 0; i < draws; ++i) ++counts[stream.uniform_below(bound)];
  double chi_square = 0;
  for (const int count : counts) chi_square += std::pow(count - expected, 2) / expected;
  EXPECT_LT(chi_square, 85.4);  // the 99.9 % quantile of 49 degrees of freedom
}

TEST(Stream, UniformAndNormalHaveTheirMoments) {
  Stream stream({.seed = 7});
  constexpr int draws = 200'000;
  double uniform_sum = 0, normal_sum = 0, normal_squares = 0, normal_fourth = 0;
  for (int i = 0; i < draws; ++i) {
    const double uniform = stream.uniform();
    ASSERT_GE(uniform, 0.0);
    ASSERT_LT(uniform, 1.0);
    uniform_sum += uniform;
    const double normal = stream.normal();
    normal_sum += normal;
    normal_squares += normal * normal;
    normal_fourth += std::pow(normal, 4);
  }
  EXPECT_NEAR(uniform_sum / draws, 0.5, 4 * std::sqrt(1.0 / 12 / draws));
  EXPECT_NEAR(normal_sum / draws, 0.0, 4 / std::sqrt(draws));
  EXPECT_NEAR(normal_squares / draws, 1.0, 4 * std::sqrt(2.0 / draws));
  EXPECT_NEAR(normal_fourth / draws, 3.0, 4 * std::sqrt(96.0 / draws));
}

}  // namespace
}  // namespace windhover
