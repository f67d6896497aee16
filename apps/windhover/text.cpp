#include "apps/windhover/text.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "windhover/core/printable.hpp"

namespace windhover::app {

std::string duration_text(double seconds) {
  if (seconds < 10) return fmt::format("{:.1f}s", seconds);
  const long whole = std::lround(seconds);
  if (whole < 60) return fmt::format("{}s", whole);
  if (whole < 3600) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
  return fmt::format("{}h{:02}m", whole / 3600, whole / 60 % 60);
}

std::string table_text(std::vector<std::vector<std::string>> rows) {
  for (auto& row : rows) {
    for (auto& cell : row) cell = printable(cell);
  }
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += i == 0 ? fmt::format("{:<{}}", row[i], widths[i]) : fmt::format("  {:>{}}", row[i], widths[i]);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string number_cell(double number, const char* form) {
  return std::isfinite(number) ? fmt::format(fmt::runtime(form), number) : "-";
}

std::string interval_cell(const std::optional<stats::Interval>& interval) {
  return interval ? fmt::format("[{:.2f}, {:.2f}]", interval->lower, interval->upper) : "-";
}

namespace {

/// The word between $' and ', in ASCII: whatever the shell's language is, it reads the same bytes.
std::string escaped(const std::string& word) {
  std::string text;
  for (const char letter : word) {
    const auto byte = static_cast<unsigned char>(letter);
    if (letter == '\'' || letter == '\\') {
      text += fmt::format("\\{}", letter);
    } else if (letter == '\n') {
      text += "\\n";
    } else if (byte < 0x20 || byte > 0x7E) {
      text += fmt::format("\\{:03o}", byte);
    } else {
      text += letter;
    }
  }
  return "$'" + text + "'";
}

}  // namespace

std::string shell_word(const std::string& word) {
  const auto is_plain = [](unsigned char letter) {
    return std::isalnum(letter) != 0 ||
           std::string_view("_-+./=,:@%").find(static_cast<char>(letter)) != std::string::npos;
  };
  if (!word.empty() && std::ranges::all_of(word, is_plain)) return word;
  if (printable(word) != word) return escaped(word);
  std::string text;
  for (const char letter : word) text += letter == '\'' ? "'\\''" : std::string(1, letter);
  return "'" + text + "'";
}

std::string command_text(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + shell_word(word);
  return text;
}

}  // namespace windhover::app
