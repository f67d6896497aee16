#include <algorithm>
#include <optional>

#include <fmt/ranges.h>

#include "windhover/core/bytes.hpp"
#include "windhover/core/folder.hpp"
#include "windhover/record/checksums.hpp"
#include "windhover/record/identity.hpp"
#include "windhover/record/layout.hpp"
#include "windhover/record/names.hpp"
#include "windhover/record/record.hpp"
#include "windhover/record/row_files.hpp"

namespace windhover::record {
namespace {

namespace fs = std::filesystem;

/// done.json: written last, so that a run with it is whole. By the row counts a file that was cut at the end
/// of a line is noticed.
struct Done {
  RunSummary summary = {};
  std::string identity = {};  ///< Scope::whole
  std::uint64_t training_rows = 0;
  std::uint64_t evaluation_rows = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit.inlined(self.summary);
    visit("identity", self.identity);
    visit("training_rows", self.training_rows);
    visit("evaluation_rows", self.evaluation_rows);
  }
};

Result<Done> read_done(const Folder& folder) {
  auto done = read_described<Done>(folder, "done.json");
  if (!done) return done;
  const auto& summary = done->summary;
  const auto refuse = [&](const char* reason) {
    return failure(fmt::format("{}: {}", folder.path_of("done.json").string(), reason));
  };
  if (summary.status == RunStatus::missing) return refuse("status: must be \"finished\" or \"failed\"");
  if (summary.models < 0 || summary.parameters < 0)
    return refuse("models and parameters must be whole numbers from 0");
  return done;
}

Failure wrong_count(const fs::path& path, std::size_t found, std::size_t expected) {
  return failure(fmt::format("{}: has {} rows, but done.json says {}", path.string(), found, expected));
}

Result<void> read_rows(const Folder& folder, const Done& done, Run& run) {
  const auto training_path = folder.path_of("training.csv");
  const auto training_text = read_checked(folder, "training.csv");
  if (!training_text) return Failure(training_text.error());
  auto training = parse_training_csv(*training_text, training_path.string());
  if (!training) return Failure(training.error());
  if (training->size() != done.training_rows)
    return wrong_count(training_path, training->size(), done.training_rows);
  run.training = *std::move(training);

  const auto evaluation_path = folder.path_of("evaluation.csv");
  const auto evaluation_text = read_checked(folder, "evaluation.csv");
  if (!evaluation_text) return Failure(evaluation_text.error());
  auto evaluation = parse_evaluation_csv(*evaluation_text, evaluation_path.string());
  if (!evaluation) return Failure(evaluation.error());
  if (evaluation->rows.size() != done.evaluation_rows)
    return wrong_count(evaluation_path, evaluation->rows.size(), done.evaluation_rows);
  run.evaluation = std::move(evaluation->rows);
  run.action_names = std::move(evaluation->action_names);
  return {};
}

Result<void> check_identity(const RunConfig& config, const Done& done, const Folder& folder) {
  const auto identity = identity_of(config, Scope::whole, done.summary.semantics);
  if (identity == done.identity) return {};
  return failure(fmt::format("{}: its identity is {}, but config.json gives {}",
                             folder.path_of("done.json").string(), done.identity, identity));
}

/// A folder that was copied or renamed would count a run as another one.
Result<void> check_whose(const RunConfig& config, const RunId& id, const Folder& out) {
  const RunId& named = config.id;
  if (named == id) return {};
  return failure(fmt::format(
      "{}: is of run {}: the folder '{}' is a copy of '{}', or was renamed; remove it, and 'windhover study' "
      "does run {} again",
      out.below(id.place()).path_of("config.json").string(), named.folder().string(),
      out.path_of(id.place()).string(), out.path_of(named.place()).string(), id.folder().string()));
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

Result<void> write_files(const Folder& folder, const Run& run, const std::vector<ModelFile>& models,
                         const std::string& evaluation) {
  std::vector<NamedFile> files = {{"config.json", json_text(described::to_json(run.config))},
                                  {"training.csv", training_csv(run.training)},
                                  {"evaluation.csv", evaluation}};
  for (const auto& model : models) {
    files.push_back({model.name, std::string(as_text(model.content))});
  }
  const Done done{.summary = run.summary,
                  .identity = identity_of(run.config, Scope::whole, run.summary.semantics),
                  .training_rows = run.training.size(),
                  .evaluation_rows = run.evaluation.size()};
  files.push_back({"done.json", json_text(described::to_json(done))});
  return replace_files(folder, files);
}

/// New folders are flushed from the arm's up to the study's, so that the run's entry can be found after a
/// crash.
Result<void> flush_up_to_root(const Folder& out, fs::path folder) {
  for (; !folder.empty(); folder = folder.parent_path()) WINDHOVER_RETURN_IF_ERROR(out.flush(folder));
  return out.flush();
}

std::string unfinished_name(const std::string& run_folder) {
  return fmt::format(".{}{}", run_folder, temporary_ending);
}

/// A run's folder that is to be written must not be there, be it as a link.
Result<void> require_new(const Folder& out, const fs::path& place) {
  const auto kind = out.kind(place);
  if (kind == EntryKind::missing) return {};
  if (kind == EntryKind::link) return out.list(place).transform([](const auto&) {});
  return failure(fmt::format("the folder '{}' is there already, and runs are never replaced",
                             out.path_of(place).string()));
}

}  // namespace

bool is_unfinished_run(std::string_view folder_name) {
  return folder_name.starts_with(".seed-") && folder_name.ends_with(temporary_ending);
}

fs::path RunId::folder() const { return fs::path(cell) / arm / fmt::format("seed-{}", seed); }

std::string RunId::place() const { return (runs_folder / folder()).generic_string(); }

bool run_exists(const Folder& out, const RunId& id) { return out.has(fs::path(id.place()) / "done.json"); }

Result<RunFiles> run_files(const Folder& folder) {
  const auto damage = checksums_damage(folder);
  if (!damage) return Failure(damage.error());
  const auto sums = *damage ? std::optional<Checksums>() : read_checksums(folder).value_or(std::nullopt);
  const auto there = files_below(folder);
  if (!there) return Failure(there.error());
  const auto is_ours = [&](std::string_view name) {
    return sums && name != checksums_name ? sums->contains(std::string(name)) : is_run_file(name);
  };
  RunFiles files;
  for (const auto& name : *there) {
    const bool ours = folder.kind(name) == EntryKind::file && is_ours(without_temporary_ending(name));
    (ours ? files.ours : files.foreign).push_back(name);
  }
  std::stable_partition(files.ours.begin(), files.ours.end(),
                        [](const auto& name) { return name != checksums_name; });
  return files;
}

Failure refuse_foreign(const Folder& folder, const std::vector<std::string>& files) {
  std::vector<std::string> names;
  for (const auto& file : files)
    names.push_back(folder.kind(file) == EntryKind::link ? file + ", a symbolic link" : file);
  return usage_error(fmt::format(
      "'{}' holds files that are not ours ({}); move them away, so that the run can be done again",
      folder.path().string(), fmt::join(names, "; ")));
}

Result<void> remove_run_files(const Folder& out, const fs::path& name) {
  const auto folder = out.below(name);
  const auto files = run_files(folder);
  if (!files) return Failure(files.error());
  if (!files->foreign.empty()) return refuse_foreign(folder, files->foreign);
  for (const auto& file : files->ours) WINDHOVER_RETURN_IF_ERROR(folder.remove(file));
  out.remove_if_empty(name);
  return {};
}

Result<void> write_run(const Folder& out, const Run& run, const std::vector<ModelFile>& models,
                       const std::vector<std::string>& action_names) {
  WINDHOVER_RETURN_IF_ERROR(check_names(run, models));
  const auto evaluation = evaluation_csv(run.evaluation, action_names);
  if (!evaluation) return in_context(run.id.folder().string(), evaluation.error());

  const fs::path place = run.id.place();
  const auto unfinished = place.parent_path() / unfinished_name(place.filename().string());
  WINDHOVER_RETURN_IF_ERROR(require_new(out, place));
  WINDHOVER_RETURN_IF_ERROR(remove_run_files(out, unfinished));  // what a crash left behind
  WINDHOVER_RETURN_IF_ERROR(out.make_folder(unfinished));
  auto written = write_files(out.below(unfinished), run, models, *evaluation);
  if (written) written = move_run(out, unfinished, place);
  if (!written) static_cast<void>(remove_run_files(out, unfinished));
  return written;
}

Result<void> move_run(const Folder& out, const fs::path& from, const fs::path& to) {
  WINDHOVER_RETURN_IF_ERROR(out.make_folder(to.parent_path()));
  WINDHOVER_RETURN_IF_ERROR(out.rename(from, to));
  return flush_up_to_root(out, to.parent_path());
}

Result<Run> read_run_folder(const Folder& folder, Rows rows) {
  Run run;
  auto done = read_done(folder);
  if (!done) return Failure(done.error());
  auto config = read_described<RunConfig>(folder, "config.json");
  if (!config) return Failure(config.error());
  run.id = config->id;
  run.config = *std::move(config);
  WINDHOVER_RETURN_IF_ERROR(check_identity(run.config, *done, folder));
  if (rows == Rows::read) WINDHOVER_RETURN_IF_ERROR(read_rows(folder, *done, run));
  run.summary = std::move(done->summary);
  return run;
}

Result<Run> read_run(const Folder& out, const RunId& id, Rows rows) {
  auto run = read_run_folder(out.below(id.place()), rows);
  if (run) WINDHOVER_RETURN_IF_ERROR(check_whose(run->config, id, out));
  return run;
}

Result<std::vector<Fault>> check_run(const Folder& out, const std::string& place) {
  const auto folder = out.below(place);
  const auto name = [&](const std::string& file) { return fmt::format("{}/{}", place, file); };
  const auto damage = checksums_damage(folder);
  if (!damage) return Failure(damage.error());
  if (*damage) return std::vector<Fault>{{name(checksums_name), **damage}};
  const auto sums = read_checksums(folder);
  if (!sums) return Failure(sums.error());
  if (!*sums) return std::vector<Fault>{{name(checksums_name), "missing"}};
  auto faults = check_files(folder, **sums);
  if (!faults) return faults;
  for (auto& fault : *faults) fault.file = name(fault.file);
  return faults;
}

Result<std::optional<Fault>> run_fault(const Folder& out, const std::string& place) {
  const auto faults = check_run(out, place);
  if (!faults) return Failure(faults.error());
  const auto own = std::ranges::find(*faults, false, &Fault::foreign);
  return own == faults->end() ? std::nullopt : std::optional(*own);
}

}  // namespace windhover::record
