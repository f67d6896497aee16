#include "windhover/study/saved_state.hpp"

#include <span>

#include <fmt/format.h>

#include "windhover/core/bytes.hpp"
#include "windhover/core/digest.hpp"
#include "windhover/core/json_text.hpp"
#include "windhover/record/layout.hpp"

namespace windhover::study {
namespace {

constexpr const char* format_name = "windhover-state-2";

/// What is wrong with the header; empty if nothing is.
std::string header_fault(const Json& header, const std::string& configuration) {
  if (!header.is_object()) return "the header is damaged";
  for (const char* key : {"format", "configuration"}) {
    if (!header.contains(key) || !header[key].is_string()) return fmt::format("the header has no '{}'", key);
  }
  if (header["format"] != format_name) return "it is not a state of this version";
  if (header["configuration"] != configuration) return "it belongs to another configuration";
  if (!header.contains("training_seconds") || !header["training_seconds"].is_number())
    return "the header has no time";
  return {};
}

/// All after the first line, once it has the sum that this line claims.
Result<std::string> read_sound(const Folder& out, const record::RunId& id) {
  auto content = out.read(state_place(id));
  if (!content) return content;
  if (content->size() <= sha256_digits || (*content)[sha256_digits] != '\n' ||
      sha256_of(std::string_view(*content).substr(sha256_digits + 1)) != content->substr(0, sha256_digits)) {
    return failure("damaged, or of another version: the checksum does not match");
  }
  return content->erase(0, sha256_digits + 1);
}

}  // namespace

std::filesystem::path state_place(const record::RunId& id) {
  return std::filesystem::path(record::states_folder) / id.cell / id.arm /
         fmt::format("seed-{}.state", id.seed);
}

std::optional<record::RunId> run_of_state(const std::filesystem::path& place) {
  const auto inner = place.lexically_relative(record::states_folder);
  auto id = record::run_of_folder(std::filesystem::path(inner).replace_extension());
  return id && state_place(*id) == place ? id : std::nullopt;
}

Result<std::vector<std::string>> files_among_states(const Folder& out) {
  auto names = files_below(out.below(record::states_folder));
  if (names) {
    for (auto& name : *names) name = fmt::format("{}/{}", record::states_folder, name);
  }
  return names;
}

Result<void> write_state(const Folder& out, const record::RunId& id, const std::string& configuration,
                         const SavedState& state, Flush flush) {
  const Json header = {{"format", format_name},
                       {"configuration", configuration},
                       {"training_seconds", state.training_seconds}};
  std::string content = header.dump() + "\n";
  content += as_text(state.body);
  return out.replace(state_place(id), sha256_of(content) + "\n" + content, flush);
}

Result<SavedState> read_state(const Folder& out, const record::RunId& id, const std::string& configuration) {
  const auto path = out.path_of(state_place(id));
  const auto content = read_sound(out, id);
  if (!content) return in_context(path.string(), content.error());
  const auto end_of_line = content->find('\n');
  if (end_of_line == std::string::npos)
    return failure(fmt::format("{}: the header is damaged", path.string()));
  const Json header = parse_json(std::string_view(*content).substr(0, end_of_line)).value_or(Json());
  if (const auto fault = header_fault(header, configuration); !fault.empty()) {
    return failure(fmt::format("{}: {}", path.string(), fault));
  }
  const auto body = std::as_bytes(std::span(*content)).subspan(end_of_line + 1);
  return SavedState{.training_seconds = header["training_seconds"].get<double>(),
                    .body = std::vector<std::byte>(body.begin(), body.end())};
}

Result<void> check_state(const Folder& out, const record::RunId& id) {
  return read_sound(out, id).transform([](const std::string&) {});
}

}  // namespace windhover::study
