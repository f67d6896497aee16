#include "fuzz/targets.hpp"

#include <algorithm>
#include <array>

#include "fuzz/read_record.hpp"
#include "fuzz/read_state.hpp"

#include "windhover/core/bytes.hpp"
#include "windhover/core/contract.hpp"
#include "windhover/core/finite.hpp"
#include "windhover/core/json_text.hpp"
#include "windhover/golden/cart_pole_trace.hpp"
#include "windhover/golden/offload_trace.hpp"
#include "windhover/golden/updates.hpp"
#include "windhover/nn/checkpoint.hpp"
#include "windhover/record/row_files.hpp"
#include "windhover/rl/observation_text.hpp"
#include "windhover/study/evaluation_plan.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::fuzz {
namespace {

void read_study_file(std::span<const std::byte> bytes) {
  const auto document = study::Document::parse(as_text(bytes), "study.toml");
  if (!document) return;
  for (const bool quick : {false, true}) {
    const auto plan = study::make_plan(*document, quick);
    if (plan) static_cast<void>(study::runs_of(*plan));
  }
}

/// By what the metadata says of the model's run, as `windhover eval` goes.
void plan_evaluation_of(const nn::Metadata& metadata) {
  const auto own = study::origin_of(metadata, "model.safetensors");
  const auto nothing = study::Document::parse("", "the command line");
  if (!own || !nothing) return;
  const study::EvaluationRequest request{.keys = *nothing};
  const auto plan = study::plan_evaluation(request, *own);
  if (plan) static_cast<void>(study::sources_of(*plan, request, *own));
}

/// What was read once can be written and read again.
void read_checkpoint(std::span<const std::byte> bytes) {
  const auto checkpoint = nn::read_safetensors(bytes);
  if (!checkpoint) return;
  plan_evaluation_of(checkpoint->metadata);
  const auto again =
      nn::write_safetensors(checkpoint->architecture, checkpoint->parameters, checkpoint->metadata);
  WINDHOVER_CHECK(nn::read_safetensors(std::as_bytes(std::span(again))).has_value());
}

void read_rows(std::span<const std::byte> bytes) {
  const auto text = as_text(bytes);
  if (const auto rows = record::parse_training_csv(text, "training.csv")) {
    WINDHOVER_CHECK(record::parse_training_csv(record::training_csv(*rows), "again").has_value());
  }
  if (const auto file = record::parse_evaluation_csv(text, "evaluation.csv")) {
    const auto again = record::evaluation_csv(file->rows, file->action_names);
    WINDHOVER_CHECK(again && record::parse_evaluation_csv(*again, "again").has_value());
  }
}

/// Line by line, as `windhover act` reads its standard input.
void read_observations(std::span<const std::byte> bytes) {
  constexpr int count = 3;
  rl::ObservationReader reader(count);
  auto text = as_text(bytes);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto kind = reader.read(text.substr(0, end));
    if (!kind) return;
    if (*kind == rl::ObservationReader::Line::observation) {
      WINDHOVER_CHECK_OP(reader.observation().size(), ==, std::size_t{count});
      WINDHOVER_CHECK(!first_not_finite(reader.observation()));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void read_golden(std::span<const std::byte> bytes) {
  const auto file = parse_json(as_text(bytes));
  if (!file) return;
  static_cast<void>(golden::check_update(*file));
  static_cast<void>(golden::check_async(*file));
  static_cast<void>(golden::replay_trace(*file));
  static_cast<void>(golden::check_channel(*file));
  static_cast<void>(golden::replay_cart_pole(*file));
}

constexpr std::array all_targets = {
    Target{"study_file", read_study_file},
    Target{"checkpoint", read_checkpoint},
    Target{"rows", read_rows},
    Target{"observations", read_observations},
    Target{"golden", read_golden},
    Target{"record", read_record},
    Target{"results", read_results},
    Target{"state", read_state},
};

}  // namespace

std::span<const Target> targets() { return all_targets; }

const Target& target(std::string_view name) {
  const auto found = std::ranges::find(all_targets, name, &Target::name);
  WINDHOVER_CHECK(found != all_targets.end());
  return *found;
}

}  // namespace windhover::fuzz
