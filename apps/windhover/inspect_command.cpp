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
#include "windhover/record/record.hpp"
#include "windhover/study/folder_lock.hpp"
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

/// A study as it lies in its folder now.
struct Inspection {
  record::Study study;
  std::string holder;  ///< who works in the folder; empty if nobody does
  Json runs = Json::array();
  record::StudyDigest digest;
};

/// What is wrong with the files of a run's folder; nothing if they are what its sums say.
std::optional<std::string> fault_of(const Folder& run) {
  const auto sums = record::read_checksums(run);
  if (!sums) return sums.error().message;
  if (!*sums) return fmt::format("{}: missing", record::checksums_name);
  const auto faults = record::check_files(run, **sums);
  if (!faults) return faults.error().message;
  const auto own = std::ranges::find(*faults, false, &record::Fault::foreign);
  return own == faults->end() ? std::nullopt : std::optional(fmt::format("{}: {}", own->file, own->what));
}

/// What one run has come to, and in `sound` what its done.json says, if it can be read.
Json describe_run(const Folder& out, const record::RunId& id, bool is_held,
                  std::map<record::RunId, record::RunSummary>& sound) {
  Json row = {{"cell", id.cell}, {"arm", id.arm}, {"seed", id.seed}, {"state", "missing"}};
  if (out.has(study::state_place(id))) row["state"] = is_held ? "running" : "interrupted";
  if (!record::run_exists(out, id)) return row;
  const auto run = record::read_run(out, id, record::Rows::skip);
  if (!run) {
    row["state"] = "damaged";
    row["diagnosis"] = run.error().message;
    return row;
  }
  if (const auto fault = fault_of(out.below(id.place()))) {
    row["state"] = "damaged";
    row["diagnosis"] = fmt::format("{}/{}", id.place(), *fault);
    return row;
  }
  row["state"] = run->summary.status();
  row["steps"] = run->summary.steps;
  row["models"] = run->summary.models;
  row["digest"] = run->summary.digest;
  row["training_seconds"] = run->summary.training_seconds;
  if (run->summary.failed) row["diagnosis"] = run->summary.diagnosis;
  sound.emplace(id, run->summary);
  return row;
}

/// Two runs of which one is a copy of the other are both not to be trusted.
void mark_copies(Inspection& inspection, const std::map<record::RunId, record::RunSummary>& sound) {
  std::map<std::string, std::string> copies;
  for (const auto& fault : record::copied_runs(sound)) copies.emplace(fault.file, fault.what);
  if (copies.empty()) return;
  inspection.digest = {.value = {},
                       .note = fmt::format("{}: {}", copies.begin()->first, copies.begin()->second)};
  for (Json& run : inspection.runs) {
    const record::RunId id{.cell = run["cell"].get<std::string>(),
                           .arm = run["arm"].get<std::string>(),
                           .seed = run["seed"].get<std::uint64_t>()};
    const auto copy = copies.find(id.place());
    if (copy == copies.end()) continue;
    run["state"] = "damaged";
    run["diagnosis"] = fmt::format("{}: {}", copy->first, copy->second);
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
    inspection.runs.push_back(describe_run(out, id, !inspection.holder.empty(), sound));
  }
  inspection.digest = record::study_digest(inspection.study, sound);
  mark_copies(inspection, sound);
  return inspection;
}

void print_study(const Inspection& inspection) {
  std::vector<std::vector<std::string>> rows = {{"run", "state", "models", "steps", "training", "digest"}};
  for (const Json& run : inspection.runs) {
    rows.push_back(
        {fmt::format("{}/{}/seed-{}", run["cell"].get<std::string>(), run["arm"].get<std::string>(),
                     run["seed"].dump()),
         run["state"].get<std::string>(), run.contains("models") ? run["models"].dump() : "",
         run.contains("steps") ? run["steps"].dump() : "",
         run.contains("training_seconds") ? duration_text(run["training_seconds"].get<double>()) : "",
         run.value("digest", "").substr(0, 12)});
  }
  console::print("study {}{}\n\n", inspection.study.name, inspection.study.quick ? " (quick)" : "");
  console::print_lines(table_text(rows));
  for (const Json& run : inspection.runs) {
    if (run.contains("diagnosis")) console::print("{}\n", run["diagnosis"].get<std::string>());
  }
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
          {"runs", inspection.runs}};
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
