#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/kernels/constants.hpp"
#include "windhover/kernels/kernels.hpp"

/// What the tests of the kernels share.
namespace windhover::kernels::testing {

using NumberTypes = ::testing::Types<float, double>;

/// Runs body() once on each instruction set that this machine has, and leaves the best one chosen.
template <class Body>
void on_every_target(Body body) {
  const std::vector<std::string> targets = available_targets();
  for (auto target = targets.rbegin(); target != targets.rend(); ++target) {
    const ::testing::ScopedTrace trace(__FILE__, __LINE__, *target);
    ASSERT_TRUE(force_target(*target).has_value());
    body();
  }
}

/// Every length around the vector widths, and those of the networks.
inline std::vector<std::size_t> lengths() {
  std::vector<std::size_t> result;
  for (std::size_t length = 1; length <= 70; ++length) result.push_back(length);
  result.insert(result.end(), {127, 128, 129, 384});
  return result;
}

/// Numbers behind a start that is `misalignment` elements off a cache line, with guards before and after
/// them.
template <class T>
class Buffer {
 public:
  explicit Buffer(std::size_t size, std::size_t misalignment = 0, T value = T{0})
      : storage_(size + 2 * guard + misalignment, guard_value), start_(guard + misalignment), size_(size) {
    std::ranges::fill(span(), value);
  }

  /// Uniform numbers in [-1, 1).
  static Buffer random(std::size_t size, std::mt19937& generator, std::size_t misalignment = 0) {
    Buffer buffer(size, misalignment);
    for (T& value : buffer.span()) {
      value = static_cast<T>(static_cast<std::int32_t>(generator())) / static_cast<T>(0x1p31);
    }
    return buffer;
  }

  [[nodiscard]] std::span<T> span() { return std::span<T>(storage_).subspan(start_, size_); }
  [[nodiscard]] std::span<const T> span() const {
    return std::span<const T>(storage_).subspan(start_, size_);
  }
  [[nodiscard]] T& operator[](std::size_t i) { return span()[i]; }

  [[nodiscard]] bool guards_intact() const {
    const auto outside = [&](std::size_t i) { return i < start_ || i >= start_ + size_; };
    for (std::size_t i = 0; i < storage_.size(); ++i) {
      if (outside(i) && storage_[i] != guard_value) return false;
    }
    return true;
  }

 private:
  static constexpr std::size_t guard = 16;
  static constexpr T guard_value = T{-12345};

  std::vector<T> storage_;
  std::size_t start_;
  std::size_t size_;
};

template <class T>
bool same_bits(T left, T right) {
  using Bits = typename NumberFormat<T>::Unsigned;
  return (std::isnan(left) && std::isnan(right)) || std::bit_cast<Bits>(left) == std::bit_cast<Bits>(right);
}

/// Equal bits, where every NaN equals every NaN: which payload survives is up to the processor.
template <class T>
void expect_same_bits(const Buffer<T>& actual, const Buffer<T>& expected) {
  EXPECT_TRUE(actual.guards_intact()) << "wrote outside its span";
  const std::span<const T> left = actual.span();
  const std::span<const T> right = expected.span();
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    ASSERT_TRUE(same_bits(left[i], right[i]))
        << "element " << i << " of " << left.size() << ": " << left[i] << " instead of " << right[i];
  }
}

}  // namespace windhover::kernels::testing
