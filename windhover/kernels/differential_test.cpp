#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/kernels/kernels.hpp"
#include "windhover/kernels/reference.hpp"
#include "windhover/kernels/test_support.hpp"

/// Every kernel against its reference on sizes and places drawn from a seed, with numbers that are not nice
/// among the others. Promised is: the same bits on every instruction set, signs of zero and denormals
/// included, and NaN exactly where the reference has NaN.
namespace windhover::kernels {
namespace {

using testing::Buffer;
using testing::expect_same_bits;
using testing::on_every_target;

/// What may stand among ordinary numbers.
enum class Company { none, zeros_and_denormals, only_denormals, huge, everything };

template <class T>
std::vector<T> strangers(Company company) {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values;
  const auto add = [&](std::initializer_list<T> magnitudes) {
    for (const T magnitude : magnitudes) values.insert(values.end(), {magnitude, -magnitude});
  };
  if (company == Company::zeros_and_denormals || company == Company::everything)
    add({T{0}, Limits::denorm_min(), Limits::min() / 2, Limits::min()});
  if (company == Company::huge || company == Company::everything)
    add({Limits::max(), Limits::max() / 2, std::sqrt(Limits::max())});
  if (company == Company::everything) add({Limits::infinity(), Limits::quiet_NaN()});
  return values;
}

template <class T>
class Differential : public ::testing::Test {
 protected:
  static constexpr int rounds = 250;

  std::mt19937 generator{20};

  std::size_t below(std::size_t bound) { return generator() % bound; }
  std::size_t size() { return 1 + below(300); }
  /// Small more often than not, so that products of three sizes stay cheap.
  std::size_t short_size() { return 1 + below(std::size_t{2} << below(6)); }

  Buffer<T> numbers(std::size_t count, Company company) {
    auto buffer = Buffer<T>::random(count, generator, below(16));
    const std::vector<T> values = strangers<T>(company);
    const T scale = company == Company::only_denormals ? std::numeric_limits<T>::min() : T{1};
    const std::size_t rarity = std::size_t{1} << below(8);
    for (T& value : buffer.span()) {
      value *= scale;
      if (!values.empty() && below(rarity) == 0) value = values[below(values.size())];
    }
    return buffer;
  }
  Buffer<T> empty(std::size_t count) { return Buffer<T>(count, below(16)); }

  /// Calls body(company) with each company in turn.
  template <class Body>
  void in_all_companies(Body body) {
    for (int round = 0; round < rounds; ++round) {
      const auto company = static_cast<Company>(round % 5);
      const ::testing::ScopedTrace trace(
          __FILE__, __LINE__, "round " + std::to_string(round) + ", company " + std::to_string(round % 5));
      body(company);
      if (this->HasFatalFailure()) return;
    }
  }
};
TYPED_TEST_SUITE(Differential, testing::NumberTypes);

TYPED_TEST(Differential, Products) {
  using T = TypeParam;
  this->in_all_companies([&](Company company) {
    std::array<std::size_t, 3> sizes = {this->size(), this->short_size(), 1 + this->below(9)};
    std::shuffle(sizes.begin(), sizes.end(), this->generator);
    const auto [m, k, n] = sizes;
    const auto bias = this->numbers(n, company), left = this->numbers(m * k, company);
    const auto right = this->numbers(k * n, company), other = this->numbers(m * n, company);
    auto product = this->empty(m * n), transposed = this->empty(k * n), row = this->empty(n),
         sums = this->empty(n), turned = this->empty(k * n);
    reference::matrix_product<T>(product.span(), bias.span(), left.span(), right.span(), m, k, n);
    reference::transposed_product<T>(transposed.span(), left.span(), other.span(), m, k, n);
    reference::vector_matrix<T>(row.span(), bias.span(), left.span().first(k), right.span());
    reference::column_sums<T>(sums.span(), other.span(), m, n);
    reference::transpose<T>(turned.span(), right.span(), k, n);
    on_every_target([&, m = static_cast<int>(m), k = static_cast<int>(k), n = static_cast<int>(n)] {
      auto output = this->empty(product.span().size());
      matrix_product(output.span(), bias.span(), left.span(), right.span(), m, k, n);
      expect_same_bits(output, product);
      output = this->empty(transposed.span().size());
      transposed_product(output.span(), left.span(), other.span(), m, k, n);
      expect_same_bits(output, transposed);
      output = this->empty(row.span().size());
      vector_matrix(output.span(), bias.span(), left.span().first(static_cast<std::size_t>(k)), right.span());
      expect_same_bits(output, row);
      output = this->empty(sums.span().size());
      column_sums(output.span(), other.span(), m, n);
      expect_same_bits(output, sums);
      output = this->empty(turned.span().size());
      transpose(output.span(), right.span(), k, n);
      expect_same_bits(output, turned);
    });
  });
}

TYPED_TEST(Differential, ElementByElement) {
  using T = TypeParam;
  this->in_all_companies([&](Company company) {
    const std::size_t size = this->size();
    const auto input = this->numbers(size, company), gradient = this->numbers(size, company);
    const auto check = [&](auto fast, auto slow) {
      auto expected = this->empty(size);
      std::ranges::transform(input.span(), expected.span().begin(), slow);
      on_every_target([&] {
        auto output = this->empty(size);
        fast(output.span(), input.span());
        expect_same_bits(output, expected);
      });
    };
    using Fast = void (*)(std::span<T>, std::span<const T>);
    check(static_cast<Fast>(exp), reference::exp<T>);
    check(static_cast<Fast>(log), reference::log<T>);
    check(static_cast<Fast>(tanh), reference::tanh<T>);
    check(static_cast<Fast>(logistic), reference::logistic<T>);
    check(static_cast<Fast>(relu), reference::relu<T>);
    auto expected = this->empty(size);
    std::ranges::transform(gradient.span(), input.span(), expected.span().begin(),
                           reference::relu_backward<T>);
    on_every_target([&] {
      auto output = this->empty(size);
      relu_backward(output.span(), gradient.span(), input.span());
      expect_same_bits(output, expected);
    });
  });
}

TYPED_TEST(Differential, LayerNorm) {
  using T = TypeParam;
  constexpr T epsilon = T{1e-5F};
  this->in_all_companies([&](Company company) {
    const std::size_t n = this->size(), m = 1 + this->below(5);
    const auto input = this->numbers(m * n, company), d_output = this->numbers(m * n, company);
    const auto gain = this->numbers(n, company), offset = this->numbers(n, company);
    auto expected = this->empty(m * n), normalised = this->empty(m * n), inverse_std = this->empty(m);
    auto d_input = this->empty(m * n), d_gain = this->empty(n), d_offset = this->empty(n);
    reference::layer_norm<T>(expected.span(), normalised.span(), inverse_std.span(), input.span(),
                             gain.span(), offset.span(), epsilon);
    // Whatever came out goes back in, infinity and NaN as well.
    reference::layer_norm_backward<T>(d_input.span(), d_gain.span(), d_offset.span(), d_output.span(),
                                      normalised.span(), inverse_std.span(), gain.span());
    on_every_target([&] {
      auto output = this->empty(m * n), own_normalised = this->empty(m * n), own_inverse_std = this->empty(m);
      layer_norm(output.span(), own_normalised.span(), own_inverse_std.span(), input.span(), gain.span(),
                 offset.span(), epsilon);
      expect_same_bits(output, expected);
      expect_same_bits(own_normalised, normalised);
      expect_same_bits(own_inverse_std, inverse_std);
      auto own_input = this->empty(m * n), own_gain = this->empty(n), own_offset = this->empty(n);
      layer_norm_backward(own_input.span(), own_gain.span(), own_offset.span(), d_output.span(),
                          normalised.span(), inverse_std.span(), gain.span());
      expect_same_bits(own_input, d_input);
      expect_same_bits(own_gain, d_gain);
      expect_same_bits(own_offset, d_offset);
    });
  });
}

TYPED_TEST(Differential, GruGates) {
  using T = TypeParam;
  this->in_all_companies([&](Company company) {
    const std::size_t h = this->size(), m = 1 + this->below(4);
    const auto input_gates = this->numbers(m * 3 * h, company),
               hidden_gates = this->numbers(m * 3 * h, company);
    const auto hidden = this->numbers(m * h, company), d_new_hidden = this->numbers(h, company);
    auto expected = this->empty(m * h), gates = this->empty(m * 3 * h);
    auto d_hidden = this->empty(h), d_input_gates = this->empty(3 * h), d_hidden_gates = this->empty(3 * h);
    reference::gru_gates<T>(expected.span(), gates.span(), input_gates.span(), hidden_gates.span(),
                            hidden.span(), m, h);
    const std::span<const T> first_gates = std::as_const(gates).span().first(3 * h);
    const std::span<const T> hidden_n = hidden_gates.span().subspan(2 * h, h),
                             first_hidden = hidden.span().first(h);
    reference::gru_gates_backward<T>(d_hidden.span(), d_input_gates.span(), d_hidden_gates.span(),
                                     d_new_hidden.span(), first_gates, hidden_n, first_hidden);
    on_every_target([&] {
      auto output = this->empty(m * h), own_gates = this->empty(m * 3 * h);
      gru_gates(output.span(), own_gates.span(), input_gates.span(), hidden_gates.span(), hidden.span(),
                static_cast<int>(m), static_cast<int>(h));
      expect_same_bits(output, expected);
      expect_same_bits(own_gates, gates);
      auto own_hidden = this->empty(h), own_input = this->empty(3 * h), own_hidden_gates = this->empty(3 * h);
      gru_gates_backward(own_hidden.span(), own_input.span(), own_hidden_gates.span(), d_new_hidden.span(),
                         first_gates, hidden_n, first_hidden);
      expect_same_bits(own_hidden, d_hidden);
      expect_same_bits(own_input, d_input_gates);
      expect_same_bits(own_hidden_gates, d_hidden_gates);
    });
  });
}

TYPED_TEST(Differential, Optimiser) {
  using T = TypeParam;
  const AdamStep<T> step = {.gradient_scale = T{0.75},
                            .beta1 = T{0.875},
                            .beta2 = T{0.9375},
                            .step_size = T{1e-3F},
                            .inverse_root_correction = T{2},
                            .epsilon = T{1e-8F}};
  this->in_all_companies([&](Company company) {
    const std::size_t size = this->size();
    const auto parameters = this->numbers(size, company), gradient = this->numbers(size, company);
    const auto first = this->numbers(size, company), second = this->numbers(size, company);
    auto expected = parameters, expected_first = first, expected_second = second;
    reference::adam<T>(expected.span(), expected_first.span(), expected_second.span(), {}, gradient.span(),
                       step);
    auto sum = this->empty(1);
    sum[0] = reference::sum_of_squares<T>(gradient.span());
    on_every_target([&] {
      auto own = parameters, own_first = first, own_second = second, copy = this->empty(size);
      adam(own.span(), own_first.span(), own_second.span(), copy.span(), gradient.span(), step);
      expect_same_bits(own, expected);
      expect_same_bits(own_first, expected_first);
      expect_same_bits(own_second, expected_second);
      expect_same_bits(copy, expected);
      auto own_sum = this->empty(1);
      own_sum[0] = sum_of_squares(gradient.span());
      expect_same_bits(own_sum, sum);
    });
  });
}

/// The processor does not take denormals for 0, neither those that go in nor those that come out: half of the
/// smallest normal number is there, and twice that is the number again.
TYPED_TEST(Differential, DenormalsAreNotFlushed) {
  using T = TypeParam;
  constexpr T smallest = std::numeric_limits<T>::min();
  on_every_target([&] {
    Buffer<T> half(37, 3), whole(37, 5);
    const Buffer<T> bias(37), one(1, 0, T{0.5}), two(1, 0, T{2}), weights(37, 1, smallest);
    vector_matrix(half.span(), bias.span(), one.span(), weights.span());
    expect_same_bits(half, Buffer<T>(37, 0, smallest / 2));
    EXPECT_NE(half[0], T{0});
    vector_matrix(whole.span(), bias.span(), two.span(), half.span());
    expect_same_bits(whole, weights);
  });
}

}  // namespace
}  // namespace windhover::kernels
