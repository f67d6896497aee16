#include "windhover/nn/network.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/core/random.hpp"
#include "windhover/nn/initialise.hpp"

namespace windhover::nn {
namespace {

std::vector<Architecture> four_cells(int hidden) {
  std::vector<Architecture> cells;
  for (const bool recurrent : {true, false}) {
    for (const bool layer_norm : {true, false}) {
      cells.push_back({.observations = 7,
                       .actions = 3,
                       .hidden = hidden,
                       .recurrent = recurrent,
                       .layer_norm = layer_norm});
    }
  }
  return cells;
}

class FourNetworks : public testing::TestWithParam<Architecture> {};
INSTANTIATE_TEST_SUITE_P(Cells, FourNetworks, testing::ValuesIn(four_cells(5)), [](const auto& cell) {
  return std::string(cell.param.recurrent ? "gru" : "mlp") + (cell.param.layer_norm ? "_ln" : "");
});

template <class T>
void fill_normal(std::span<T> values, Stream& stream) {
  for (T& value : values) value = static_cast<T>(stream.normal());
}

/// Random parameters everywhere, gains and biases included, so that no term of a gradient is zero by chance.
template <class T>
AlignedVector<T> random_parameters(const Layout& layout, std::uint32_t episode) {
  AlignedVector<T> parameters(layout.arena_size());
  Stream stream({.seed = 1, .purpose = Purpose::test, .episode = episode});
  initialise<T>(parameters, layout, stream);
  for (const Tensor& tensor : layout.tensors()) {
    for (int output = 0; output < tensor.outputs(); ++output) {
      for (int input = 0; input < tensor.inputs(); ++input) {
        parameters[tensor.index(output, input)] += static_cast<T>(0.3 * stream.normal());
      }
    }
  }
  return parameters;
}

/// sum over all outputs of weight * output: a loss whose derivative by the heads is `weights`.
double weighted_outputs(const Network<double>& network, std::span<const double> parameters,
                        Activations<double>& activations, int steps, std::span<const double> weights) {
  for (int step = 0; step < steps; ++step) network.forward(parameters, activations, step, 1);
  const auto heads = activations.heads(0, steps);
  double sum = 0;
  for (std::size_t i = 0; i < heads.size(); ++i) sum += weights[i] * heads[i];
  return sum;
}

TEST_P(FourNetworks, GradientEqualsFiniteDifferences) {
  constexpr int steps = 6;
  Network<double> network(GetParam(), steps);
  auto parameters = random_parameters<double>(network.layout(), 1);
  Activations<double> activations(GetParam(), steps + 1, Activations<double>::RowOrder::chained);
  Stream stream({.seed = 2});
  fill_normal(activations.observations(0, steps), stream);
  if (GetParam().recurrent) fill_normal(activations.hidden_before(0), stream);
  std::vector<double> weights(activations.heads(0, steps).size());
  fill_normal(std::span(weights), stream);

  const double before = weighted_outputs(network, parameters, activations, steps, weights);
  ASSERT_TRUE(std::isfinite(before));
  AlignedVector<double> gradient(network.layout().arena_size());
  network.backward(gradient, parameters, activations, steps, weights);

  constexpr double epsilon = 1e-6;
  for (const Tensor& tensor : network.layout().tensors()) {
    double largest_difference = 0, largest_gradient = 0;
    for (int output = 0; output < tensor.outputs(); ++output) {
      for (int input = 0; input < tensor.inputs(); ++input) {
        double& parameter = parameters[tensor.index(output, input)];
        const double original = parameter;
        parameter = original + epsilon;
        const double above = weighted_outputs(network, parameters, activations, steps, weights);
        parameter = original - epsilon;
        const double below = weighted_outputs(network, parameters, activations, steps, weights);
        parameter = original;
        const double numeric = (above - below) / (2 * epsilon);
        largest_difference =
            std::max(largest_difference, std::abs(numeric - gradient[tensor.index(output, input)]));
        largest_gradient = std::max(largest_gradient, std::abs(numeric));
      }
    }
    EXPECT_GT(largest_gradient, 1e-3) << tensor.name << " has no influence";
    EXPECT_LE(largest_difference, 1e-7 * std::max(1.0, largest_gradient)) << tensor.name;
  }
}

/// A rollout of one episode after another with the hidden state reset equals each episode alone: nothing
/// leaks.
TEST_P(FourNetworks, ManyShortRolloutsEqualOneLongWithResets) {
  constexpr int steps = 4;
  constexpr int episodes = 3;
  const Network<float> network(GetParam(), steps);
  const auto parameters = random_parameters<float>(network.layout(), 2);
  Activations<float> together(GetParam(), steps * episodes + 1, Activations<float>::RowOrder::chained);
  Stream stream({.seed = 3});
  fill_normal(together.observations(0, steps * episodes), stream);
  for (int episode = 0; episode < episodes; ++episode) {
    const int begin = episode * steps;
    std::ranges::fill(together.hidden_before(begin), 0.0F);
    for (int step = 0; step < steps; ++step) network.forward(parameters, together, begin + step, 1);
    Activations<float> alone(GetParam(), steps + 1, Activations<float>::RowOrder::chained);
    std::ranges::copy(together.observations(begin, steps), alone.observations(0, steps).begin());
    for (int step = 0; step < steps; ++step) network.forward(parameters, alone, step, 1);
    EXPECT_TRUE(std::ranges::equal(alone.heads(0, steps), together.heads(begin, steps)))
        << "episode " << episode;
  }
}

TEST_P(FourNetworks, ABatchHasTheBitsOfSingleRows) {
  constexpr int rows = 11;
  const Network<float> network(GetParam(), 1);
  const auto parameters = random_parameters<float>(network.layout(), 3);
  Activations<float> batch(GetParam(), rows, Activations<float>::RowOrder::independent);
  Stream stream({.seed = 4});
  fill_normal(batch.observations(0, rows), stream);
  if (GetParam().recurrent) fill_normal(batch.hidden_before(0, rows), stream);
  Activations<float> single = batch;
  network.forward(parameters, batch, 0, rows);
  for (int row = 0; row < rows; ++row) network.forward(parameters, single, row, 1);
  EXPECT_TRUE(std::ranges::equal(batch.heads(0, rows), single.heads(0, rows)));
  EXPECT_TRUE(std::ranges::equal(batch.hidden_after(0, rows), single.hidden_after(0, rows)));
}

TEST_P(FourNetworks, PaddingOfTheGradientStaysZero) {
  constexpr int steps = 3;
  Network<float> network(GetParam(), steps);
  const auto parameters = random_parameters<float>(network.layout(), 4);
  Activations<float> activations(GetParam(), steps + 1, Activations<float>::RowOrder::chained);
  for (int step = 0; step < steps; ++step) network.forward(parameters, activations, step, 1);
  AlignedVector<float> gradient(network.layout().arena_size(), 0.0F);
  const std::vector<float> weights(activations.heads(0, steps).size(), 1.0F);
  network.backward(gradient, parameters, activations, steps, weights);
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    if (network.layout().name_at(i).empty()) {
      EXPECT_EQ(gradient[i], 0.0F) << i;
    }
  }
}

TEST(Networks, LayerNormIsThereInTheFeedForwardCell) {
  const Architecture with{
      .observations = 48, .actions = 3, .hidden = 16, .recurrent = false, .layer_norm = true};
  Architecture without = with;
  without.layer_norm = false;
  const auto outputs = [](const Architecture& architecture) {
    const Network<float> network(architecture, 1);
    AlignedVector<float> parameters(network.layout().arena_size());
    initialise<float>(parameters, network.layout(), Stream({.seed = 5}));
    Activations<float> activations(architecture, 2, Activations<float>::RowOrder::chained);
    std::ranges::fill(activations.observations(0), 0.5F);
    network.forward(parameters, activations, 0, 1);
    const auto heads = activations.heads(0);
    return std::vector<float>(heads.begin(), heads.end());
  };
  EXPECT_NE(outputs(with), outputs(without));
}

}  // namespace
}  // namespace windhover::nn
