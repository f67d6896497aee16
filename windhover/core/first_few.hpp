#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace windhover {

/// "a, b and 3 more": a reader takes in a few names; of those beyond `most`, how many there are.
[[nodiscard]] inline std::string first_few(std::span<const std::string> texts, std::size_t most) {
  if (texts.size() <= most) return fmt::format("{}", fmt::join(texts, ", "));
  return fmt::format("{} and {} more", fmt::join(texts.first(most), ", "), texts.size() - most);
}

}  // namespace windhover
