#include "windhover/analysis/wording.hpp"

#include <cmath>

namespace windhover::analysis {

std::string factor_label(const std::string& factor) {
  if (factor == "recurrent") return "RNN";
  if (factor == "layer_norm") return "LayerNorm";
  return factor;
}

std::string level_label(const record::Level& level) {
  if (level.is_switch()) return level.is_on() ? "on" : "off";
  return level.text();
}

std::string run_text(const std::string& cell, const std::string& arm, std::uint64_t seed) {
  return fmt::format("{} / {} / seed {}", cell, arm, seed);
}

std::string arm_label(const std::string& arm) {
  if (arm == "a3c") return "A3C";
  if (arm == "a2c") return "A2C";
  if (arm == "individual") return "Individual";
  if (arm == "individual-matched") return "Individual (matched)";
  if (arm == "individual-mixed") return "Individual (mixed)";
  return arm;
}

namespace {

/// A reader takes in so many names of cells and arms; of more, the first few.
constexpr std::size_t most_listed = 8;
constexpr std::size_t first_listed = 4;

/// With the real minus sign, and none before a zero.
std::string decimal_text(double value, int decimals) {
  const auto digits = fmt::format("{:.{}f}", std::abs(value), decimals);
  const bool is_zero = digits.find_first_not_of("0.") == std::string::npos;
  return fmt::format("{}{}", value < 0 && !is_zero ? "−" : "", digits);
}

}  // namespace

std::string score_text(double value) {
  return std::isfinite(value) ? decimal_text(value, 2) : "not available";
}

std::string signed_text(double value, int decimals) {
  return std::isfinite(value) ? fmt::format("{}{}", value > 0 ? "+" : "", decimal_text(value, decimals))
                              : "not available";
}

std::string interval_text(const std::optional<Interval>& interval, int decimals) {
  if (!interval) return "no interval";
  return fmt::format("[{}, {}]", decimal_text(interval->lower, decimals),
                     decimal_text(interval->upper, decimals));
}

std::string list_text(const std::vector<std::string>& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += i + 1 == items.size() ? " and " : ", ";
    text += items[i];
  }
  return text;
}

std::string capped_list_text(const std::vector<std::string>& items) {
  if (items.size() <= most_listed) return list_text(items);
  std::vector<std::string> shown(items.begin(), items.begin() + first_listed);
  shown.push_back(fmt::format("{} more", items.size() - first_listed));
  return list_text(shown);
}

std::string count_text(std::size_t count, const std::string& noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace windhover::analysis
