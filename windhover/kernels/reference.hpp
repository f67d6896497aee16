#pragma once

#include <cstddef>
#include <span>

#include "windhover/kernels/kernels.hpp"

/// What each kernel computes, as plain loops: the definition that the fast kernels match bit for bit. For
/// tests. Every function exists for float and double; shapes are those in kernels.hpp.
namespace windhover::kernels::reference {

template <class T>
void vector_matrix(std::span<T> output, std::span<const T> bias, std::span<const T> input,
                   std::span<const T> weights);

template <class T>
void matrix_product(std::span<T> output, std::span<const T> bias, std::span<const T> left,
                    std::span<const T> right, std::size_t m, std::size_t k, std::size_t n);

template <class T>
void transposed_product(std::span<T> output, std::span<const T> left, std::span<const T> right, std::size_t m,
                        std::size_t k, std::size_t n);

template <class T>
void transpose(std::span<T> output, std::span<const T> input, std::size_t k, std::size_t n);

template <class T>
void column_sums(std::span<T> output, std::span<const T> input, std::size_t m, std::size_t n);

template <class T>
void layer_norm(std::span<T> output, std::span<T> normalised, std::span<T> inverse_std,
                std::span<const T> input, std::span<const T> gain, std::span<const T> offset, T epsilon);

template <class T>
void layer_norm_backward(std::span<T> d_input, std::span<T> d_gain, std::span<T> d_offset,
                         std::span<const T> d_output, std::span<const T> normalised,
                         std::span<const T> inverse_std, std::span<const T> gain);

template <class T>
[[nodiscard]] T relu(T x);
template <class T>
[[nodiscard]] T relu_backward(T d_output, T output);
template <class T>
[[nodiscard]] T exp(T x);
template <class T>
[[nodiscard]] T log(T x);
template <class T>
[[nodiscard]] T tanh(T x);
template <class T>
[[nodiscard]] T logistic(T x);

template <class T>
void gru_gates(std::span<T> new_hidden, std::span<T> gates, std::span<const T> input_gates,
               std::span<const T> hidden_gates, std::span<const T> hidden, std::size_t m, std::size_t h);

template <class T>
void gru_gates_backward(std::span<T> d_hidden, std::span<T> d_input_gates, std::span<T> d_hidden_gates,
                        std::span<const T> d_new_hidden, std::span<const T> gates,
                        std::span<const T> hidden_n, std::span<const T> hidden);

template <class T>
[[nodiscard]] T sum_of_squares(std::span<const T> values);

template <class T>
void adam(std::span<T> parameters, std::span<T> first, std::span<T> second, std::span<T> copy,
          std::span<const T> gradient, const AdamStep<T>& step);

}  // namespace windhover::kernels::reference
