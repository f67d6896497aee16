#include "windhover/study/saved_state.hpp"

#include <span>

#include <fmt/format.h>

#include "windhover/core/digest.hpp"
#include "windhover/core/files.hpp"
#include "windhover/core/json_text.hpp"

namespace windhover::study {
namespace {

constexpr const char* format_name = "windhover-state-1";

std::string hash_of(std::span<const std::byte> bytes) {
  Digest digest;
  digest.add(bytes);
  return digest.finish();
}

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

/// What is wrong with the header; empty if nothing is.
std::string header_fault(const Json& header, const std::string& configuration) {
  if (!header.is_object()) return "the header is damaged";
  for (const char* key : {"format", "configuration", "body"}) {
    if (!header.contains(key) || !header[key].is_string()) return fmt::format("the header has no '{}'", key);
  }
  if (header["format"] != format_name) return "it is not a state of this version";
  if (header["configuration"] != configuration) return "it belongs to another configuration";
  if (!header.contains("training_seconds") || !header["training_seconds"].is_number())
    return "the header has no time";
  return {};
}

}  // namespace

std::filesystem::path state_path(const std::filesystem::path& out, const record::RunId& id) {
  return out / ".partial" / id.cell / id.arm / fmt::format("seed-{}.state", id.seed);
}

Result<void> write_state(const std::filesystem::path& path, const std::string& configuration,
                         const SavedState& state) {
  const Json header = {{"format", format_name},
                       {"configuration", configuration},
                       {"body", hash_of(state.body)},
                       {"training_seconds", state.training_seconds}};
  std::string content = header.dump() + "\n";
  content.append(reinterpret_cast<const char*>(state.body.data()), state.body.size());
  return replace_file(path, content);
}

Result<SavedState> read_state(const std::filesystem::path& path, const std::string& configuration) {
  const auto content = read_file(path);
  if (!content) return Failure(content.error());
  const auto end_of_line = content->find('\n');
  if (end_of_line == std::string::npos)
    return failure(fmt::format("{}: the header is damaged", path.string()));
  const Json header = parse_json(std::string_view(*content).substr(0, end_of_line)).value_or(Json());
  if (const auto fault = header_fault(header, configuration); !fault.empty()) {
    return failure(fmt::format("{}: {}", path.string(), fault));
  }
  const auto body = bytes_of(*content).subspan(end_of_line + 1);
  if (header["body"] != hash_of(body))
    return failure(fmt::format("{}: the checksum does not match", path.string()));
  return SavedState{.training_seconds = header["training_seconds"].get<double>(),
                    .body = std::vector<std::byte>(body.begin(), body.end())};
}

}  // namespace windhover::study
