#include <cstdio>
#include <system_error>

#include "windhover/core/bytes.hpp"
#include "windhover/core/files.hpp"
#include "windhover/record/checksums.hpp"
#include "windhover/record/names.hpp"
#include "windhover/record/object_reader.hpp"
#include "windhover/record/record.hpp"
#include "windhover/record/row_files.hpp"

namespace windhover::record {
namespace {

namespace fs = std::filesystem;

/// The row counts stand in done.json, so that a file cut at the end of a line is noticed.
struct RowCounts {
  std::size_t training = 0;
  std::size_t evaluation = 0;
};

Json done_json(const Run& run) {
  const RunSummary& summary = run.summary;
  return {{"status", summary.status()},
          {"diagnosis", summary.diagnosis},
          {"models", summary.models},
          {"parameters", summary.parameters},
          {"steps", summary.steps},
          {"digest", summary.digest},
          {"training_rows", run.training.size()},
          {"evaluation_rows", run.evaluation.size()},
          {"training_seconds", summary.training_seconds},
          {"evaluation_seconds", summary.evaluation_seconds}};
}

Result<RowCounts> read_done(const fs::path& path, RunSummary& summary) {
  const auto json = read_json(path);
  if (!json) return Failure(json.error());
  ObjectReader reader(*json, path.string());
  RowCounts counts;
  std::string status;
  reader.read("status", status);
  reader.read("diagnosis", summary.diagnosis);
  reader.read("models", summary.models);
  reader.read("parameters", summary.parameters);
  reader.read("steps", summary.steps);
  reader.read("digest", summary.digest);
  reader.read("training_rows", counts.training);
  reader.read("evaluation_rows", counts.evaluation);
  reader.read("training_seconds", summary.training_seconds);
  reader.read("evaluation_seconds", summary.evaluation_seconds);
  if (status != "finished" && status != "failed")
    reader.refuse("status", "must be \"finished\" or \"failed\"");
  WINDHOVER_RETURN_IF_ERROR(reader.status());
  summary.failed = status == "failed";
  return counts;
}

Failure wrong_count(const fs::path& path, std::size_t found, std::size_t expected) {
  return failure(fmt::format("{}: has {} rows, but done.json says {}", path.string(), found, expected));
}

Result<void> read_rows(const fs::path& folder, const RowCounts& counts, Run& run) {
  const auto training_path = folder / "training.csv";
  const auto training_text = read_checked(folder, "training.csv");
  if (!training_text) return Failure(training_text.error());
  auto training = parse_training_csv(*training_text, training_path.string());
  if (!training) return Failure(training.error());
  if (training->size() != counts.training)
    return wrong_count(training_path, training->size(), counts.training);
  run.training = *std::move(training);

  const auto evaluation_path = folder / "evaluation.csv";
  const auto evaluation_text = read_checked(folder, "evaluation.csv");
  if (!evaluation_text) return Failure(evaluation_text.error());
  auto evaluation = parse_evaluation_csv(*evaluation_text, evaluation_path.string());
  if (!evaluation) return Failure(evaluation.error());
  if (evaluation->rows.size() != counts.evaluation) {
    return wrong_count(evaluation_path, evaluation->rows.size(), counts.evaluation);
  }
  run.evaluation = std::move(evaluation->rows);
  run.action_names = std::move(evaluation->action_names);
  return {};
}

/// A folder that was copied or renamed would count a run as another one.
Result<void> check_whose(const Json& config, const RunId& id, const fs::path& out) {
  const auto path = (out / id.place() / "config.json").string();
  ObjectReader reader(config, path);
  RunId named;
  reader.read("cell", named.cell);
  reader.read("arm", named.arm);
  reader.read("seed", named.seed);
  WINDHOVER_RETURN_IF_ERROR(reader.status());
  if (named == id) return {};
  return failure(fmt::format(
      "{}: is of run {}: the folder '{}' is a copy of '{}', or was renamed; remove it, and 'windhover study' "
      "does run {} again",
      path, named.folder().string(), (out / id.place()).string(), (out / named.place()).string(),
      id.folder().string()));
}

Result<void> check_names(const Run& run, const std::vector<ModelFile>& models) {
  for (const auto& name : {run.id.cell, run.id.arm}) {
    if (!is_folder_name(name)) return failure(fmt::format("'{}' can not be the name of a folder", name));
  }
  for (const auto& model : models) {
    if (!is_folder_name(model.name))
      return failure(fmt::format("'{}' can not be the name of a file", model.name));
  }
  return {};
}

Result<void> write_files(const fs::path& folder, const Run& run, const std::vector<ModelFile>& models,
                         const std::string& evaluation) {
  std::vector<NamedFile> files = {{"config.json", json_text(run.config)},
                                  {"training.csv", training_csv(run.training)},
                                  {"evaluation.csv", evaluation}};
  for (const auto& model : models) {
    files.push_back({model.name, std::string(as_text(model.content))});
  }
  files.push_back({"done.json", json_text(done_json(run))});
  return replace_files(folder, files);
}

/// New folders are flushed from the arm's up to the study's, so that the run's entry can be found after a
/// crash.
Result<void> flush_up_to(const fs::path& out, fs::path folder) {
  for (; folder != out; folder = folder.parent_path()) WINDHOVER_RETURN_IF_ERROR(flush_folder(folder));
  return flush_folder(out);
}

std::string unfinished_name(const std::string& run_folder) { return "." + run_folder + ".tmp"; }

}  // namespace

bool is_unfinished_run(std::string_view folder_name) {
  return folder_name.starts_with(".seed-") && folder_name.ends_with(".tmp");
}

fs::path RunId::folder() const { return fs::path(cell) / arm / fmt::format("seed-{}", seed); }

std::string RunId::place() const { return (fs::path("runs") / folder()).generic_string(); }

bool run_exists(const fs::path& out, const RunId& id) {
  std::error_code ignored;
  return fs::is_regular_file(out / "runs" / id.folder() / "done.json", ignored);
}

Result<void> write_run(const fs::path& out, const Run& run, const std::vector<ModelFile>& models,
                       const std::vector<std::string>& action_names) {
  WINDHOVER_RETURN_IF_ERROR(check_names(run, models));
  const auto evaluation = evaluation_csv(run.evaluation, action_names);
  if (!evaluation) return in_context(run.id.folder().string(), evaluation.error());

  const auto folder = out / "runs" / run.id.folder();
  const auto beside = folder.parent_path() / unfinished_name(folder.filename().string());
  std::error_code error;
  if (fs::exists(folder, error)) {
    return failure(
        fmt::format("the folder '{}' is there already, and runs are never replaced", folder.string()));
  }
  fs::remove_all(beside, error);  // what a crash left behind
  if (!error) fs::create_directories(beside, error);
  if (error) return failure(fmt::format("cannot make folder '{}': {}", beside.string(), error.message()));

  auto written = write_files(beside, run, models, *evaluation);
  if (written) {
    fs::rename(beside, folder, error);
    if (error)
      written = failure(fmt::format("cannot rename into place '{}': {}", folder.string(), error.message()));
  }
  if (!written) {
    fs::remove_all(beside, error);
    return written;
  }
  return flush_up_to(out, folder.parent_path());
}

Result<Run> read_run(const fs::path& out, const RunId& id, Rows rows) {
  const auto folder = out / "runs" / id.folder();
  Run run;
  run.id = id;
  const auto counts = read_done(folder / "done.json", run.summary);
  if (!counts) return Failure(counts.error());
  auto config = read_json(folder / "config.json");
  if (!config) return Failure(config.error());
  WINDHOVER_RETURN_IF_ERROR(check_whose(*config, id, out));
  run.config = *std::move(config);
  if (rows == Rows::read) WINDHOVER_RETURN_IF_ERROR(read_rows(folder, *counts, run));
  return run;
}

Result<std::vector<Fault>> check_run(const fs::path& out, const RunId& id) {
  const auto folder = out / "runs" / id.folder();
  const auto place = (fs::path("runs") / id.folder()).generic_string() + "/";
  const auto sums = read_checksums(folder);
  if (!sums) {
    if (const auto text = read_file(folder / checksums_name); !text) return Failure(text.error());
    return std::vector<Fault>{{place + checksums_name, sums.error().message}};
  }
  if (!*sums) return std::vector<Fault>{{place + checksums_name, "missing"}};
  auto faults = check_files(folder, **sums);
  if (!faults) return faults;
  for (auto& fault : *faults) fault.file = place + fault.file;
  return faults;
}

}  // namespace windhover::record
