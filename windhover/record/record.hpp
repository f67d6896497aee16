#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "windhover/core/condition.hpp"
#include "windhover/core/described.hpp"
#include "windhover/core/folder.hpp"
#include "windhover/core/result.hpp"
#include "windhover/core/rows.hpp"
#include "windhover/record/audit.hpp"
#include "windhover/record/baselines.hpp"
#include "windhover/record/checksums.hpp"
#include "windhover/record/claim.hpp"
#include "windhover/record/level.hpp"
#include "windhover/record/manifest.hpp"
#include "windhover/record/run_config.hpp"
#include "windhover/record/run_id.hpp"

/// The schema on disk. The study engine writes these types, the analysis reads them; neither knows the other.
/// No link below OUT is followed, by whom it may be put there.
///
///     OUT/study.toml               the effective configuration of the study, itself a study file
///     OUT/cells.json               what follows from it: the cells in order, and whether the study is quick
///     OUT/manifest.json            version, build, machine, times, one row a run
///     OUT/audit.json               what the audit saw
///     OUT/baselines.json           the simple policies' scores
///     OUT/runs/CELL/ARM/seed-N/    config.json, training.csv, evaluation.csv, done.json, model*.safetensors
///     OUT/.partial/                states of unfinished runs
///     OUT/earlier/                 runs that an earlier plan of the folder asked for
///     OUT/history.json             these plans
///     SHA256SUMS                   in OUT and in each run's folder: what protects the files
///
/// Each JSON file is one struct, which names its members once (core/described.hpp): it is written from it and
/// strictly read, so that a key that is missing, one that is unknown and a value of another type are errors
/// with file and place.
namespace windhover::record {

/// A finished or failed run as it lies on disk.
struct Run {
  RunId id;
  RunConfig config;
  RunSummary summary;
  std::vector<TrainingRow> training;
  std::vector<EvaluationRow> evaluation;
  std::vector<std::string>
      action_names;  ///< as evaluation.csv heads them; filled by read_run with Rows::read
};

/// One cell of the design.
struct Cell {
  std::string id = {};                      ///< "gru+ln", "mlp", or "baseline,hidden=64"
  Levels factors = {};                      ///< the cell's level of every factor
  std::string environment = {};             ///< its name
  std::string profile = {};                 ///< of the environment
  std::optional<Condition> condition = {};  ///< that the environment varies, if it has one

  friend bool operator==(const Cell&, const Cell&) = default;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("id", self.id);
    visit("factors", self.factors);
    visit("environment", self.environment);
    visit("profile", self.profile);
    visit.maybe("condition", self.condition);
  }
};

/// The study's effective configuration in the study file's form plus what follows from it.
struct Study {
  std::string name;
  Json config;              ///< the study file with every default filled in, as a document
  std::vector<Cell> cells;  ///< in the order of the study file; the first is the baseline
  std::vector<std::string> arms;
  std::vector<std::uint64_t> seeds;
  bool quick = false;                          ///< a shortened version, to be marked so in every output
  std::vector<Claim> claims = {};              ///< that the study is to judge
  std::optional<NoiseFloor> noise_floor = {};  ///< its seeds count in no other statistic
  std::vector<std::string> family = {};        ///< [analysis] family: metrics; empty if it declares none
};

/// Every run that the study asks for, in canonical order: cell, arm, seed as in the study; the seeds of the
/// noise floor follow the study's.
[[nodiscard]] std::vector<RunId> run_ids(const Study& study);

/// Version of the form on disk, kept in cells.json.
inline constexpr const char* record_schema = "windhover-record/2";

/// The metrics whose effects a study may declare as one family of tests: `family` in its table [analysis].
[[nodiscard]] inline std::vector<std::string> family_metrics() { return {"mean", "gap", "cv", "collapse"}; }

/// Everything in an output folder.
struct StudyRecord {
  Study study;
  std::optional<Manifest> manifest = {};
  std::optional<Audit> audit = {};
  std::optional<Baselines> baselines = {};
  std::vector<Run> runs;  ///< in canonical order, as run_ids gives them
  /// Runs whose files do not give the digest that their done.json has, for somebody who can read models: the
  /// record has no digest then.
  std::vector<Fault> digest_faults = {};
};

/// A file to put beside the rows of a run.
struct ModelFile {
  std::string name;
  std::vector<std::byte> content;

  [[nodiscard]] static ModelFile of(std::string name, std::string_view content) {
    const auto bytes = std::as_bytes(std::span(content));
    return {.name = std::move(name), .content = {bytes.begin(), bytes.end()}};
  }
};

/// Writes the run's folder so that it appears complete or not at all, flushed to disk. `action_names` head
/// the columns of evaluation.csv. Errors: the folder is there already (nothing is ever replaced), somebody
/// else's file in the folder that it is written in meanwhile, a name that is no plain folder or column name,
/// rows with another number of actions, the disk.
[[nodiscard]] Result<void> write_run(const Folder& out, const Run& run, const std::vector<ModelFile>& models,
                                     const std::vector<std::string>& action_names);

/// Moves a run's folder, whole, to a place of the study's folder that nothing has, flushed to disk. Errors:
/// the disk.
[[nodiscard]] Result<void> move_run(const Folder& out, const std::filesystem::path& from,
                                    const std::filesystem::path& to);

/// Reads one run without its rows (fast), or with them. Errors name the file and line: missing, malformed,
/// another SHA-256 than SHA256SUMS has, fewer rows than done.json says, or the config.json of another run,
/// whose folder was copied or renamed.
enum class Rows { skip, read };
[[nodiscard]] Result<Run> read_run(const Folder& out, const RunId& id, Rows rows);
/// The same of a run's own folder, wherever it lies and whatever its name says.
[[nodiscard]] Result<Run> read_run_folder(const Folder& folder, Rows rows);

/// What is wrong with the files of a run at `place`, "runs/gru/a3c/seed-1", by its SHA256SUMS; their names
/// are relative to `out`. Errors: unreadable.
[[nodiscard]] Result<std::vector<Fault>> check_run(const Folder& out, const std::string& place);
/// The first fault among these that is of the run's own files; nothing if there is none.
[[nodiscard]] Result<std::optional<Fault>> run_fault(const Folder& out, const std::string& place);

/// Whether a folder with this name, ".seed-42.tmp", is that of a run whose writer has not come to its end.
[[nodiscard]] bool is_unfinished_run(std::string_view folder_name);

/// Removes what is a run's in the folder `name` of `out`, a run's folder or an unfinished one, and the
/// folder. By SHA256SUMS; where that is missing or damaged, by the names of a run's files. Errors: somebody
/// else's files in it, and then nothing is removed; the disk.
[[nodiscard]] Result<void> remove_run_files(const Folder& out, const std::filesystem::path& name);

/// Those files of a run's folder, SHA256SUMS last: what remove_run_files removes, as names in the folder, and
/// what it refuses for.
struct RunFiles {
  std::vector<std::string> ours;
  std::vector<std::string> foreign;
};
[[nodiscard]] Result<RunFiles> run_files(const Folder& folder);
[[nodiscard]] Failure refuse_foreign(const Folder& folder, const std::vector<std::string>& files);

/// False if certainly nothing of the run is there; what is there in its place, a link or a file, counts as
/// the run, so that read_run says what it is.
[[nodiscard]] bool run_exists(const Folder& out, const RunId& id);

/// Everything the analysis needs. Runs that are missing are left out of `runs`; a damaged one is an error,
/// and so are runs that are copies of each other or not those of the manifest (agreement.hpp). Of a study
/// that never came to its end manifest, audit or baselines may be missing.
[[nodiscard]] Result<StudyRecord> read_study(const Folder& out);

/// Puts the study's claims, its noise floor and its family, if it has any, into `config` as in a study file.
void put_declarations(Json& config, const Study& study);

/// study.toml and cells.json. Errors: a value that TOML can not hold (null, a whole number beyond 63 bits).
[[nodiscard]] Result<std::vector<NamedFile>> study_files(const Study& study);
/// Writes them. Errors: likewise, and the disk.
[[nodiscard]] Result<void> write_study(const Folder& out, const Study& study);
/// Errors: a file that is missing or malformed, a cell or arm whose name is no folder name, another
/// record_schema.
[[nodiscard]] Result<Study> read_study_header(const Folder& out);

/// NaN and infinity become null.
[[nodiscard]] std::string json_text(const Json& json);
/// audit.json, baselines.json, manifest.json, results.json: replaced completely or not at all, together with
/// their line in the folder's SHA256SUMS. Errors: as replace_files.
[[nodiscard]] Result<void> write_json(const Folder& folder, const std::string& name, const Json& json);
/// Errors name the file: missing, larger than 256 MB, another SHA-256 than the folder's SHA256SUMS has, no
/// JSON, nested deeper than 100 levels.
[[nodiscard]] Result<Json> read_json(const Folder& folder, const std::string& name);

/// The struct that a file of the record holds. Errors: as read_json, and, with the place in the file, a key
/// that is missing, one that the struct does not have, a value of another type.
template <class T>
[[nodiscard]] Result<T> read_described(const Folder& folder, const std::string& name) {
  const auto json = read_json(folder, name);
  if (!json) return Failure(json.error());
  auto value = described::from_json<T>(*json);
  if (!value) return in_context(folder.path_of(name).string(), value.error());
  return value;
}
/// Writes it. Errors: as write_json.
template <class T>
[[nodiscard]] Result<void> write_described(const Folder& folder, const std::string& name, const T& value) {
  return write_json(folder, name, described::to_json(value));
}

/// Digest of a run from its models' parameters (canonical bytes, one entry a model) and evaluation rows (as
/// the lines of evaluation.csv without its head).
[[nodiscard]] std::string run_digest(const std::vector<std::vector<std::byte>>& model_parameters,
                                     const std::vector<EvaluationRow>& evaluation);

/// Of a study's effective configuration, as manifest.json and history.json have it.
[[nodiscard]] std::string configuration_hash(const Study& study);

/// The digest of a study, or why it has none.
struct StudyDigest {
  std::string value;  ///< empty if there is none
  std::string note;   ///< "2 of 40 runs are missing: gru/a3c/seed-1, gru/a3c/seed-2"; empty if there is one
};

/// Over every run that the study asks for, in canonical order: its id and its digest, nothing of times or
/// machines. It stands for all these runs or for nothing, so that there is none where one is missing in
/// `runs`.
[[nodiscard]] StudyDigest study_digest(const Study& study, const std::map<RunId, RunSummary>& runs);
/// Of the runs that are there; none if one of them has a fault among `digest_faults`.
[[nodiscard]] StudyDigest study_digest(const StudyRecord& record);

}  // namespace windhover::record
