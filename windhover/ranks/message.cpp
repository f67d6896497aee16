#include "windhover/ranks/message.hpp"

#include <cstring>
#include <optional>

#include <fmt/format.h>

namespace windhover::ranks {
namespace {

constexpr std::string_view mark = "windhover-ranks-1\n";

void put(std::string& bytes, std::uint64_t number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

/// Takes the next so many bytes, if there are as many.
std::optional<std::string_view> take(std::string_view& rest, std::uint64_t count) {
  if (count > rest.size()) return std::nullopt;
  const auto taken = rest.substr(0, count);
  rest.remove_prefix(count);
  return taken;
}

std::optional<std::uint64_t> take_number(std::string_view& rest) {
  std::uint64_t number = 0;
  const auto bytes = take(rest, sizeof number);
  if (!bytes) return std::nullopt;
  std::memcpy(&number, bytes->data(), sizeof number);
  return number;
}

}  // namespace

std::string Program::text() const {
  return fmt::format("windhover {}, program {}, on {}", record::build_text(build), sha256.substr(0, 12),
                     host);
}

bool Program::same_as(const Program& other) const {
  return record::is_same_program(build, other.build) && sha256 == other.sha256;
}

/// mark, kind (one byte), number of parts, size of each part; then the parts, of which the first is the JSON.
std::string detail::encode(Kind kind, const Json& json, const std::vector<std::string_view>& files) {
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::uint64_t size = mark.size() + 1 + (files.size() + 2) * sizeof(std::uint64_t) + text.size();
  for (const auto& file : files) size += file.size();
  std::string bytes;
  bytes.reserve(size);
  bytes += mark;
  bytes += static_cast<char>(kind);
  put(bytes, files.size() + 1);
  put(bytes, text.size());
  for (const auto& file : files) put(bytes, file.size());
  bytes += text;
  for (const auto& file : files) bytes += file;
  return bytes;
}

Result<Message> decode(std::string_view bytes) {
  const auto damaged = [](const char* what) { return failure(fmt::format("no message of ours: {}", what)); };
  if (!bytes.starts_with(mark)) return damaged("it begins otherwise");
  bytes.remove_prefix(mark.size());
  const auto kind = take(bytes, 1);
  if (!kind || kind->front() < 1 || kind->front() > static_cast<char>(last_kind))
    return damaged("its kind is unknown");
  const auto count = take_number(bytes);
  if (!count || *count < 1 || *count > most_files + 1) return damaged("the number of its parts is damaged");
  if (bytes.size() < *count * sizeof(std::uint64_t)) return damaged("it ends too early");
  std::vector<std::uint64_t> sizes(*count);
  for (auto& size : sizes) size = *take_number(bytes);
  std::vector<std::string_view> parts;
  for (const auto size : sizes) {
    const auto part = take(bytes, size);
    if (!part) return damaged("it ends too early");
    parts.push_back(*part);
  }
  if (!bytes.empty()) return damaged("something follows it");
  return Message{.kind = static_cast<Kind>(kind->front()),
                 .json = parts.front(),
                 .files = std::vector<std::string_view>(parts.begin() + 1, parts.end())};
}

}  // namespace windhover::ranks
