#include "windhover/core/random.hpp"

#include <bit>
#include <cmath>

#include "windhover/core/contract.hpp"
#include "windhover/core/math.hpp"
#include "windhover/core/number_range.hpp"

namespace windhover {

Stream::Stream(const StreamName& name)
    : key_{static_cast<std::uint32_t>(name.seed), static_cast<std::uint32_t>(name.seed >> 32)},
      counter_{0, name.episode,
               (static_cast<std::uint32_t>(name.purpose) << 16) | static_cast<std::uint32_t>(name.worker),
               std::bit_cast<std::uint32_t>(without_sign_of_zero(name.condition))} {}

std::uint32_t Stream::uniform_below(std::uint32_t bound) {
  WINDHOVER_DEBUG_CHECK(bound > 0);
  std::uint64_t product = std::uint64_t{next_word()} * bound;
  if (static_cast<std::uint32_t>(product) < bound) {
    const std::uint32_t threshold = (0U - bound) % bound;
    while (static_cast<std::uint32_t>(product) < threshold) product = std::uint64_t{next_word()} * bound;
  }
  return static_cast<std::uint32_t>(product >> 32);
}

double Stream::normal() {
  const double radius = std::sqrt(-2.0 * math::log(1.0 - uniform()));
  return radius * math::cos_two_pi(uniform());
}

}  // namespace windhover
