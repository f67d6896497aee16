#include "windhover/nn/initialise.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "windhover/core/contract.hpp"

namespace windhover::nn {
namespace {

/// `count` orthonormal vectors of length `length` >= count, row by row: Gram-Schmidt, twice for accuracy, on
/// normal draws. That is the Haar measure without the sign convention of a QR decomposition.
std::vector<double> orthonormal_rows(int count, int length, Stream& stream, const std::stop_token& stop) {
  const auto width = static_cast<std::size_t>(length);
  std::vector<double> rows(static_cast<std::size_t>(count) * width);
  for (auto& element : rows) element = stream.normal();
  const auto row = [&](int index) {
    return std::span<double>(rows).subspan(static_cast<std::size_t>(index) * width, width);
  };
  const auto dot = [](std::span<const double> a, std::span<const double> b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
  };
  for (int current = 0; current < count && !stop.stop_requested(); ++current) {
    const auto target = row(current);
    for (int pass = 0; pass < 2; ++pass) {
      for (int earlier = 0; earlier < current; ++earlier) {
        const double projection = dot(target, row(earlier));
        for (std::size_t i = 0; i < width; ++i) target[i] -= projection * row(earlier)[i];
      }
    }
    const double norm = std::sqrt(dot(target, target));
    for (auto& element : target) element /= norm;
  }
  return rows;
}

template <class T>
void fill_orthogonal(std::span<T> parameters, const Tensor& tensor, double gain, Stream& stream,
                     const std::stop_token& stop) {
  const int outputs = tensor.outputs();
  const int inputs = tensor.inputs();
  const bool wide = outputs <= inputs;
  const int count = std::min(outputs, inputs);
  const int length = std::max(outputs, inputs);
  const auto rows = orthonormal_rows(count, length, stream, stop);
  for (int output = 0; output < outputs; ++output) {
    for (int input = 0; input < inputs; ++input) {
      const int vector = wide ? output : input;
      const int element = wide ? input : output;
      parameters[tensor.index(output, input)] =
          static_cast<T>(gain * rows[static_cast<std::size_t>(vector) * static_cast<std::size_t>(length) +
                                     static_cast<std::size_t>(element)]);
    }
  }
}

template <class T, class Value>
void fill(std::span<T> parameters, const Tensor& tensor, Value&& value) {
  for (int output = 0; output < tensor.outputs(); ++output) {
    for (int input = 0; input < tensor.inputs(); ++input) {
      parameters[tensor.index(output, input)] = static_cast<T>(value());
    }
  }
}

}  // namespace

template <class T>
void initialise(std::span<T> parameters, const Layout& layout, Stream stream, double head_gain,
                const std::stop_token& stop) {
  WINDHOVER_CHECK_OP(parameters.size(), ==, layout.arena_size());
  std::fill(parameters.begin(), parameters.end(), T{0});
  const double bound = 1.0 / std::sqrt(static_cast<double>(layout.architecture().hidden));
  for (const auto& tensor : layout.tensors()) {
    if (stop.stop_requested()) return;
    const std::string_view name = tensor.name;
    if (name.starts_with("gru.")) {
      fill(parameters, tensor, [&] { return bound * (2.0 * stream.uniform() - 1.0); });
    } else if (name.ends_with("_norm.weight")) {
      fill(parameters, tensor, [] { return 1.0; });
    } else if (name.ends_with(".weight")) {
      const bool head = name.starts_with("policy.") || name.starts_with("value.");
      fill_orthogonal(parameters, tensor, head ? head_gain : 1.0, stream, stop);
    }
  }
}

template void initialise<float>(std::span<float>, const Layout&, Stream, double, const std::stop_token&);
template void initialise<double>(std::span<double>, const Layout&, Stream, double, const std::stop_token&);

}  // namespace windhover::nn
