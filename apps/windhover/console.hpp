#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include <fmt/format.h>

#include "windhover/core/fields.hpp"
#include "windhover/core/printable.hpp"

/// The program's two ways out. What was asked for goes to stdout, and the first failure to write it is
/// remembered, so that it ends in the exit code; what a person should know goes to stderr, and is dropped
/// where it cannot be written. Nothing here throws because of a stream, and no text that comes from outside
/// reaches a terminal unescaped.
namespace windhover::app::console {

namespace detail {

void write_data(std::string_view text);

template <class T>
struct IsJoin : std::false_type {};
template <class Iterator, class Sentinel, class Character>
struct IsJoin<fmt::join_view<Iterator, Sentinel, Character>> : std::true_type {};

/// Texts and lists of them made printable; all else as it is.
template <class T>
[[nodiscard]] decltype(auto) shown(const T& value) {
  if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return printable(value);
  } else if constexpr (IsJoin<T>::value) {
    return printable(fmt::format("{}", T(value)));
  } else {
    return static_cast<const T&>(value);
  }
}

template <class... Args>
[[nodiscard]] std::string format(fmt::string_view form, const Args&... args) {
  return fmt::vformat(form, fmt::make_format_args(args...));
}

}  // namespace detail

/// To be called first of all. Opens those of the descriptors 0 to 2 that are closed on /dev/null, so that no
/// file takes their place: 1 for reading only, so that data for a closed stdout is lost with an error.
/// Ignores SIGPIPE and SIGXFSZ, so that what cannot be written is an error and not the end of a process that
/// holds a folder. False if /dev/null cannot be opened.
[[nodiscard]] bool prepare();

/// Whether what is printed from here on is dropped: for a process beside which another one speaks.
void set_silent(bool is_silent);

/// Formats data to stdout. The break of a line is the format's own: one within an argument is escaped.
template <class... Args>
void print(fmt::format_string<Args...> form, const Args&... args) {
  detail::write_data(detail::format(form, detail::shown(args)...));
}

/// Lines to stdout: a table, a help text.
void print_lines(std::string_view text);

/// Indented by two, with a line break at the end. A text that is not UTF-8 has its bytes replaced.
void print_json(const Json& json);

/// Sends what was printed on its way, for a reader that waits for it.
void flush();

/// False once data could not be written: more of it would be lost as well.
[[nodiscard]] bool has_reader();

/// Text to stderr as it is, control sequences included.
void draw(std::string_view text);

/// Formats to stderr. The break of a line is the format's own: one within an argument is escaped.
template <class... Args>
void say(fmt::format_string<Args...> form, const Args&... args) {
  draw(detail::format(form, detail::shown(args)...));
}

/// To stderr, with a line break at the end; further lines of the message are those that are indented.
void say_message(std::string_view message);

/// To be called last of all. Flushes stdout. If all data was written, returns `code`; else says why not, and
/// makes success a failure. A reader that has gone away had what it wanted: nothing is said, and success
/// becomes 128 + SIGPIPE, as of a program which that signal ended.
[[nodiscard]] int finish(int code);

}  // namespace windhover::app::console
