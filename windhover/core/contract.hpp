#pragma once

#include <string>

#include <fmt/format.h>

namespace windhover {

/// Prints the broken contract to stderr and aborts. A broken contract is a bug in the program; what a user
/// can cause is a Result instead.
[[noreturn]] void contract_violation(const char* expression, const std::string& values, const char* file,
                                     int line);

}  // namespace windhover

/// Always checked; for the boundaries of modules.
#define WINDHOVER_CHECK(condition)                                                    \
  do {                                                                                \
    if (!(condition)) [[unlikely]]                                                    \
      ::windhover::contract_violation(#condition, std::string(), __FILE__, __LINE__); \
  } while (false)

/// Always checked, and prints both sides: WINDHOVER_CHECK_OP(rows, ==, 20).
#define WINDHOVER_CHECK_OP(left, op, right)                                                                \
  do {                                                                                                     \
    const auto left_value_ = (left);                                                                       \
    const auto right_value_ = (right);                                                                     \
    if (!(left_value_ op right_value_)) [[unlikely]]                                                       \
      ::windhover::contract_violation(#left " " #op " " #right,                                            \
                                      ::fmt::format("{} against {}", left_value_, right_value_), __FILE__, \
                                      __LINE__);                                                           \
  } while (false)

/// Checked in developer builds only; for loops.
#ifdef WINDHOVER_DEBUG_CHECKS
#define WINDHOVER_DEBUG_CHECK(condition) WINDHOVER_CHECK(condition)
#else
#define WINDHOVER_DEBUG_CHECK(condition) static_cast<void>(0)
#endif
