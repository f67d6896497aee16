#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <span>
#include <vector>

#include <benchmark/benchmark.h>

#include "windhover/kernels/kernels.hpp"

// The kernels at the sizes of the networks. FLOP/s counts a fused multiply-add as two; bytes are those that
// the kernel must read or write once, whatever cache they come from.

namespace windhover::kernels {
namespace {

/// On cache lines, as the parameter arena is.
class AlignedVector {
 public:
  explicit AlignedVector(std::size_t size, float scale = 1.0F) : storage_(size + padding), size_(size) {
    std::mt19937 generator(1);
    for (float& value : storage_) value = scale * static_cast<float>(generator()) * 0x1p-32F;
    const auto address = reinterpret_cast<std::uintptr_t>(storage_.data());
    start_ = (alignment_bytes - address % alignment_bytes) % alignment_bytes / sizeof(float);
  }

  [[nodiscard]] std::span<float> span() { return std::span(storage_).subspan(start_, size_); }

 private:
  static constexpr std::size_t padding = alignment_bytes / sizeof(float);
  std::vector<float> storage_;
  std::size_t start_ = 0;
  std::size_t size_;
};

std::size_t argument(const benchmark::State& state, std::size_t index) {
  return static_cast<std::size_t>(state.range(index));
}

int int_argument(const benchmark::State& state, std::size_t index) {
  return static_cast<int>(state.range(index));
}

void count_flops(benchmark::State& state, std::size_t multiply_adds) {
  state.counters["FLOP/s"] = benchmark::Counter(2.0 * static_cast<double>(multiply_adds),
                                                benchmark::Counter::kIsIterationInvariantRate);
}

void count_bytes(benchmark::State& state, std::size_t floats) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(floats * sizeof(float)));
}

void vector_matrix(benchmark::State& state) {
  const std::size_t k = argument(state, 0);
  const std::size_t n = argument(state, 1);
  AlignedVector output(n);
  AlignedVector bias(n);
  AlignedVector input(k);
  AlignedVector weights(k * n);
  for ([[maybe_unused]] auto _ : state) {
    kernels::vector_matrix(output.span(), bias.span(), input.span(), weights.span());
    benchmark::ClobberMemory();
  }
  count_flops(state, k * n);
  count_bytes(state, k * n);
}
BENCHMARK(vector_matrix)->Args({128, 384})->Args({48, 128})->Args({128, 128})->Args({128, 3})->Args({128, 1});

void matrix_product(benchmark::State& state) {
  const std::size_t m = argument(state, 0);
  const std::size_t k = argument(state, 1);
  const std::size_t n = argument(state, 2);
  AlignedVector output(m * n);
  AlignedVector bias(n);
  AlignedVector left(m * k);
  AlignedVector right(k * n);
  for ([[maybe_unused]] auto _ : state) {
    kernels::matrix_product(output.span(), bias.span(), left.span(), right.span(), int_argument(state, 0),
                            int_argument(state, 1), int_argument(state, 2));
    benchmark::ClobberMemory();
  }
  count_flops(state, m * k * n);
}
BENCHMARK(matrix_product)
    ->Args({20, 128, 384})
    ->Args({100, 128, 384})
    ->Args({20, 384, 128})
    ->Args({20, 48, 128})
    ->Args({100, 48, 128})
    ->Args({20, 128, 3})
    ->Args({100, 128, 3})
    ->Args({100, 128, 1});

void transposed_product(benchmark::State& state) {
  const std::size_t m = argument(state, 0);
  const std::size_t k = argument(state, 1);
  const std::size_t n = argument(state, 2);
  AlignedVector output(k * n);
  AlignedVector left(m * k);
  AlignedVector right(m * n);
  for ([[maybe_unused]] auto _ : state) {
    kernels::transposed_product(output.span(), left.span(), right.span(), int_argument(state, 0),
                                int_argument(state, 1), int_argument(state, 2));
    benchmark::ClobberMemory();
  }
  count_flops(state, m * k * n);
}
BENCHMARK(transposed_product)
    ->Args({20, 128, 384})
    ->Args({100, 128, 384})
    ->Args({20, 48, 128})
    ->Args({20, 128, 3})
    ->Args({20, 128, 1});

void transpose(benchmark::State& state) {
  const std::size_t k = argument(state, 0);
  const std::size_t n = argument(state, 1);
  AlignedVector output(k * n);
  AlignedVector input(k * n);
  for ([[maybe_unused]] auto _ : state) {
    kernels::transpose(output.span(), input.span(), int_argument(state, 0), int_argument(state, 1));
    benchmark::ClobberMemory();
  }
  count_bytes(state, 2 * k * n);
}
BENCHMARK(transpose)->Args({128, 384})->Args({48, 128});

void layer_norm(benchmark::State& state) {
  const std::size_t m = argument(state, 0);
  const std::size_t n = argument(state, 1);
  AlignedVector output(m * n);
  AlignedVector normalised(m * n);
  AlignedVector inverse_std(m);
  AlignedVector input(m * n);
  AlignedVector gain(n);
  AlignedVector offset(n);
  for ([[maybe_unused]] auto _ : state) {
    kernels::layer_norm(output.span(), normalised.span(), inverse_std.span(), input.span(), gain.span(),
                        offset.span(), 1e-5F);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(m * n));
}
BENCHMARK(layer_norm)->Args({1, 128})->Args({100, 128});

void layer_norm_backward(benchmark::State& state) {
  const std::size_t m = argument(state, 0);
  const std::size_t n = argument(state, 1);
  AlignedVector d_input(m * n);
  AlignedVector d_gain(n);
  AlignedVector d_offset(n);
  AlignedVector d_output(m * n);
  AlignedVector normalised(m * n);
  AlignedVector inverse_std(m);
  AlignedVector gain(n);
  for ([[maybe_unused]] auto _ : state) {
    kernels::layer_norm_backward(d_input.span(), d_gain.span(), d_offset.span(), d_output.span(),
                                 normalised.span(), inverse_std.span(), gain.span());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(m * n));
}
BENCHMARK(layer_norm_backward)->Args({20, 128});

void gru_gates(benchmark::State& state) {
  const std::size_t m = argument(state, 0);
  const std::size_t h = argument(state, 1);
  AlignedVector new_hidden(m * h);
  AlignedVector gates(m * 3 * h);
  AlignedVector input_gates(m * 3 * h);
  AlignedVector hidden_gates(m * 3 * h);
  AlignedVector hidden(m * h);
  for ([[maybe_unused]] auto _ : state) {
    kernels::gru_gates(new_hidden.span(), gates.span(), input_gates.span(), hidden_gates.span(),
                       hidden.span(), int_argument(state, 0), int_argument(state, 1));
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(m * h));
}
BENCHMARK(gru_gates)->Args({1, 128})->Args({100, 128});

void gru_gates_backward(benchmark::State& state) {
  const std::size_t h = argument(state, 0);
  AlignedVector d_hidden(h);
  AlignedVector d_input_gates(3 * h);
  AlignedVector d_hidden_gates(3 * h);
  AlignedVector d_new_hidden(h);
  AlignedVector gates(3 * h);
  AlignedVector hidden_n(h);
  AlignedVector hidden(h);
  for ([[maybe_unused]] auto _ : state) {
    kernels::gru_gates_backward(d_hidden.span(), d_input_gates.span(), d_hidden_gates.span(),
                                d_new_hidden.span(), gates.span(), hidden_n.span(), hidden.span());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(h));
}
BENCHMARK(gru_gates_backward)->Arg(128);

template <class Function>
void elementwise(benchmark::State& state, Function function) {
  const std::size_t size = argument(state, 0);
  AlignedVector output(size);
  AlignedVector input(size);
  for ([[maybe_unused]] auto _ : state) {
    function(output.span(), std::span<const float>(input.span()));
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(size));
}
BENCHMARK_CAPTURE(elementwise, exp, [](auto output, auto input) { exp(output, input); }) -> Arg(1024);
BENCHMARK_CAPTURE(elementwise, log, [](auto output, auto input) { log(output, input); }) -> Arg(1024);
BENCHMARK_CAPTURE(elementwise, tanh, [](auto output, auto input) { tanh(output, input); }) -> Arg(1024);
BENCHMARK_CAPTURE(elementwise, logistic, [](auto output, auto input) { logistic(output, input); })
    -> Arg(1024);
BENCHMARK_CAPTURE(elementwise, relu, [](auto output, auto input) { relu(output, input); }) -> Arg(1024);

constexpr std::int64_t arena_floats = 106'372;

void sum_of_squares(benchmark::State& state) {
  const std::size_t size = argument(state, 0);
  AlignedVector values(size);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(kernels::sum_of_squares(values.span()));
  count_bytes(state, size);
}
BENCHMARK(sum_of_squares)->Arg(arena_floats);

void adam(benchmark::State& state) {
  const std::size_t size = argument(state, 0);
  const bool with_copy = state.range(1) != 0;
  AlignedVector parameters(size);
  AlignedVector first(size);
  AlignedVector second(size);
  AlignedVector copy(with_copy ? size : 0);
  AlignedVector gradient(size, 1e-3F);
  const AdamStep<float> step{.gradient_scale = 1.0F,
                             .beta1 = 0.9F,
                             .beta2 = 0.999F,
                             .step_size = 1e-4F,
                             .inverse_root_correction = 1.0F,
                             .epsilon = 1e-8F};
  for ([[maybe_unused]] auto _ : state) {
    kernels::adam(parameters.span(), first.span(), second.span(), copy.span(), gradient.span(), step);
    benchmark::ClobberMemory();
  }
  count_bytes(state, (with_copy ? 8 : 7) * size);
}
BENCHMARK(adam)->Args({arena_floats, 0})->Args({arena_floats, 1});

}  // namespace
}  // namespace windhover::kernels

int main(int argument_count, char** arguments) {
  benchmark::Initialize(&argument_count, arguments);
  if (benchmark::ReportUnrecognizedArguments(argument_count, arguments)) return 1;
  if (const char* target = std::getenv("WINDHOVER_TARGET")) {
    if (const auto result = windhover::kernels::force_target(target); !result) {
      std::fprintf(stderr, "%s\n", result.error().message.c_str());
      return 1;
    }
  }
  benchmark::AddCustomContext("instruction set", windhover::kernels::current_target());
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
