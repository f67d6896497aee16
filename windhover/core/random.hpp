#pragma once

#include <cstdint>

#include "windhover/core/philox.hpp"

namespace windhover {

/// What a stream's numbers are used for. Streams of different purposes never share a number; the values are
/// part of the reproducibility promise and never change.
enum class Purpose : std::uint16_t {
  initial_parameters = 1,
  training_environment = 2,
  training_actions = 3,
  evaluation_environment = 4,
  evaluation_actions = 5,
  baseline_actions = 6,
  bootstrap = 7,
  benchmark = 8,
  test = 9,
};

/// The name of a stream. Every distinct name is a distinct stream: the fields fill the key and three of the
/// four counter words of Philox without overlap, so no two streams can meet (each holds 2^34 words).
struct StreamName {
  std::uint64_t seed = 0;  ///< the study's seed
  Purpose purpose = Purpose::test;
  std::uint16_t worker = 0;  ///< worker, learner or member of a fleet
  std::uint32_t episode = 0;
  float condition = 0.0F;  ///< the test condition in evaluation (km/h); 0 in training, so that no velocity
                           ///< leaks in. -0 is 0
};

/// A sequence of random numbers with own distributions: those of the standard library differ between
/// libraries. A plain value: a copy continues with the same numbers.
class Stream {
 public:
  Stream() : Stream(StreamName{}) {}
  explicit Stream(const StreamName& name);

  /// Four words at once: the cheapest way to draw several numbers for one event.
  [[nodiscard, gnu::always_inline]] PhiloxCounter next_block() {
    const PhiloxCounter words = philox4x32(counter_, key_);
    ++counter_[0];
    return words;
  }

  [[nodiscard, gnu::always_inline]] std::uint32_t next_word() {
    if (used_ == 4) {
      block_ = next_block();
      used_ = 0;
    }
    return block_[used_++];
  }

  /// Uniform on [0, 1), a multiple of 2^-53.
  [[nodiscard]] double uniform() {
    const std::uint32_t low = next_word();
    return uniform_from(low, next_word());
  }

  /// Uniform on 0 .. bound-1, without bias. Precondition: bound > 0.
  /// Source: Lemire, "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019.
  [[nodiscard]] std::uint32_t uniform_below(std::uint32_t bound);

  /// Standard normal by the Box-Muller transform (one of the pair is used, so that draws stay independent of
  /// history).
  [[nodiscard]] double normal();

  [[nodiscard]] static double uniform_from(std::uint32_t low, std::uint32_t high) {
    const std::uint64_t bits = (static_cast<std::uint64_t>(high) << 32) | low;
    return static_cast<double>(bits >> 11) * 0x1.0p-53;
  }

  friend bool operator==(const Stream&, const Stream&) = default;

  /// False of a stream that was read from a damaged file.
  [[nodiscard]] bool valid() const { return used_ <= block_.size(); }

 private:
  PhiloxKey key_{};
  PhiloxCounter counter_{};
  PhiloxCounter block_{};
  std::uint32_t used_ = 4;
};

}  // namespace windhover
