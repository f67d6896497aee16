#pragma once

#include <cstddef>
#include <ostream>
#include <span>
#include <string_view>

/// The doors by which files come in, one target each. libFuzzer runs them (`./dev fuzz`), and a test that
/// every build has gives them the corpora and small changes of these.
namespace windhover::fuzz {

struct Target {
  std::string_view name;  ///< also of the folder in fuzz/corpus
  /// Reads any bytes as such a file would be, as far as the program would. Returns whatever comes of it; a
  /// crash, a sanitizer's complaint or memory beyond all measure is a finding.
  void (*read)(std::span<const std::byte> bytes);
};

inline std::ostream& operator<<(std::ostream& stream, const Target& target) { return stream << target.name; }

[[nodiscard]] std::span<const Target> targets();

/// The target of that name; a broken contract if there is none.
[[nodiscard]] const Target& target(std::string_view name);

}  // namespace windhover::fuzz
