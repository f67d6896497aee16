#include "windhover/core/printable.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
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

/// U+0000 to U+001F, U+007F and U+0080 to U+009F (which is C2 80 to C2 9F).
bool is_control(std::string_view character) {
  if (character.size() == 1) return is_within(character[0], 0x00, 0x1F) || character[0] == '\x7F';
  return character.size() == 2 && character[0] == '\xC2' && is_within(character[1], 0x80, 0x9F);
}

/// What turns the direction of a text, so that it is read as another: U+061C, U+200E, U+200F, U+202A to
/// U+202E and U+2066 to U+2069 (Unicode Technical Report 36, section 2.8). Empty for others.
std::string_view escape_of_direction(std::string_view character) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 12> marks = {
      {{"\xD8\x9C", "\\u061c"},
       {"\xE2\x80\x8E", "\\u200e"},
       {"\xE2\x80\x8F", "\\u200f"},
       {"\xE2\x80\xAA", "\\u202a"},
       {"\xE2\x80\xAB", "\\u202b"},
       {"\xE2\x80\xAC", "\\u202c"},
       {"\xE2\x80\xAD", "\\u202d"},
       {"\xE2\x80\xAE", "\\u202e"},
       {"\xE2\x81\xA6", "\\u2066"},
       {"\xE2\x81\xA7", "\\u2067"},
       {"\xE2\x81\xA8", "\\u2068"},
       {"\xE2\x81\xA9", "\\u2069"}}};
  const auto* const mark = std::ranges::find(marks, character, [](const auto& entry) { return entry.first; });
  return mark == marks.end() ? std::string_view() : mark->second;
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
      return fmt::format("\\u{:04x}", static_cast<unsigned char>(control.back()));
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
    } else if (const auto escaped = escape_of_direction(character); !escaped.empty()) {
      shown += escaped;
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
