#include "windhover/kernels/kernels.hpp"

#include <algorithm>

#include "apps/windhover/bench/benchmark.hpp"
#include "apps/windhover/build_info.hpp"
#include <fmt/format.h>

#include "windhover/nn/aligned.hpp"

namespace windhover::app {
namespace {

/// One kernel at one size: what it is called, what it costs, and one call of it.
struct KernelCase {
  std::string name;
  double operations = 0;  ///< of products; 0 if memory is what limits it
  double bytes = 0;       ///< that must be read or written once
  std::function<void()> call;
};

/// Operands for every case, used in turn so that all cases see the same caches.
struct Operands {
  explicit Operands(std::size_t size)
      : output(size), input(size, 0.01F), weights(size, 0.01F), first(size), second(size), copy(size) {}

  nn::AlignedVector<float> output, input, weights, first, second, copy;
};

std::span<float> head(nn::AlignedVector<float>& values, int rows, int columns) {
  return std::span(values).first(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
}

KernelCase vector_matrix(Operands& operands, int k, int n) {
  return {.name = fmt::format("vector_matrix {} x {}", k, n),
          .operations = 2.0 * k * n,
          .call = [&operands, k, n] {
            const auto output = head(operands.output, 1, n);
            kernels::vector_matrix(output, head(operands.first, 1, n), head(operands.input, 1, k),
                                   head(operands.weights, k, n));
          }};
}

KernelCase matrix_product(Operands& operands, int m, int k, int n) {
  return {.name = fmt::format("matrix_product {} x {} x {}", m, k, n),
          .operations = 2.0 * m * k * n,
          .call = [&operands, m, k, n] {
            kernels::matrix_product(head(operands.output, m, n), {}, head(operands.input, m, k),
                                    head(operands.weights, k, n), m, k, n);
          }};
}

KernelCase transposed_product(Operands& operands, int m, int k, int n) {
  return {.name = fmt::format("transposed_product {} x {} x {}", m, k, n),
          .operations = 2.0 * m * k * n,
          .call = [&operands, m, k, n] {
            kernels::transposed_product(head(operands.output, k, n), head(operands.input, m, k),
                                        head(operands.weights, m, n), m, k, n);
          }};
}

KernelCase transpose(Operands& operands, int k, int n) {
  return {.name = fmt::format("transpose {} x {}", k, n),
          .bytes = 2.0 * sizeof(float) * k * n,
          .call = [&operands, k, n] {
            kernels::transpose(head(operands.output, k, n), head(operands.weights, k, n), k, n);
          }};
}

KernelCase adam(Operands& operands) {
  const std::size_t size = operands.output.size();
  return {.name = fmt::format("adam {}", size),
          .bytes = 8.0 * sizeof(float) * static_cast<double>(size),
          .call = [&operands] {
            const kernels::AdamStep<float> step{.gradient_scale = 1e-3F,
                                                .beta1 = 0.9F,
                                                .beta2 = 0.999F,
                                                .step_size = 1e-4F,
                                                .inverse_root_correction = 1.0F,
                                                .epsilon = 1e-8F};
            kernels::adam(operands.output, operands.first, operands.second, operands.copy, operands.input,
                          step);
          }};
}

KernelCase sum_of_squares(Operands& operands) {
  const std::size_t size = operands.input.size();
  return {.name = fmt::format("sum_of_squares {}", size),
          .bytes = sizeof(float) * static_cast<double>(size),
          .call = [&operands] { operands.output[0] = kernels::sum_of_squares(operands.input); }};
}

KernelCase gru_gates(Operands& operands, int m, int h) {
  return {
      .name = fmt::format("gru_gates {} x {}", m, h), .bytes = 4.0 * 11 * m * h, .call = [&operands, m, h] {
        kernels::gru_gates(head(operands.output, m, h), head(operands.copy, m, 3 * h),
                           head(operands.input, m, 3 * h), head(operands.weights, m, 3 * h),
                           head(operands.first, m, h), m, h);
      }};
}

/// Seconds of one call, over about `seconds`.
double time_of(const KernelCase& kernel, double seconds) {
  const double start = wall_seconds();
  double elapsed = 0;
  int calls = 0;
  do {
    for (int i = 0; i < 64; ++i) kernel.call();
    calls += 64;
    elapsed = wall_seconds() - start;
  } while (elapsed < seconds);
  return elapsed / calls;
}

Json kernel_json(const KernelCase& kernel, const std::vector<double>& seconds,
                 const std::vector<roofline::Rates>& rates) {
  Json json = {{"kernel", kernel.name}};
  std::vector<double> nanoseconds, reached, share;
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    nanoseconds.push_back(1e9 * seconds[i]);
    const bool products = kernel.operations > 0;
    reached.push_back((products ? kernel.operations : kernel.bytes) / seconds[i] / 1e9);
    share.push_back(1e9 * reached.back() / (products ? rates[i].peak : rates[i].copy));
  }
  put_median(json, "nanoseconds", nanoseconds);
  put_median(json, kernel.operations > 0 ? "gflops" : "gb_per_second", reached);
  put_median(json, kernel.operations > 0 ? "share_of_peak" : "share_of_copy_rate", share);
  return json;
}

}  // namespace

Result<Json> bench_kernels(const BenchArguments& arguments) {
  const int hidden = arguments.hidden;
  const nn::Layout layout({.observations = 48, .actions = 3, .hidden = hidden});
  const auto largest = static_cast<std::size_t>(hidden * std::max(3 * hidden, 300));
  Operands operands(std::max(layout.arena_size(), largest));
  roofline::RateProbe probe(hidden, layout.arena_size(), 1);
  const std::vector<KernelCase> kernels = {
      vector_matrix(operands, 48, hidden),
      vector_matrix(operands, hidden, 3 * hidden),
      matrix_product(operands, 20, hidden, 3 * hidden),
      matrix_product(operands, 100, hidden, 3 * hidden),
      matrix_product(operands, 20, 3 * hidden, hidden),
      transposed_product(operands, 20, hidden, 3 * hidden),
      transpose(operands, hidden, 3 * hidden),
      gru_gates(operands, 1, hidden),
      gru_gates(operands, 100, hidden),
      sum_of_squares(operands),
      adam(operands),
  };
  std::vector<roofline::Rates> rates;
  std::vector<std::vector<double>> seconds(kernels.size());
  const double share = arguments.seconds / static_cast<double>(kernels.size());
  for (int repeat = -1; repeat < arguments.repeats; ++repeat) {
    tell_repeat(arguments, repeat);
    const auto now = probe.measure(arguments.seconds / 4);
    if (repeat >= 0) rates.push_back(now);
    for (std::size_t i = 0; i < kernels.size(); ++i) {
      const double time = time_of(kernels[i], share);
      if (repeat >= 0) seconds[i].push_back(time);
    }
  }

  Json result = {{"benchmark", "kernels"}, {"hidden", hidden}, {"kernels", Json::array()}};
  std::vector<double> peaks;
  peaks.reserve(rates.size());
  for (const auto& rate : rates) peaks.push_back(rate.peak / 1e9);
  put_median(result, "peak_gflops", peaks);
  for (std::size_t i = 0; i < kernels.size(); ++i)
    result["kernels"].push_back(kernel_json(kernels[i], seconds[i], rates));
  result["repeats"] = arguments.repeats;
  result["build"] = described::to_json(build_info());
  result["machine"] = described::to_json(machine_info());
  return result;
}

}  // namespace windhover::app
