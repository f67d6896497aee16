#include <algorithm>
#include <map>
#include <memory>
#include <system_error>

#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/model_file.hpp"
#include "apps/windhover/progress_display.hpp"
#include "apps/windhover/text.hpp"
#include <fmt/ranges.h>

#include "windhover/core/files.hpp"
#include "windhover/record/agreement.hpp"
#include "windhover/record/checksums.hpp"
#include "windhover/record/history.hpp"
#include "windhover/record/record.hpp"
#include "windhover/study/folder_lock.hpp"
#include "windhover/study/prune.hpp"
#include "windhover/study/saved_state.hpp"

namespace windhover::app {
namespace {

struct InspectArguments {
  std::filesystem::path path;
  bool json = false;
};

Json describe_model(const nn::Checkpoint& checkpoint) {
  const nn::Layout layout(checkpoint.architecture);
  Json tensors = Json::array();
  for (const auto& tensor : layout.tensors())
    tensors.push_back({{"name", tensor.name}, {"shape", tensor.shape}});
  return {{"architecture", checkpoint.architecture.text()},
          {"parameters", layout.parameter_count()},
          {"tensors", std::move(tensors)},
          {"metadata", checkpoint.metadata}};
}

void print_model(const nn::Checkpoint& checkpoint) {
  const nn::Layout layout(checkpoint.architecture);
  console::print("{}, {} parameters\n\n", checkpoint.architecture.text(), layout.parameter_count());
  std::vector<std::vector<std::string>> rows = {{"tensor", "shape", "elements"}};
  for (const auto& tensor : layout.tensors()) {
    rows.push_back(
        {tensor.name, fmt::format("{}", fmt::join(tensor.shape, " x ")), std::to_string(tensor.size())});
  }
  console::print_lines(table_text(rows) + "\n");
  for (const auto& [key, value] : checkpoint.metadata) console::print("{}: {}\n", key, value);
}

Result<int> inspect_model(const InspectArguments& arguments) {
  const auto checkpoint = read_model(arguments.path);
  if (!checkpoint) return Failure(checkpoint.error());
  if (arguments.json) {
    console::print_json(describe_model(*checkpoint));
  } else {
    print_model(*checkpoint);
  }
  return exit_done;
}

/// What one run has come to.
struct InspectedRun {
  record::RunId id;
  std::string state = "missing";
  std::optional<std::uint64_t> steps = {};
  std::optional<int> models = {};
  std::optional<std::string> digest = {};
  std::optional<double> training_seconds = {};
  std::optional<std::string> diagnosis = {};

  void damage(std::string what) {
    state = "damaged";
    diagnosis = std::move(what);
  }

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit.inlined(self.id);
    visit("state", self.state);
    visit.maybe("steps", self.steps);
    visit.maybe("models", self.models);
    visit.maybe("digest", self.digest);
    visit.maybe("training_seconds", self.training_seconds);
    visit.maybe("diagnosis", self.diagnosis);
  }
};

/// A study as it lies in its folder now.
struct Inspection {
  record::Study study;
  std::string holder;  ///< who works in the folder; empty if nobody does
  std::vector<InspectedRun> runs = {};
  std::vector<study::LeftRun> left = {};  ///< what the plan does not ask for
  record::History history = {};
  record::StudyDigest digest;
};

/// What one run has come to, and in `sound` what its done.json says, if it can be read.
InspectedRun inspect_run(const Folder& out, const record::RunId& id, bool is_held,
                         std::map<record::RunId, record::RunSummary>& sound) {
  InspectedRun row{.id = id};
  if (out.has(study::state_place(id))) row.state = is_held ? "running" : "interrupted";
  if (!record::run_exists(out, id)) return row;
  const auto run = record::read_run(out, id, record::Rows::skip);
  if (!run) {
    row.damage(run.error().message);
    return row;
  }
  if (const auto fault = record::run_fault(out, id.place()); !fault || *fault) {
    row.damage(fault ? fmt::format("{}: {}", (*fault)->file, (*fault)->what) : fault.error().message);
    return row;
  }
  const auto& summary = run->summary;
  row.state = described::name_of(summary.status);
  row.steps = summary.steps;
  row.models = summary.models;
  row.digest = summary.digest;
  row.training_seconds = summary.training_seconds;
  if (summary.failed()) row.diagnosis = summary.diagnosis;
  sound.emplace(id, summary);
  return row;
}

/// Two runs of which one is a copy of the other are both not to be trusted.
void mark_copies(Inspection& inspection, const std::map<record::RunId, record::RunSummary>& sound) {
  std::map<std::string, std::string> copies;
  for (const auto& fault : record::copied_runs(sound)) copies.emplace(fault.file, fault.what);
  if (copies.empty()) return;
  inspection.digest = {.value = {},
                       .note = fmt::format("{}: {}", copies.begin()->first, copies.begin()->second)};
  for (auto& run : inspection.runs) {
    if (const auto copy = copies.find(run.id.place()); copy != copies.end())
      run.damage(fmt::format("{}: {}", copy->first, copy->second));
  }
}

Result<Inspection> inspect(const Folder& out) {
  auto study = record::read_study_header(out);
  if (!study) return Failure(study.error());
  Inspection inspection{.study = *std::move(study), .holder = study::FolderLock::holder(out), .digest = {}};
  std::map<record::RunId, record::RunSummary> sound;
  const auto display = make_progress_display();
  const auto ids = record::run_ids(inspection.study);
  for (const auto& id : ids) {
    display->activity({.what = "reading runs", .done = inspection.runs.size(), .all = ids.size()});
    inspection.runs.push_back(inspect_run(out, id, !inspection.holder.empty(), sound));
  }
  auto left = study::left_runs(out);
  if (!left) return Failure(left.error());
  inspection.left = *std::move(left);
  if (out.has("history.json")) {
    auto history = record::read_described<record::History>(out, "history.json");
    if (!history) return Failure(history.error());
    inspection.history = *std::move(history);
  }
  inspection.digest = record::study_digest(inspection.study, sound);
  mark_copies(inspection, sound);
  return inspection;
}

void print_study(const Inspection& inspection) {
  std::vector<std::vector<std::string>> rows = {{"run", "state", "models", "steps", "training", "digest"}};
  for (const auto& run : inspection.runs) {
    rows.push_back({run.id.folder().generic_string(), run.state,
                    run.models ? std::to_string(*run.models) : "",
                    run.steps ? std::to_string(*run.steps) : "",
                    run.training_seconds ? duration_text(*run.training_seconds) : "",
                    run.digest.value_or("").substr(0, 12)});
  }
  console::print("study {}{}\n\n", inspection.study.name, inspection.study.quick ? " (quick)" : "");
  console::print_lines(table_text(rows));
  for (const auto& run : inspection.runs) {
    if (run.diagnosis) console::print("{}\n", *run.diagnosis);
  }
  if (!inspection.left.empty()) {
    console::print("no longer asked for ('windhover prune' removes them):\n");
    for (const auto& run : inspection.left)
      console::print("  {}  {}, {:.1f} MB\n", run.place, run.id.folder().generic_string(), run.bytes / 1e6);
  }
  for (const auto& plan : inspection.history.plans)
    console::print("another plan until {}: {} (history.json)\n", plan.until, plan.study.substr(0, 12));
  if (!inspection.holder.empty()) console::print("in use by {}\n", inspection.holder);
  console::print("{}\n", inspection.digest.value.empty() ? "no digest: " + inspection.digest.note
                                                         : "digest " + inspection.digest.value);
}

Json json_of(const Inspection& inspection) {
  const auto text_or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  return {{"study", inspection.study.name},
          {"quick", inspection.study.quick},
          {"held_by", text_or_null(inspection.holder)},
          {"digest", text_or_null(inspection.digest.value)},
          {"digest_note", inspection.digest.note},
          {"runs", described::to_json(inspection.runs)},
          {"no_longer_asked_for", described::to_json(inspection.left)},
          {"earlier_plans", described::to_json(inspection.history.plans)}};
}

Result<int> inspect_study(const InspectArguments& arguments) {
  const auto inspection = inspect(arguments.path);
  if (!inspection) return Failure(inspection.error());
  if (arguments.json) {
    console::print_json(json_of(*inspection));
  } else {
    print_study(*inspection);
  }
  return exit_done;
}

Result<int> run(const InspectArguments& arguments) {
  std::error_code ignored;
  return std::filesystem::is_directory(arguments.path, ignored) ? inspect_study(arguments)
                                                                : inspect_model(arguments);
}

}  // namespace

void add_inspect(const Command& app, Invocation& invocation) {
  const auto arguments = std::make_shared<InspectArguments>();
  const Command command =
      app.add_subcommand("inspect", "show what a checkpoint holds, or how far the runs of a study are");
  command.add_option("path", arguments->path, "a checkpoint, or the output folder of a study")
      .type_name("MODEL.safetensors|DIR")
      .required();
  command.add_flag("--json", arguments->json, "print it as JSON");
  command.footer(
      "Examples:\n"
      "  windhover inspect out/paper/runs/gru+ln/a3c/seed-42/model.safetensors\n"
      "  windhover inspect out/paper --json\n"
      "A run of a study is finished, failed, damaged, missing, running (a process works in the folder, and "
      "it has "
      "a state) or\n"
      "interrupted (it has a state, and nobody works there). The study's digest stands for all of its runs "
      "or is "
      "not there.");
  command.when_given(
      [arguments, &invocation] { invocation.action = [arguments] { return run(*arguments); }; });
}

}  // namespace windhover::app
