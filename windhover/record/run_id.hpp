#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <string>

namespace windhover::record {

/// Which run: names its folder and its place in canonical order.
struct RunId {
  std::string cell = {};  ///< "gru+ln"
  std::string arm = {};   ///< "a3c"
  std::uint64_t seed = 0;

  /// "gru+ln/a3c/seed-42", below runs/.
  [[nodiscard]] std::filesystem::path folder() const;
  /// "runs/gru+ln/a3c/seed-42", below the study's folder.
  [[nodiscard]] std::string place() const;
  friend auto operator<=>(const RunId&, const RunId&) = default;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("cell", self.cell);
    visit("arm", self.arm);
    visit("seed", self.seed);
  }
};

}  // namespace windhover::record
