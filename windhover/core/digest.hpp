#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace windhover {

/// The hexadecimal digits of a SHA-256.
inline constexpr std::size_t sha256_digits = 64;

/// SHA-256 of everything added, in order. Fields are added with their length, so that ("ab","c") and
/// ("a","bc") differ.
class Digest {
 public:
  Digest();
  ~Digest();
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;

  void add(std::span<const std::byte> bytes);
  void add(std::string_view text);

  /// 64 hexadecimal digits. The digest can not be added to afterwards.
  [[nodiscard]] std::string finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

[[nodiscard]] std::string digest_of(std::string_view text);

/// SHA-256 of the bytes alone, in 64 hexadecimal digits: what `sha256sum` prints of a file with this content.
[[nodiscard]] std::string sha256_of(std::string_view bytes);

}  // namespace windhover
