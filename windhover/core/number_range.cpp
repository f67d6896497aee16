#include "windhover/core/number_range.hpp"

#include <cmath>

#include <fmt/format.h>

#include "windhover/core/value_text.hpp"

namespace windhover {
namespace {

bool is_lost(double number) { return number != 0 && std::abs(number) < smallest_above_zero; }

}  // namespace

bool NumberRange::holds(double number) const {
  return std::isfinite(number) && number >= least && number <= most && !is_lost(number);
}

std::string NumberRange::of(std::string_view kind) const {
  if (!std::isfinite(least) || !std::isfinite(most)) return std::string(kind);
  return fmt::format("{} between {} and {}", kind, number_text(least), number_text(most));
}

std::string NumberRange::wanted_instead_of(double number, std::string_view kind) const {
  if (!is_lost(number) || number < least) return of(kind);
  return fmt::format("{}, and at least {} if not 0, as it is used in single precision", of(kind),
                     number_text(smallest_above_zero));
}

}  // namespace windhover
