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
  RunProgress progress = RunProgress::training;
  double training_seconds = 0;
  std::vector<record::Provenance> provenance = {};
  std::uint64_t body_bytes = 0;  ///< what follows behind these is for a larger budget

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("format", self.format);
    visit("training", self.training);
    visit("progress", self.progress);
    visit("training_seconds", self.training_seconds);
    visit("provenance", self.provenance);
    visit("body_bytes", self.body_bytes);
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

std::vector<std::byte> to_bytes(const Trained& trained) {
  ByteWriter writer;
  writer.value(trained.steps);
  writer.values(std::span<const TrainingRow>(trained.rows));
  writer.value(static_cast<std::uint64_t>(trained.models.size()));
  for (const auto& model : trained.models) writer.values(std::span<const float>(model));
  return writer.take();
}

Result<Trained> trained_from(std::span<const std::byte> bytes) {
  Trained trained;
  ByteReader reader(bytes);
  WINDHOVER_RETURN_IF_ERROR(reader.value(trained.steps));
  WINDHOVER_RETURN_IF_ERROR(reader.vector(trained.rows));
  std::uint64_t models = 0;
  WINDHOVER_RETURN_IF_ERROR(reader.value(models));
  for (std::uint64_t model = 0; model < models; ++model) {
    trained.models.emplace_back();
    WINDHOVER_RETURN_IF_ERROR(reader.vector(trained.models.back()));
  }
  if (!reader.at_end()) return failure("the saved state is longer than it should be");
  return trained;
}

std::string state_content(const std::string& training, const SavedState& state) {
  const Header header{.training = training,
                      .progress = state.progress,
                      .training_seconds = state.training_seconds,
                      .provenance = state.provenance,
                      .body_bytes = state.body.size()};
  std::string content = described::to_json(header).dump() + "\n";
  content += as_text(state.body);
  content += as_text(state.for_larger_budget);
  return sha256_of(content) + "\n" + content;
}

Result<SavedState> parse_state(std::string_view content, const std::string& training) {
  const auto sound = sound_part(content);
  if (!sound) return failure("damaged, or of another version: the checksum does not match");
  const auto end_of_line = sound->find('\n');
  if (end_of_line == std::string_view::npos) return failure("the header is damaged");
  auto header = read_header(sound->substr(0, end_of_line));
  if (!header) return Failure(header.error());
  if (!training.empty() && header->training != training)
    return failure("it belongs to another configuration");
  const auto bytes = std::as_bytes(std::span(*sound)).subspan(end_of_line + 1);
  if (header->body_bytes > bytes.size()) return failure("it ends too early");
  const auto body = bytes.first(header->body_bytes);
  const auto rest = bytes.subspan(header->body_bytes);
  return SavedState{.progress = header->progress,
                    .training_seconds = header->training_seconds,
                    .provenance = std::move(header->provenance),
                    .body = {body.begin(), body.end()},
                    .for_larger_budget = {rest.begin(), rest.end()}};
}

Result<void> write_state(const Folder& out, const record::RunId& id, const std::string& training,
                         const SavedState& state, Flush flush) {
  return out.replace(state_place(id), state_content(training, state), flush);
}

Result<SavedState> read_state(const Folder& out, const record::RunId& id, const std::string& training) {
  const auto content = out.read(state_place(id));
  const auto path = out.path_of(state_place(id)).string();
  if (!content) return in_context(path, content.error());
  auto state = parse_state(*content, training);
  if (!state) return in_context(path, state.error());
  return state;
}

Result<std::optional<record::Provenance>> state_provenance(const Folder& out, const record::RunId& id) {
  const auto content = out.read(state_place(id));
  if (!content) return Failure(content.error());
  const auto sound = sound_part(*content);
  const auto header = sound ? read_header(sound->substr(0, sound->find('\n'))) : failure("damaged");
  if (!header || header->provenance.empty() || header->progress == RunProgress::trained) return std::nullopt;
  return header->provenance.back();
}

Result<void> check_state(const Folder& out, const record::RunId& id) {
  const auto content = out.read(state_place(id));
  if (!content) return Failure(content.error());
  if (!sound_part(*content)) return failure("damaged, or of another version: the checksum does not match");
  return {};
}

}  // namespace windhover::study
