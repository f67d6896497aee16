#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "windhover/core/result.hpp"

namespace windhover {

/// Whether the byte of a bool that came from a file is one of the two that a bool can have. The flag itself
/// is not read, which would be undefined for any other byte.
[[nodiscard]] inline bool is_bool(const bool& flag) {
  std::uint8_t byte = 0;
  std::memcpy(&byte, &flag, sizeof byte);
  return byte <= 1;
}

[[nodiscard]] inline std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Plain values one behind the other: the body of a saved training state. A state is read by the build that
/// wrote it.
class ByteWriter {
 public:
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void value(const T& item) {
    const auto* first = reinterpret_cast<const std::byte*>(&item);
    bytes_.insert(bytes_.end(), first, first + sizeof(T));
  }

  /// The count, then the elements.
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void values(std::span<const T> items) {
    value(static_cast<std::uint64_t>(items.size()));
    const auto raw = std::as_bytes(items);
    bytes_.insert(bytes_.end(), raw.begin(), raw.end());
  }

  [[nodiscard]] std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

/// Reads what ByteWriter wrote. Every read checks the length first; an error leaves the target unspecified.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  template <class T>
  requires std::is_trivially_copyable_v<T>
  [[nodiscard]] Result<void> value(T& item) {
    if (rest_.size() < sizeof(T)) return failure("the saved state ends too early");
    std::memcpy(&item, rest_.data(), sizeof(T));
    rest_ = rest_.subspan(sizeof(T));
    return {};
  }

  /// A bool is 0 or 1: reading another byte as one would be undefined.
  [[nodiscard]] Result<void> value(bool& item) {
    WINDHOVER_RETURN_IF_ERROR(value<bool>(item));
    if (!is_bool(item)) return failure("the saved state is damaged");
    return {};
  }

  /// Fills `items`, whose size must be the one written.
  template <class T>
  requires std::is_trivially_copyable_v<T>
  [[nodiscard]] Result<void> values(std::span<T> items) {
    std::uint64_t count = 0;
    WINDHOVER_RETURN_IF_ERROR(value(count));
    if (count != items.size()) return failure("the saved state belongs to another configuration");
    if (rest_.size() < items.size_bytes()) return failure("the saved state ends too early");
    if (!items.empty()) std::memcpy(items.data(), rest_.data(), items.size_bytes());
    rest_ = rest_.subspan(items.size_bytes());
    return {};
  }

  /// Replaces `items` by as many as were written.
  template <class T>
  requires std::is_trivially_copyable_v<T>
  [[nodiscard]] Result<void> vector(std::vector<T>& items) {
    std::uint64_t count = 0;
    WINDHOVER_RETURN_IF_ERROR(value(count));
    if (count > rest_.size() / sizeof(T)) return failure("the saved state ends too early");
    items.resize(count);
    if (count > 0) std::memcpy(items.data(), rest_.data(), count * sizeof(T));
    rest_ = rest_.subspan(count * sizeof(T));
    return {};
  }

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::span<const std::byte> rest_;
};

}  // namespace windhover
