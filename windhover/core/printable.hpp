#pragma once

#include <string>
#include <string_view>

/// Text that comes from outside (a file, an argument, the system) in a form that a terminal shows and does
/// not obey. Control characters (C0, DEL, C1) are written as JSON writes them, "\n" or "\u001b", a byte that
/// is not part of a UTF-8 character as "\xff", and what turns the direction of a text as "\u202e"; everything
/// else stays as it is.
namespace windhover {

/// On one line.
[[nodiscard]] std::string printable(std::string_view text);

/// A message: a line break stays where two spaces follow, which is how messages go on in further lines. What
/// is after any other line break could pass for a message of its own, so that is written as "\n".
[[nodiscard]] std::string printable_message(std::string_view text);

/// Lines whose breaks all stay: tables, help, JSON (which stays JSON).
[[nodiscard]] std::string printable_lines(std::string_view text);

}  // namespace windhover
