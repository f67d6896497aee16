#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/result.hpp"

/// The arithmetic of the networks: free functions on spans, outputs first. Matrices are row-major and dense.
///
/// Every kernel has the same bits on every instruction set and equals its naive reference (`reference.hpp`)
/// exactly:
///  - a product is the chain  acc = fma(a_k, b_k, acc)  for k = 0, 1, 2, ...; lanes run over outputs, never
///  over k;
///  - a sum over elements puts element i into partial sum i mod `reduction_lanes` (in `sum_of_squares`: mod
///  `arena_reduction_lanes`) and adds those in a fixed tree;
///  - exp, log, tanh and the logistic function are our own, built of fma, +, *, / and sqrt, which IEEE 754
///  rounds correctly.
/// Each function exists for float (the work) and for double (the tests), from one source.
/// Outputs must not overlap inputs unless a comment says that they may be the same span.
namespace windhover::kernels {

/// Number of partial sums in a reduction over a row, on every instruction set.
inline constexpr int reduction_lanes = 16;

/// The same over a whole arena, which is long enough for the latency of the additions to count: with 16 a
/// vector of 16 lanes would wait for the one before.
inline constexpr int arena_reduction_lanes = 64;

/// Rounds a count of elements up so that spans placed one behind the other start on cache lines (of 16
/// floats).
inline constexpr std::size_t alignment_bytes = 64;

// ---- products
// -------------------------------------------------------------------------------------------------

/// output[N] = bias[N] + input[K] * weights[K x N]. Overwrites. `bias` may be the same span as `output`
/// (accumulates then).
void vector_matrix(std::span<float> output, std::span<const float> bias, std::span<const float> input,
                   std::span<const float> weights);
void vector_matrix(std::span<double> output, std::span<const double> bias, std::span<const double> input,
                   std::span<const double> weights);

/// output[M x N] = bias[N] (to every row; an empty span is zero) + left[M x K] * right[K x N]. Overwrites.
void matrix_product(std::span<float> output, std::span<const float> bias, std::span<const float> left,
                    std::span<const float> right, int m, int k, int n);
void matrix_product(std::span<double> output, std::span<const double> bias, std::span<const double> left,
                    std::span<const double> right, int m, int k, int n);

/// output[K x N] = left[M x K]^T * right[M x N]: weight gradients over a rollout of M steps. Overwrites.
void transposed_product(std::span<float> output, std::span<const float> left, std::span<const float> right,
                        int m, int k, int n);
void transposed_product(std::span<double> output, std::span<const double> left, std::span<const double> right,
                        int m, int k, int n);

/// output[N x K] = input[K x N]^T. Overwrites.
void transpose(std::span<float> output, std::span<const float> input, int k, int n);
void transpose(std::span<double> output, std::span<const double> input, int k, int n);

/// output[N] = sum over the rows of input[M x N], in row order. Overwrites. Bias gradients.
void column_sums(std::span<float> output, std::span<const float> input, int m, int n);
void column_sums(std::span<double> output, std::span<const double> input, int m, int n);

// ---- layer normalisation (Ba, Kiros, Hinton 2016, section 3)
// -----------------------------------------------------

/// For each of M rows of N: normalised = (input - mean) * inverse_std, output = gain * normalised + offset,
/// with the variance divided by N and inverse_std[M] = 1 / sqrt(variance + epsilon). Overwrites. `output` may
/// be `input`.
void layer_norm(std::span<float> output, std::span<float> normalised, std::span<float> inverse_std,
                std::span<const float> input, std::span<const float> gain, std::span<const float> offset,
                float epsilon);
void layer_norm(std::span<double> output, std::span<double> normalised, std::span<double> inverse_std,
                std::span<const double> input, std::span<const double> gain, std::span<const double> offset,
                double epsilon);

/// From d_output[M x N] to d_input[M x N], d_gain[N] and d_offset[N] (summed over the rows in row order).
/// Overwrites. `d_input` may be `d_output`.
void layer_norm_backward(std::span<float> d_input, std::span<float> d_gain, std::span<float> d_offset,
                         std::span<const float> d_output, std::span<const float> normalised,
                         std::span<const float> inverse_std, std::span<const float> gain);
void layer_norm_backward(std::span<double> d_input, std::span<double> d_gain, std::span<double> d_offset,
                         std::span<const double> d_output, std::span<const double> normalised,
                         std::span<const double> inverse_std, std::span<const double> gain);

// ---- elementwise
// ------------------------------------------------------------------------------------------------

/// output = max(input, 0); NaN stays NaN. `output` may be `input`.
void relu(std::span<float> output, std::span<const float> input);
void relu(std::span<double> output, std::span<const double> input);

/// d_input = d_output where output > 0, else 0. `d_input` may be `d_output`.
void relu_backward(std::span<float> d_input, std::span<const float> d_output, std::span<const float> output);
void relu_backward(std::span<double> d_input, std::span<const double> d_output,
                   std::span<const double> output);

/// The transcendental functions by themselves, for tests and for layers that need one. `output` may be
/// `input`. Error: exp relative 2 ulp; tanh and logistic absolute 2 ulp of 1; log 2 ulp or, near 1, absolute
/// 2 ulp of 1.
void exp(std::span<float> output, std::span<const float> input);
void exp(std::span<double> output, std::span<const double> input);
void log(std::span<float> output, std::span<const float> input);
void log(std::span<double> output, std::span<const double> input);
void tanh(std::span<float> output, std::span<const float> input);
void tanh(std::span<double> output, std::span<const double> input);
void logistic(std::span<float> output, std::span<const float> input);
void logistic(std::span<double> output, std::span<const double> input);

// ---- gated recurrent unit (Cho et al. 2014; gate order r, z, n and the placement of r as in PyTorch)
// ---------------

/// For each of M rows, from the products with their biases, input_gates[M x 3H] = W_i x + b_i and
/// hidden_gates[M x 3H] = W_h h + b_h:
///   r = logistic(i_r + h_r), z = logistic(i_z + h_z), n = tanh(i_n + r * h_n), new_hidden = (1 - z) * n + z
///   * hidden.
/// gates[M x 3H] receives r, z, n of each row in this order. Overwrites. `new_hidden` may be `hidden`;
/// `gates` may be `input_gates`.
void gru_gates(std::span<float> new_hidden, std::span<float> gates, std::span<const float> input_gates,
               std::span<const float> hidden_gates, std::span<const float> hidden, int m, int h);
void gru_gates(std::span<double> new_hidden, std::span<double> gates, std::span<const double> input_gates,
               std::span<const double> hidden_gates, std::span<const double> hidden, int m, int h);

/// One step backwards, for one row. From d_new_hidden[H] to d_input_gates[3H], d_hidden_gates[3H] and
/// d_hidden[H] = d_new_hidden * z (the direct path only: the caller adds d_hidden_gates * W_h). `hidden_n`[H]
/// is the n part of hidden_gates. Overwrites. `d_hidden` may be `d_new_hidden`.
void gru_gates_backward(std::span<float> d_hidden, std::span<float> d_input_gates,
                        std::span<float> d_hidden_gates, std::span<const float> d_new_hidden,
                        std::span<const float> gates, std::span<const float> hidden_n,
                        std::span<const float> hidden);
void gru_gates_backward(std::span<double> d_hidden, std::span<double> d_input_gates,
                        std::span<double> d_hidden_gates, std::span<const double> d_new_hidden,
                        std::span<const double> gates, std::span<const double> hidden_n,
                        std::span<const double> hidden);

// ---- optimiser
// ----------------------------------------------------------------------------------------------------

/// Sum of the squares of all elements.
[[nodiscard]] float sum_of_squares(std::span<const float> values);
[[nodiscard]] double sum_of_squares(std::span<const double> values);

/// The scalars of one Adam step (Kingma, Ba 2015, algorithm 1, in PyTorch's arrangement).
template <class T>
struct AdamStep {
  T gradient_scale;  ///< factor of clipping
  T beta1, beta2;
  T step_size;                ///< lr / (1 - beta1^t)
  T inverse_root_correction;  ///< 1 / sqrt(1 - beta2^t)
  T epsilon;
};

/// With g = gradient_scale * gradient: first = beta1 first + (1-beta1) g, second = beta2 second + (1-beta2)
/// g^2, parameters -= step_size * first / (sqrt(second) * inverse_root_correction + epsilon); all in one
/// pass, and the new parameters also go to `copy` (a worker's local copy; an empty span for none). Updates in
/// place.
void adam(std::span<float> parameters, std::span<float> first, std::span<float> second, std::span<float> copy,
          std::span<const float> gradient, const AdamStep<float>& step);
void adam(std::span<double> parameters, std::span<double> first, std::span<double> second,
          std::span<double> copy, std::span<const double> gradient, const AdamStep<double>& step);

// ---- measuring
// ----------------------------------------------------------------------------------------------------

/// Does nothing but fused multiply-adds in registers, on independent chains, for so many rounds; returns how
/// many it did. The rate that no product exceeds. The sum is there so that no compiler can leave them out.
double run_multiply_adds(float& sum_of_chains, std::uint64_t rounds);

// ---- instruction sets
// -----------------------------------------------------------------------------------------------

/// Names of the instruction sets that were compiled in and that this processor has, best first ("AVX3",
/// "AVX2", ..., and always a portable one last).
[[nodiscard]] std::vector<std::string> available_targets();

/// The one in use.
[[nodiscard]] std::string current_target();

/// Uses only `name` from now on; an error that lists the available ones if it is not among them. Call before
/// any kernel and from one thread. The command line calls it with the environment variable WINDHOVER_TARGET.
[[nodiscard]] Result<void> force_target(std::string_view name);

}  // namespace windhover::kernels
