#include "apps/windhover/bench/benchmark.hpp"
#include "apps/windhover/build_info.hpp"

#include "windhover/nn/architecture.hpp"

namespace windhover::app {

namespace {

/// Whose copies of the network exceed the second-level cache.
constexpr int l3_workers = 10;

}  // namespace

/// The roofs by themselves, for the published network's sizes.
Result<Json> bench_machine(const BenchArguments& arguments) {
  const nn::Layout layout({.observations = 48, .actions = 3, .hidden = arguments.hidden});
  roofline::RateProbe probe(arguments.hidden, layout.arena_size(), l3_workers);
  std::vector<double> peak, near, far, copy, copy_memory;
  for (int repeat = -1; repeat < arguments.repeats; ++repeat) {
    tell_repeat(arguments, repeat);
    const auto rates = probe.measure(0.8 * arguments.seconds);
    const double memory_copy = roofline::RateProbe::measure_memory_copy(0.2 * arguments.seconds);
    if (repeat < 0) continue;
    peak.push_back(rates.peak / 1e9);
    near.push_back(rates.vector_matrix_near / 1e9);
    far.push_back(rates.vector_matrix_far / 1e9);
    copy.push_back(rates.copy / 1e9);
    copy_memory.push_back(memory_copy / 1e9);
  }
  Json result = {{"benchmark", "machine"}, {"hidden", arguments.hidden}};
  put_median(result, "peak_gflops", peak);
  put_median(result, "vector_matrix_l2_gflops", near);
  put_median(result, "vector_matrix_l3_gflops", far);
  put_median(result, "copy_arenas_gb_per_second", copy);
  put_median(result, "copy_memory_gb_per_second", copy_memory);
  result["repeats"] = arguments.repeats;
  result["seconds_per_repeat"] = arguments.seconds;
  result["build"] = described::to_json(build_info());
  result["machine"] = described::to_json(machine_info());
  return result;
}

}  // namespace windhover::app
