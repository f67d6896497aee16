#include "windhover/core/digest.hpp"

#include <array>
#include <cstdint>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "windhover/core/contract.hpp"

namespace windhover {

namespace {

std::string hexadecimal(const std::array<unsigned char, 32>& bytes) {
  std::string text;
  for (const auto byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace

struct Digest::Context {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> evp{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

Digest::Digest() : context_(std::make_unique<Context>()) {
  WINDHOVER_CHECK(context_->evp != nullptr);
  WINDHOVER_CHECK_OP(EVP_DigestInit_ex(context_->evp.get(), EVP_sha256(), nullptr), ==, 1);
}

Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

void Digest::add(std::span<const std::byte> bytes) {
  std::array<unsigned char, 8> length{};
  std::uint64_t rest = bytes.size();
  for (auto& digit : length) {
    digit = static_cast<unsigned char>(rest & 0xFF);
    rest >>= 8;
  }
  WINDHOVER_CHECK_OP(EVP_DigestUpdate(context_->evp.get(), length.data(), length.size()), ==, 1);
  WINDHOVER_CHECK_OP(EVP_DigestUpdate(context_->evp.get(), bytes.data(), bytes.size()), ==, 1);
}

void Digest::add(std::string_view text) { add(std::as_bytes(std::span(text))); }

std::string Digest::finish() {
  std::array<unsigned char, 32> bytes{};
  WINDHOVER_CHECK_OP(EVP_DigestFinal_ex(context_->evp.get(), bytes.data(), nullptr), ==, 1);
  return hexadecimal(bytes);
}

std::string digest_of(std::string_view text) {
  Digest digest;
  digest.add(text);
  return digest.finish();
}

std::string sha256_of(std::string_view bytes) {
  std::array<unsigned char, 32> sum{};
  WINDHOVER_CHECK_OP(EVP_Digest(bytes.data(), bytes.size(), sum.data(), nullptr, EVP_sha256(), nullptr), ==,
                     1);
  return hexadecimal(sum);
}

}  // namespace windhover
