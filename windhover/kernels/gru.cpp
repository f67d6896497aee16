#include <cstddef>
#include <span>

#include "windhover/core/contract.hpp"
#include "windhover/kernels/extent.hpp"
#include "windhover/kernels/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "windhover/kernels/gru.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "windhover/kernels/math-inl.hpp"
#include "windhover/kernels/simd-inl.hpp"

// The derivation of the backward pass is in docs/math/gru.md.

HWY_BEFORE_NAMESPACE();
namespace windhover::kernels::HWY_NAMESPACE {

template <class T>
HWY_INLINE void gru_gates_row(T* new_hidden, T* gates, const T* input_gates, const T* hidden_gates,
                              const T* hidden, std::size_t h) {
  for_each_vector<T>(h, [=](auto access, std::size_t i) HWY_ATTR {
    const std::size_t r_at = i;
    const std::size_t z_at = h + i;
    const std::size_t n_at = 2 * h + i;
    const Vector<T> r =
        logistic<T>(hn::Add(access.load(input_gates + r_at), access.load(hidden_gates + r_at)));
    const Vector<T> z =
        logistic<T>(hn::Add(access.load(input_gates + z_at), access.load(hidden_gates + z_at)));
    const Vector<T> n =
        tanh<T>(fused_multiply_add<T>(r, access.load(hidden_gates + n_at), access.load(input_gates + n_at)));
    access.store(r, gates + r_at);
    access.store(z, gates + z_at);
    access.store(n, gates + n_at);
    const Vector<T> fresh = hn::Mul(hn::Sub(broadcast(T{1}), z), n);
    access.store(fused_multiply_add<T>(z, access.load(hidden + i), fresh), new_hidden + i);
  });
}

template <class T>
void gru_gates(std::span<T> new_hidden, std::span<T> gates, std::span<const T> input_gates,
               std::span<const T> hidden_gates, std::span<const T> hidden, std::size_t m, std::size_t h) {
  WINDHOVER_CHECK_OP(new_hidden.size(), ==, m * h);
  WINDHOVER_CHECK_OP(gates.size(), ==, m * 3 * h);
  WINDHOVER_CHECK_OP(input_gates.size(), ==, m * 3 * h);
  WINDHOVER_CHECK_OP(hidden_gates.size(), ==, m * 3 * h);
  WINDHOVER_CHECK_OP(hidden.size(), ==, m * h);
  for (std::size_t row = 0; row < m; ++row) {
    gru_gates_row<T>(new_hidden.data() + row * h, gates.data() + row * 3 * h,
                     input_gates.data() + row * 3 * h, hidden_gates.data() + row * 3 * h,
                     hidden.data() + row * h, h);
  }
}

template <class T>
void gru_gates_backward(std::span<T> d_hidden, std::span<T> d_input_gates, std::span<T> d_hidden_gates,
                        std::span<const T> d_new_hidden, std::span<const T> gates,
                        std::span<const T> hidden_n, std::span<const T> hidden) {
  const std::size_t h = d_new_hidden.size();
  WINDHOVER_CHECK_OP(d_hidden.size(), ==, h);
  WINDHOVER_CHECK_OP(d_input_gates.size(), ==, 3 * h);
  WINDHOVER_CHECK_OP(d_hidden_gates.size(), ==, 3 * h);
  WINDHOVER_CHECK_OP(gates.size(), ==, 3 * h);
  WINDHOVER_CHECK_OP(hidden_n.size(), ==, h);
  WINDHOVER_CHECK_OP(hidden.size(), ==, h);
  for_each_vector<T>(h, [&](auto access, std::size_t i) HWY_ATTR {
    const Vector<T> one = broadcast(T{1});
    const Vector<T> r = access.load(gates.data() + i);
    const Vector<T> z = access.load(gates.data() + h + i);
    const Vector<T> n = access.load(gates.data() + 2 * h + i);
    const Vector<T> d = access.load(d_new_hidden.data() + i);
    const Vector<T> d_z = hn::Mul(d, hn::Sub(access.load(hidden.data() + i), n));
    const Vector<T> d_n = hn::Mul(d, hn::Sub(one, z));
    // From here on with respect to what enters tanh and the logistic functions.
    const Vector<T> d_n_sum = hn::Mul(d_n, fused_multiply_add<T>(hn::Neg(n), n, one));
    const Vector<T> d_r = hn::Mul(d_n_sum, access.load(hidden_n.data() + i));
    const Vector<T> d_r_sum = hn::Mul(d_r, hn::Mul(r, hn::Sub(one, r)));
    const Vector<T> d_z_sum = hn::Mul(d_z, hn::Mul(z, hn::Sub(one, z)));
    access.store(d_r_sum, d_input_gates.data() + i);
    access.store(d_z_sum, d_input_gates.data() + h + i);
    access.store(d_n_sum, d_input_gates.data() + 2 * h + i);
    access.store(d_r_sum, d_hidden_gates.data() + i);
    access.store(d_z_sum, d_hidden_gates.data() + h + i);
    access.store(hn::Mul(d_n_sum, r), d_hidden_gates.data() + 2 * h + i);
    access.store(hn::Mul(d, z), d_hidden.data() + i);
  });
}

constexpr auto& gru_gates_f32 = gru_gates<float>;
constexpr auto& gru_gates_f64 = gru_gates<double>;
constexpr auto& gru_gates_backward_f32 = gru_gates_backward<float>;
constexpr auto& gru_gates_backward_f64 = gru_gates_backward<double>;

}  // namespace windhover::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace windhover::kernels {

HWY_EXPORT(gru_gates_f32);
HWY_EXPORT(gru_gates_f64);
HWY_EXPORT(gru_gates_backward_f32);
HWY_EXPORT(gru_gates_backward_f64);

void gru_gates(std::span<float> new_hidden, std::span<float> gates, std::span<const float> input_gates,
               std::span<const float> hidden_gates, std::span<const float> hidden, int m, int h) {
  HWY_DYNAMIC_DISPATCH(gru_gates_f32)
  (new_hidden, gates, input_gates, hidden_gates, hidden, extent(m), extent(h));
}

void gru_gates(std::span<double> new_hidden, std::span<double> gates, std::span<const double> input_gates,
               std::span<const double> hidden_gates, std::span<const double> hidden, int m, int h) {
  HWY_DYNAMIC_DISPATCH(gru_gates_f64)
  (new_hidden, gates, input_gates, hidden_gates, hidden, extent(m), extent(h));
}

void gru_gates_backward(std::span<float> d_hidden, std::span<float> d_input_gates,
                        std::span<float> d_hidden_gates, std::span<const float> d_new_hidden,
                        std::span<const float> gates, std::span<const float> hidden_n,
                        std::span<const float> hidden) {
  HWY_DYNAMIC_DISPATCH(gru_gates_backward_f32)
  (d_hidden, d_input_gates, d_hidden_gates, d_new_hidden, gates, hidden_n, hidden);
}

void gru_gates_backward(std::span<double> d_hidden, std::span<double> d_input_gates,
                        std::span<double> d_hidden_gates, std::span<const double> d_new_hidden,
                        std::span<const double> gates, std::span<const double> hidden_n,
                        std::span<const double> hidden) {
  HWY_DYNAMIC_DISPATCH(gru_gates_backward_f64)
  (d_hidden, d_input_gates, d_hidden_gates, d_new_hidden, gates, hidden_n, hidden);
}

}  // namespace windhover::kernels
#endif
