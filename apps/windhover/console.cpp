#include "apps/windhover/console.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "apps/windhover/command.hpp"
#include <fcntl.h>
#include <unistd.h>

namespace windhover::app::console {
namespace {

int lost_data = 0;  ///< errno of the first write to stdout that failed

bool silent = false;

bool is_closed(int descriptor) { return ::fcntl(descriptor, F_GETFD) < 0 && errno == EBADF; }

}  // namespace

namespace detail {

void write_data(std::string_view text) {
  if (lost_data != 0 || silent) return;
  if (std::fwrite(text.data(), 1, text.size(), stdout) < text.size()) lost_data = errno;
}

}  // namespace detail

bool prepare() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (!is_closed(descriptor)) continue;
    // The lowest that is free, and those below it are open.
    if (::open("/dev/null", descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY) != descriptor) return false;
  }
  return std::signal(SIGPIPE, SIG_IGN) != SIG_ERR && std::signal(SIGXFSZ, SIG_IGN) != SIG_ERR;
}

void set_silent(bool is_silent) { silent = is_silent; }

void print_lines(std::string_view text) { detail::write_data(printable_lines(text)); }

void print_json(const Json& json) {
  print_lines(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

void flush() {
  if (lost_data == 0 && std::fflush(stdout) != 0) lost_data = errno;
}

bool has_reader() { return lost_data == 0; }

void draw(std::string_view text) {
  if (silent) return;
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void say_message(std::string_view message) { draw(printable_message(message) + "\n"); }

int finish(int code) {
  if (std::fclose(stdout) != 0 && lost_data == 0) lost_data = errno;
  if (lost_data == 0) return code;
  if (lost_data != EPIPE)
    say("windhover: cannot write to the standard output: {}\n", std::strerror(lost_data));
  if (code != exit_done) return code;
  return lost_data == EPIPE ? exit_signal_base + SIGPIPE : exit_failed;
}

}  // namespace windhover::app::console
