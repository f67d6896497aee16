#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <fmt/format.h>

/// A study on several processes, called ranks as in MPI: rank 0 hands runs out and writes, the others carry
/// runs out. docs/scale.md says what that costs, docs/adr/0020 why it is so.
namespace windhover::ranks {

/// How long a rank waits for a message before it looks whether something else is to be done.
inline constexpr std::chrono::milliseconds patience(50);

/// What a rank is called in messages to people.
[[nodiscard]] inline std::string name_of(int rank) { return fmt::format("rank {}", rank); }

/// Something that came from another rank.
struct Incoming {
  int from = 0;
  std::optional<std::string> message = {};  ///< nothing: that rank is gone, and this is the last of it
};

/// Carries messages between ranks: each arrives once and whole, and those of one rank in the order in which
/// they were sent. `send` and `wake` may be called from any thread, `receive` from one.
class Transport {
 public:
  virtual ~Transport() = default;

  [[nodiscard]] virtual int rank() const = 0;
  [[nodiscard]] virtual int size() const = 0;

  /// Returns at once. What is sent to a rank that is gone is lost.
  virtual void send(int to, std::string message) = 0;
  /// The next that comes; nothing if `longest` is over or `wake` was called.
  [[nodiscard]] virtual std::optional<Incoming> receive(std::chrono::milliseconds longest) = 0;
  /// Lets a `receive`, this one or the next, return.
  virtual void wake() = 0;
};

}  // namespace windhover::ranks
