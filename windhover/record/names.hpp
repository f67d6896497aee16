#pragma once

#include <algorithm>
#include <string_view>

namespace windhover::record {

/// True if `name` can be a folder or a file inside the record: no path of its own, nothing hidden.
[[nodiscard]] inline bool is_folder_name(std::string_view name) {
  constexpr std::size_t longest = 200;
  if (name.empty() || name.size() > longest || name.front() == '.') return false;
  return std::ranges::none_of(name, [](char letter) {
    return letter == '/' || letter == '\\' || static_cast<unsigned char>(letter) < 0x20;
  });
}

}  // namespace windhover::record
