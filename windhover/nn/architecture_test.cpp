#include "windhover/nn/architecture.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace windhover::nn {
namespace {

Architecture cell(bool recurrent, bool layer_norm) {
  return {.observations = 48, .actions = 3, .hidden = 128, .recurrent = recurrent, .layer_norm = layer_norm};
}

TEST(Layout, HasThePublishedParameterCounts) {
  EXPECT_EQ(Layout(cell(false, false)).parameter_count(), 23'300U);
  EXPECT_EQ(Layout(cell(false, true)).parameter_count(), 23'812U);
  EXPECT_EQ(Layout(cell(true, false)).parameter_count(), 105'860U);
  EXPECT_EQ(Layout(cell(true, true)).parameter_count(), 106'372U);
}

TEST(Layout, TensorsNeverOverlapAndTileTheirBlocks) {
  for (const bool recurrent : {true, false}) {
    const Layout layout(cell(recurrent, true));
    std::set<std::size_t> taken;
    for (const Tensor& tensor : layout.tensors()) {
      for (int output = 0; output < tensor.outputs(); ++output) {
        for (int input = 0; input < tensor.inputs(); ++input) {
          const std::size_t index = tensor.index(output, input);
          EXPECT_LT(index, layout.arena_size());
          EXPECT_TRUE(taken.insert(index).second) << tensor.name;
          EXPECT_EQ(layout.name_at(index), tensor.name);
        }
      }
    }
    EXPECT_EQ(taken.size(), layout.parameter_count());
  }
}

TEST(Layout, NamesAreThoseOfTheRecordedNetworks) {
  const Layout layout(cell(true, true));
  std::vector<std::string> names;
  for (const Tensor& tensor : layout.tensors()) names.push_back(tensor.name);
  EXPECT_THAT(names, testing::UnorderedElementsAre(
                         "feature.weight", "feature.bias", "feature_norm.weight", "feature_norm.bias",
                         "gru.weight_ih", "gru.weight_hh", "gru.bias_ih", "gru.bias_hh", "body_norm.weight",
                         "body_norm.bias", "policy.weight", "policy.bias", "value.weight", "value.bias"));
}

TEST(Architecture, ImpossibleSizesAreErrors) {
  Architecture architecture = cell(true, true);
  EXPECT_TRUE(validate(architecture).has_value());
  architecture.hidden = 0;
  ASSERT_FALSE(validate(architecture).has_value());
  EXPECT_THAT(validate(architecture).error().message, testing::HasSubstr("hidden size is 0"));
}

TEST(Architecture, AnEpsilonThatSinglePrecisionLosesIsAnError) {
  Architecture architecture = cell(true, true);
  for (const double epsilon : {0.0, 1e-50, -1e-5, 2.0}) {
    architecture.layer_norm_epsilon = epsilon;
    ASSERT_FALSE(validate(architecture).has_value()) << epsilon;
    EXPECT_THAT(validate(architecture).error().message,
                testing::HasSubstr("must be a number between 1.1754944e-38 and 1"));
  }
}

}  // namespace
}  // namespace windhover::nn
