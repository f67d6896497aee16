#pragma once

#include <cstddef>

#include "windhover/nn/aligned.hpp"

namespace windhover::roofline {

/// What one core of this machine does at best, measured: the roofs (Williams, Waterman, Patterson 2009). The
/// copies are in place, as Adam's are: between two arrays each line written is also read, so that such a copy
/// would set the roof too low.
struct Rates {
  double peak = 0;                ///< operations a second of fused multiply-adds in registers
  double vector_matrix_near = 0;  ///< operations a second of vector x matrix, one matrix again and again
  double vector_matrix_far =
      0;            ///< the same, every worker's matrices in turn, from whatever cache holds them
  double copy = 0;  ///< bytes a second, read plus written, of a pass over as much as Adam changes
};

/// Measures the rates for a network's sizes, so that they can be taken beside every repeat of a benchmark:
/// the speed of a shared machine changes from second to second.
class RateProbe {
 public:
  /// `hidden`: the matrix has the shape of a GRU's recurrent weights, hidden x 3 hidden. `arena`: floats of
  /// the parameter arena, of which each of `workers` has its own.
  RateProbe(int hidden, std::size_t arena, int workers);

  /// Takes about `seconds` in all, on the thread that calls it.
  [[nodiscard]] Rates measure(double seconds);

  /// Bytes a second, read plus written, of a pass over more than every cache holds.
  [[nodiscard]] static double measure_memory_copy(double seconds);

 private:
  static double measure_peak(double seconds);
  double measure_vector_matrix(double seconds, std::size_t matrices);
  static double measure_copy(double seconds, nn::AlignedVector<float>& values);

  std::size_t hidden_;
  std::size_t matrices_;  ///< that take up what the workers' arenas do
  nn::AlignedVector<float> input_, output_, weights_, arenas_;
};

}  // namespace windhover::roofline
