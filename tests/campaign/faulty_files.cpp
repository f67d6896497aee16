// Takes the place of the system's file and clock calls (LD_PRELOAD) and makes one kind of them fail, for
// files below a folder. The environment says what:
//   WINDHOVER_FAULT          no-space, short-write, read-error, flush-error, rename-error or clock
//   WINDHOVER_FAULT_FOLDER   only files below it
//   WINDHOVER_FAULT_AFTER    no-space: bytes that still fit; the errors: calls that still succeed
//   WINDHOVER_FAULT_SEED     of short writes and clock jumps
// It calls the kernel directly and allocates nothing, so that it can stand under any program.

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

namespace {

bool is_fault(const char* kind) {
  const char* chosen = std::getenv("WINDHOVER_FAULT");
  return chosen != nullptr && std::strcmp(chosen, kind) == 0;
}

std::uint64_t number(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? 0 : std::strtoull(text, nullptr, 10);
}

bool is_below_folder(int descriptor) {
  const char* folder = std::getenv("WINDHOVER_FAULT_FOLDER");
  if (folder == nullptr) return false;
  char link[64];
  char path[PATH_MAX];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = ::readlink(link, path, sizeof path - 1);
  if (length <= 0) return false;
  path[length] = '\0';
  return std::strncmp(path, folder, std::strlen(folder)) == 0;
}

/// True from the call on that WINDHOVER_FAULT_AFTER names.
bool fails_now() {
  static std::atomic<std::uint64_t> calls{0};
  return calls++ >= number("WINDHOVER_FAULT_AFTER");
}

/// A new random word at each call (splitmix64).
std::uint64_t random_word() {
  static std::atomic<std::uint64_t> state{number("WINDHOVER_FAULT_SEED")};
  std::uint64_t word = state += 0x9E3779B97F4A7C15;
  word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9;
  word = (word ^ (word >> 27)) * 0x94D049BB133111EB;
  return word ^ (word >> 31);
}

int refuse(int error) {
  errno = error;
  return -1;
}

/// How many of `size` bytes still fit.
std::uint64_t take_space(std::uint64_t size) {
  static std::atomic<std::uint64_t> used{0};
  const std::uint64_t space = number("WINDHOVER_FAULT_AFTER");
  const std::uint64_t before = used.fetch_add(size);
  if (before >= space) return 0;
  return space - before < size ? space - before : size;
}

/// Some hours to and fro.
time_t jump() { return static_cast<time_t>(random_word() % 20'000) - 10'000; }

}  // namespace

extern "C" {

ssize_t write(int descriptor, const void* bytes, size_t size) {
  if (is_fault("no-space") && size > 0 && is_below_folder(descriptor)) {
    size = take_space(size);
    if (size == 0) return refuse(ENOSPC);
  }
  if (is_fault("short-write") && size > 1 && is_below_folder(descriptor)) {
    if (random_word() % 4 == 0) return refuse(EINTR);
    size = 1 + random_word() % (size - 1);
  }
  return ::syscall(SYS_write, descriptor, bytes, size);
}

ssize_t read(int descriptor, void* bytes, size_t size) {
  if (is_fault("read-error") && is_below_folder(descriptor) && fails_now()) return refuse(EIO);
  return ::syscall(SYS_read, descriptor, bytes, size);
}

int fsync(int descriptor) {
  if (is_fault("flush-error") && is_below_folder(descriptor) && fails_now()) return refuse(EIO);
  return static_cast<int>(::syscall(SYS_fsync, descriptor));
}

int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  if (is_fault("rename-error") && is_below_folder(to_folder) && fails_now()) return refuse(EIO);
  return static_cast<int>(::syscall(SYS_renameat, from_folder, from, to_folder, to));
}

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const auto result = static_cast<int>(::syscall(SYS_clock_gettime, clock, time));
  if (result == 0 && is_fault("clock")) time->tv_sec += jump();
  return result;
}

int gettimeofday(timeval* time, void* zone) noexcept {
  const auto result = static_cast<int>(::syscall(SYS_gettimeofday, time, zone));
  if (result == 0 && is_fault("clock")) time->tv_sec += jump();
  return result;
}

}  // extern "C"
