#include "windhover/core/printable.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace windhover {
namespace {

enum class Breaks { none, before_indentation, all };

/// A row of Unicode's table of well-formed UTF-8 (3-7): first bytes, and what the second may be; further
/// bytes are 80 to BF.
struct ByteRow {
  unsigned char first_from, first_to, second_from, second_to;
  std::size_t length;
};

constexpr std::array<ByteRow, 8> long_characters = {{{0xC2, 0xDF, 0x80, 0xBF, 2},
                                                     {0xE0, 0xE0, 0xA0, 0xBF, 3},
                                                     {0xE1, 0xEC, 0x80, 0xBF, 3},
                                                     {0xED, 0xED, 0x80, 0x9F, 3},
                                                     {0xEE, 0xEF, 0x80, 0xBF, 3},
                                                     {0xF0, 0xF0, 0x90, 0xBF, 4},
                                                     {0xF1, 0xF3, 0x80, 0xBF, 4},
                                                     {0xF4, 0xF4, 0x80, 0x8F, 4}}};

bool is_within(char byte, unsigned char from, unsigned char to) {
  const auto value = static_cast<unsigned char>(byte);
  return value >= from && value <= to;
}

/// Bytes of the character that `text`, which is not empty, starts with; 0 if they are not UTF-8.
std::size_t length_of_first(std::string_view text) {
  if (is_within(text[0], 0x00, 0x7F)) return 1;
  for (const ByteRow& row : long_characters) {
    if (!is_within(text[0], row.first_from, row.first_to)) continue;
    if (text.size() < row.length || !is_within(text[1], row.second_from, row.second_to)) return 0;
    const auto rest = text.substr(2, row.length - 2);
    const bool whole = std::ranges::all_of(rest, [](char byte) { return is_within(byte, 0x80, 0xBF); });
    return whole ? row.length : 0;
  }
  return 0;
}

/// The number of a well-formed character.
char32_t code_point_of(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first;
  char32_t code = first & (0x7FU >> character.size());
  for (const char byte : character.substr(1)) code = code << 6 | (static_cast<unsigned char>(byte) & 0x3FU);
  return code;
}

/// What a terminal obeys: control characters (C0, DEL, C1), and what turns the direction of a text, so that
/// it is read as another (Unicode Technical Report 36, section 2.8).
bool is_control(std::string_view character) {
  static constexpr std::array<std::pair<char32_t, char32_t>, 6> ranges = {
      {{0x00, 0x1F}, {0x7F, 0x9F}, {0x061C, 0x061C}, {0x200E, 0x200F}, {0x202A, 0x202E}, {0x2066, 0x2069}}};
  const char32_t code = code_point_of(character);
  return std::ranges::any_of(
      ranges, [code](const auto& range) { return code >= range.first && code <= range.second; });
}

std::string escape_of(std::string_view control) {
  switch (control[0]) {
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code_point_of(control)));
  }
}

bool stays(std::string_view rest, Breaks breaks) {
  if (rest[0] != '\n' || breaks == Breaks::none) return false;
  return breaks == Breaks::all || rest.substr(1).starts_with("  ");
}

std::string escape(std::string_view text, Breaks breaks) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = length_of_first(text);
    const auto character = text.substr(0, std::max<std::size_t>(length, 1));
    if (length == 0) {
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(character[0]));
    } else if (is_control(character) && !stays(text, breaks)) {
      shown += escape_of(character);
    } else {
      shown += character;
    }
    text.remove_prefix(character.size());
  }
  return shown;
}

}  // namespace

std::string printable(std::string_view text) { return escape(text, Breaks::none); }

std::string printable_message(std::string_view text) { return escape(text, Breaks::before_indentation); }

std::string printable_lines(std::string_view text) { return escape(text, Breaks::all); }

}  // namespace windhover
