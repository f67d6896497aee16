#include "bench/peers/agreement.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace windhover::peers {
namespace {

void keep_largest(double& largest, std::string& where, double difference, std::string place) {
  if (std::isnan(difference)) difference = std::numeric_limits<double>::infinity();
  if (difference <= largest) return;
  largest = difference;
  where = std::move(place);
}

double relative_difference(double value, double expected) {
  return value == expected ? 0.0 : std::abs(value - expected) / std::abs(expected);
}

/// Sums over one tensor.
struct TensorDifference {
  double largest_difference = 0, largest_value = 0;
  double squared_difference = 0, squared_change = 0;

  void add(double value, double expected, double start) {
    largest_difference = std::max(largest_difference, std::abs(value - expected));
    largest_value = std::max(largest_value, std::abs(expected));
    squared_difference += (value - expected) * (value - expected);
    squared_change += (expected - start) * (expected - start);
  }
};

void compare_parameters(Agreement& agreement, const PeerSetup& setup, std::span<const float> values,
                        std::span<const float> expected, std::size_t update) {
  const nn::Layout layout(setup.architecture);
  for (const auto& tensor : layout.tensors()) {
    TensorDifference difference;
    for (int output = 0; output < tensor.outputs(); ++output) {
      for (int input = 0; input < tensor.inputs(); ++input) {
        const std::size_t i = tensor.index(output, input);
        difference.add(values[i], expected[i], setup.parameters[i]);
      }
    }
    const std::string place = fmt::format("'{}' after update {}", tensor.name, update);
    keep_largest(agreement.largest, agreement.where, difference.largest_difference / difference.largest_value,
                 place);
    keep_largest(agreement.largest_change, agreement.where_change,
                 std::sqrt(difference.squared_difference / difference.squared_change), place);
  }
}

}  // namespace

Agreement compare(Peer& reference, Peer& peer, const PeerSetup& setup,
                  std::span<const Experience> experience) {
  Agreement agreement;
  for (std::size_t i = 0; i < experience.size(); ++i) {
    const auto keep = [&](double difference, const char* what) {
      keep_largest(agreement.largest, agreement.where, difference,
                   fmt::format("{} of update {}", what, i + 1));
    };
    const auto expected_actions = act_all(reference, experience[i]);
    keep(act_all(peer, experience[i]) == expected_actions ? 0.0 : 1.0, "actions");
    const UpdateFacts expected = learn_from(reference, experience[i]);
    const UpdateFacts facts = learn_from(peer, experience[i]);
    keep(relative_difference(facts.total_loss, expected.total_loss), "total loss");
    keep(relative_difference(facts.gradient_norm, expected.gradient_norm), "gradient norm");
    compare_parameters(agreement, setup, peer.parameters(), reference.parameters(), i + 1);
  }
  return agreement;
}

}  // namespace windhover::peers
