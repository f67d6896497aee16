#include "windhover/nn/initialise.hpp"

#include <chrono>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace windhover::nn {
namespace {

const Architecture small_network{
    .observations = 48, .actions = 3, .hidden = 32, .recurrent = true, .layer_norm = true};

std::vector<double> initial(std::uint64_t seed) {
  const Layout layout(small_network);
  std::vector<double> parameters(layout.arena_size(), 7.0);
  initialise<double>(parameters, layout, Stream({.seed = seed, .purpose = Purpose::initial_parameters}));
  return parameters;
}

TEST(Initialise, LinearWeightsAreOrthogonal) {
  const Layout layout(small_network);
  const auto parameters = initial(1);
  for (const Tensor& tensor : layout.tensors()) {
    if (tensor.name != "feature.weight" && tensor.name != "policy.weight" && tensor.name != "value.weight")
      continue;
    for (int a = 0; a < tensor.outputs(); ++a) {
      for (int b = 0; b < tensor.outputs(); ++b) {
        double product = 0;
        for (int i = 0; i < tensor.inputs(); ++i)
          product += parameters[tensor.index(a, i)] * parameters[tensor.index(b, i)];
        EXPECT_NEAR(product, a == b ? 1.0 : 0.0, 1e-12) << tensor.name << " rows " << a << ", " << b;
      }
    }
  }
}

/// The network's orthogonal matrix of 4096 x 4096 would take minutes.
TEST(Initialise, EndsEarlyWhenAStopIsRequested) {
  const Layout layout({.observations = 4, .actions = 2, .hidden = 4096, .recurrent = false});
  std::vector<float> parameters(layout.arena_size());
  std::stop_source stop;
  stop.request_stop();
  const auto begin = std::chrono::steady_clock::now();
  initialise<float>(parameters, layout, Stream({.seed = 1}), 1.0, stop.get_token());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
}

TEST(Initialise, TheHeadsGainScalesTheHeadsAndNothingElse) {
  const Layout layout(small_network);
  const auto plain = initial(3);
  std::vector<double> scaled(layout.arena_size());
  initialise<double>(scaled, layout, Stream({.seed = 3, .purpose = Purpose::initial_parameters}), 0.1);
  for (const Tensor& tensor : layout.tensors()) {
    const double gain = tensor.name == "policy.weight" || tensor.name == "value.weight" ? 0.1 : 1.0;
    for (int output = 0; output < tensor.outputs(); ++output) {
      for (int input = 0; input < tensor.inputs(); ++input) {
        const std::size_t index = tensor.index(output, input);
        EXPECT_DOUBLE_EQ(scaled[index], gain * plain[index]) << tensor.name;
      }
    }
  }
}

TEST(Initialise, RecurrentValuesAreUniformAndNormsStartAsIdentity) {
  const Layout layout(small_network);
  const auto parameters = initial(2);
  const double bound = 1.0 / std::sqrt(32.0);
  for (const Tensor& tensor : layout.tensors()) {
    double sum = 0, squares = 0, largest = 0;
    for (int output = 0; output < tensor.outputs(); ++output) {
      for (int input = 0; input < tensor.inputs(); ++input) {
        const double value = parameters[tensor.index(output, input)];
        sum += value;
        squares += value * value;
        largest = std::max(largest, std::abs(value));
      }
    }
    const auto count = static_cast<double>(tensor.size());
    if (tensor.name.starts_with("gru.weight")) {
      EXPECT_LE(largest, bound);
      EXPECT_NEAR(squares / count, bound * bound / 3.0, 0.05 * bound * bound);
      EXPECT_NEAR(sum / count, 0.0, 0.05 * bound);
    } else if (tensor.name.ends_with("_norm.weight")) {
      EXPECT_EQ(sum, count);
    } else if (tensor.name.ends_with(".bias") && !tensor.name.starts_with("gru.")) {
      EXPECT_EQ(largest, 0.0) << tensor.name;
    }
  }
}

TEST(Initialise, SeedsDifferAndRepeat) {
  EXPECT_EQ(initial(3), initial(3));
  EXPECT_NE(initial(3), initial(4));
}

}  // namespace
}  // namespace windhover::nn
