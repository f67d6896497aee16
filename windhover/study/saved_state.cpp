#include "windhover/study/saved_state.hpp"

#include <span>

#include <fmt/format.h>

#include "windhover/core/bytes.hpp"
#include "windhover/core/digest.hpp"
#include "windhover/core/json_text.hpp"
#include "windhover/record/layout.hpp"

namespace windhover::study {
namespace {

constexpr const char* format_name = "windhover-state-3";

/// The first line of what the sum is over.
struct Header {
  std::string format = format_name;
  std::string training = {};  ///< identity
  double training_seconds = 0;
  std::vector<record::Provenance> provenance = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("format", self.format);
    visit("training", self.training);
    visit("training_seconds", self.training_seconds);
    visit("provenance", self.provenance);
  }
};

/// Error: none, or of another version.
Result<Header> read_header(std::string_view line) {
  const Json json = parse_json(line).value_or(Json());
  if (!json.is_object()) return failure("the header is damaged");
  if (json.value("format", Json()) != format_name) return failure("it is not a state of this version");
  auto header = described::from_json<Header>(json);
  if (!header) return in_context("the header", header.error());
  return header;
}

/// All after the first line, if it has the sum that this line claims.
std::optional<std::string_view> sound_part(std::string_view content) {
  if (content.size() <= sha256_digits || content[sha256_digits] != '\n') return std::nullopt;
  const auto rest = content.substr(sha256_digits + 1);
  return sha256_of(rest) == content.substr(0, sha256_digits) ? std::optional(rest) : std::nullopt;
}

Result<std::string> read_sound(const Folder& out, const record::RunId& id) {
  auto content = out.read(state_place(id));
  if (!content) return content;
  if (!sound_part(*content)) return failure("damaged, or of another version: the checksum does not match");
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

Result<void> write_state(const Folder& out, const record::RunId& id, const std::string& training,
                         const SavedState& state, Flush flush) {
  const Header header{
      .training = training, .training_seconds = state.training_seconds, .provenance = state.provenance};
  std::string content = described::to_json(header).dump() + "\n";
  content += as_text(state.body);
  return out.replace(state_place(id), sha256_of(content) + "\n" + content, flush);
}

Result<SavedState> read_state(const Folder& out, const record::RunId& id, const std::string& training) {
  const auto path = out.path_of(state_place(id)).string();
  const auto content = read_sound(out, id);
  if (!content) return in_context(path, content.error());
  const auto end_of_line = content->find('\n');
  if (end_of_line == std::string::npos) return failure(path + ": the header is damaged");
  auto header = read_header(std::string_view(*content).substr(0, end_of_line));
  if (!header) return in_context(path, header.error());
  if (header->training != training) return failure(path + ": it belongs to another configuration");
  const auto body = std::as_bytes(std::span(*content)).subspan(end_of_line + 1);
  return SavedState{.training_seconds = header->training_seconds,
                    .provenance = std::move(header->provenance),
                    .body = std::vector<std::byte>(body.begin(), body.end())};
}

Result<std::optional<record::Provenance>> state_provenance(const Folder& out, const record::RunId& id) {
  const auto content = out.read(state_place(id));
  if (!content) return Failure(content.error());
  const auto sound = sound_part(*content);
  const auto header = sound ? read_header(sound->substr(0, sound->find('\n'))) : failure("damaged");
  if (!header || header->provenance.empty()) return std::nullopt;
  return header->provenance.back();
}

Result<void> check_state(const Folder& out, const record::RunId& id) {
  return read_sound(out, id).transform([](const std::string&) {});
}

}  // namespace windhover::study
