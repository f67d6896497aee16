#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/analysis/results/statistics.hpp"
#include "windhover/record/level.hpp"

/// The words of the results, so that every table and sentence says a thing in the same way.
namespace windhover::analysis {

/// "RNN" for recurrent, "LayerNorm" for layer_norm, any other factor by its own name.
[[nodiscard]] std::string factor_label(const std::string& factor);

/// "on", "off", "64", "\"logical\"" without its quotes.
[[nodiscard]] std::string level_label(const record::Level& level);

/// "A3C", "Individual", "Individual (matched)"; an arm that has no such name by its own.
[[nodiscard]] std::string arm_label(const std::string& arm);

/// "gru+ln / a3c / seed 42".
[[nodiscard]] std::string run_text(const std::string& cell, const std::string& arm, std::uint64_t seed);

/// "49.57"; "not available" if it is not finite.
[[nodiscard]] std::string score_text(double value);
/// "+11.35".
[[nodiscard]] std::string signed_text(double value, int decimals = 2);
/// "[3.10, 9.26]", or "no interval".
[[nodiscard]] std::string interval_text(const std::optional<Interval>& interval, int decimals = 2);

/// "a", "a and b", "a, b and c".
[[nodiscard]] std::string list_text(const std::vector<std::string>& items);

/// The same of a few items; of many, the first and how many more: "a, b, c and 9 more".
[[nodiscard]] std::string capped_list_text(const std::vector<std::string>& items);

/// "1 seed", "5 seeds".
[[nodiscard]] std::string count_text(std::size_t count, const std::string& noun);

/// Beside the intervals of a bootstrap over fewer than ten seeds.
inline constexpr std::string_view few_seeds_caution =
    "Below ten seeds the bootstrap's intervals are too short: with five, one of a mean covers .84 instead of "
    ".95 and one of a cell's CV .42 to .67 (simulated), so nothing is derived from them.";

}  // namespace windhover::analysis
