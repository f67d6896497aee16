#include <memory>
#include <system_error>

#include "apps/windhover/command.hpp"
#include "apps/windhover/model_file.hpp"
#include "apps/windhover/text.hpp"
#include <fmt/ranges.h>

#include "windhover/record/record.hpp"
#include "windhover/study/saved_state.hpp"

namespace windhover::app {
namespace {

struct Arguments {
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
  fmt::print("{}, {} parameters\n\n", checkpoint.architecture.text(), layout.parameter_count());
  std::vector<std::vector<std::string>> rows = {{"tensor", "shape", "elements"}};
  for (const auto& tensor : layout.tensors()) {
    rows.push_back(
        {tensor.name, fmt::format("{}", fmt::join(tensor.shape, " x ")), std::to_string(tensor.size())});
  }
  fmt::print("{}\n", table_text(rows));
  for (const auto& [key, value] : checkpoint.metadata) fmt::print("{}: {}\n", key, value);
}

Result<int> inspect_model(const Arguments& arguments) {
  const auto checkpoint = read_model(arguments.path);
  if (!checkpoint) return Failure(checkpoint.error());
  if (arguments.json) {
    fmt::print("{}\n", describe_model(*checkpoint).dump(2));
  } else {
    print_model(*checkpoint);
  }
  return exit_done;
}

/// What one run of a study has come to.
Json describe_run(const Folder& out, const record::RunId& id) {
  Json row = {{"cell", id.cell}, {"arm", id.arm}, {"seed", id.seed}, {"state", "missing"}};
  if (out.has(study::state_place(id))) row["state"] = "interrupted";
  if (!record::run_exists(out, id)) return row;
  const auto run = record::read_run(out, id, record::Rows::skip);
  if (!run) {
    row["state"] = "damaged";
    row["diagnosis"] = run.error().message;
    return row;
  }
  row["state"] = run->summary.failed ? "failed" : "finished";
  row["steps"] = run->summary.steps;
  row["models"] = run->summary.models;
  row["digest"] = run->summary.digest;
  row["training_seconds"] = run->summary.training_seconds;
  if (run->summary.failed) row["diagnosis"] = run->summary.diagnosis;
  return row;
}

void print_study(const record::Study& study, const Json& runs) {
  std::vector<std::vector<std::string>> rows = {{"run", "state", "models", "steps", "training", "digest"}};
  for (const Json& run : runs) {
    rows.push_back(
        {fmt::format("{}/{}/seed-{}", run["cell"].get<std::string>(), run["arm"].get<std::string>(),
                     run["seed"].dump()),
         run["state"].get<std::string>(), run.contains("models") ? run["models"].dump() : "",
         run.contains("steps") ? run["steps"].dump() : "",
         run.contains("training_seconds") ? duration_text(run["training_seconds"].get<double>()) : "",
         run.value("digest", "").substr(0, 12)});
  }
  fmt::print("study {}{}\n\n{}", study.name, study.quick ? " (quick)" : "", table_text(rows));
  for (const Json& run : runs) {
    if (run.contains("diagnosis")) fmt::print("{}\n", run["diagnosis"].get<std::string>());
  }
}

Result<int> inspect_study(const Arguments& arguments) {
  const Folder out(arguments.path);
  const auto study = record::read_study_header(out);
  if (!study) return Failure(study.error());
  Json runs = Json::array();
  for (const auto& id : record::run_ids(*study)) runs.push_back(describe_run(out, id));
  if (arguments.json) {
    fmt::print("{}\n",
               Json{{"study", study->name}, {"quick", study->quick}, {"runs", std::move(runs)}}.dump(2));
  } else {
    print_study(*study, runs);
  }
  return exit_done;
}

Result<int> run(const Arguments& arguments) {
  std::error_code ignored;
  return std::filesystem::is_directory(arguments.path, ignored) ? inspect_study(arguments)
                                                                : inspect_model(arguments);
}

}  // namespace

void add_inspect(CLI::App& app, Invocation& invocation) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& command =
      *app.add_subcommand("inspect", "show what a checkpoint holds, or how far the runs of a study are");
  command.add_option("path", arguments->path, "a checkpoint, or the output folder of a study")
      ->type_name("MODEL.safetensors|DIR")
      ->required();
  command.add_flag("--json", arguments->json, "print it as JSON");
  command.footer(
      "Examples:\n"
      "  windhover inspect out/paper/runs/gru+ln/a3c/seed-42/model.safetensors\n"
      "  windhover inspect out/paper --json");
  command.callback([arguments, &invocation] { invocation.action = [arguments] { return run(*arguments); }; });
}

}  // namespace windhover::app
