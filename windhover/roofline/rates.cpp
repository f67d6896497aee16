#include "windhover/roofline/rates.hpp"

#include <algorithm>
#include <chrono>
#include <span>

#include "windhover/kernels/kernels.hpp"

namespace windhover::roofline {
namespace {

constexpr std::size_t far_floats = std::size_t{32} << 20U;
// Adam changes four arenas: parameters, both moments and the worker's copy.
constexpr std::size_t changed_arenas = 4;
constexpr std::uint64_t rounds_a_call = 20'000;

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Calls `work`, which returns the units it did, for about `seconds`; units a second.
template <class Work>
double rate(double seconds, Work work) {
  const double start = wall_seconds();
  double units = 0;
  double elapsed = 0;
  do {
    units += work();
    elapsed = wall_seconds() - start;
  } while (elapsed < seconds);
  return units / elapsed;
}

}  // namespace

RateProbe::RateProbe(int hidden, std::size_t arena, int workers)
    : hidden_(static_cast<std::size_t>(hidden)),
      matrices_(1 + static_cast<std::size_t>(workers) * arena / (3 * hidden_ * hidden_)),
      input_(hidden_, 0.5F),
      output_(3 * hidden_, 0.0F),
      weights_(matrices_ * 3 * hidden_ * hidden_, 0.01F),
      arenas_(changed_arenas * arena, 1.0F) {}

Rates RateProbe::measure(double seconds) {
  const double share = seconds / 4;
  return {.peak = measure_peak(share),
          .vector_matrix_near = measure_vector_matrix(share, 1),
          .vector_matrix_far = measure_vector_matrix(share, matrices_),
          .copy = measure_copy(share, arenas_)};
}

double RateProbe::measure_memory_copy(double seconds) {
  nn::AlignedVector<float> values(far_floats, 1.0F);
  return measure_copy(seconds, values);
}

double RateProbe::measure_peak(double seconds) {
  float sum = 0;
  return rate(seconds, [&] { return 2 * kernels::run_multiply_adds(sum, rounds_a_call); });
}

double RateProbe::measure_vector_matrix(double seconds, std::size_t matrices) {
  const std::size_t size = 3 * hidden_ * hidden_;
  std::size_t next = 0;
  return rate(seconds, [&] {
    constexpr int products = 16;
    for (int product = 0; product < products; ++product) {
      const auto matrix = std::span<const float>(weights_).subspan(next * size, size);
      kernels::vector_matrix(output_, output_, input_, matrix);
      next = next + 1 == matrices ? 0 : next + 1;
    }
    std::ranges::fill(output_, 0.0F);
    return 2.0 * products * static_cast<double>(size);
  });
}

double RateProbe::measure_copy(double seconds, nn::AlignedVector<float>& values) {
  return rate(seconds, [&] {
    kernels::relu(values, values);
    return 2.0 * static_cast<double>(values.size() * sizeof(float));
  });
}

}  // namespace windhover::roofline
