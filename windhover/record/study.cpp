#include <algorithm>
#include <map>
#include <set>

#include "windhover/core/json_text.hpp"
#include "windhover/core/value_text.hpp"
#include "windhover/record/agreement.hpp"
#include "windhover/record/checksums.hpp"
#include "windhover/record/layout.hpp"
#include "windhover/record/names.hpp"
#include "windhover/record/object_reader.hpp"
#include "windhover/record/record.hpp"
#include "windhover/record/toml.hpp"

namespace windhover::record {
namespace {

namespace fs = std::filesystem;

// A parsed value takes several times its text.
constexpr std::uint64_t largest_json_file = std::uint64_t{1} << 28;
constexpr std::uint64_t largest_study_toml = std::uint64_t{1} << 26;

/// cells.json.
struct Cells {
  std::string schema = record_schema;
  bool quick = false;
  std::vector<Cell> cells = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("schema", self.schema);
    visit("quick", self.quick);
    visit("cells", self.cells);
  }
};

/// Names that are folders' names, and ids that are there once.
Result<void> check_cells(const std::vector<Cell>& cells, const std::string& place) {
  if (cells.empty()) return failure(place + ": there are no cells");
  std::set<std::string> ids;
  for (const auto& cell : cells) {
    const auto refuse = [&](const char* key, std::string_view reason) {
      return failure(fmt::format("{}: cells[{}].{}: {}", place, &cell - cells.data(), key, reason));
    };
    for (const auto& [key, name] : {std::pair{"id", &cell.id}, std::pair{"environment", &cell.environment},
                                    std::pair{"profile", &cell.profile}}) {
      if (!is_folder_name(*name)) return refuse(key, "can not be the name of a folder");
    }
    if (!ids.insert(cell.id).second) return refuse("id", "is there twice");
  }
  return {};
}

Result<void> read_family(const Json& config, const std::string& place, Study& study) {
  const auto table = config.find("analysis");
  if (table == config.end()) return {};
  ObjectReader reader(*table, place + ": [analysis]");
  const Json* family = reader.array("family");
  WINDHOVER_RETURN_IF_ERROR(reader.status());
  auto metrics = read_texts(*family, place + ": [analysis]: 'family'");
  if (!metrics) return Failure(metrics.error());
  study.family = *std::move(metrics);
  return {};
}

/// What the study is to judge, if it says so.
Result<void> read_declarations(const Json& config, const std::string& place, Study& study) {
  if (const auto list = config.find("claims"); list != config.end()) {
    if (!list->is_array()) return failure(place + ": 'claims' must be a list");
    for (const auto& entry : *list) {
      auto claim = parse_claim(entry);
      if (!claim)
        return failure(
            fmt::format("{}: claim {}: {}", place, study.claims.size() + 1, claim.error().message));
      study.claims.push_back(*std::move(claim));
    }
  }
  if (const auto table = config.find("noise_floor"); table != config.end()) {
    ObjectReader reader(*table, place + ": [noise_floor]");
    NoiseFloor floor;
    reader.read("replicate", floor.cell);
    const Json* seeds = reader.array("seeds");
    WINDHOVER_RETURN_IF_ERROR(reader.status());
    auto values = read_seeds(*seeds, place + ": [noise_floor]: 'seeds'");
    if (!values) return Failure(values.error());
    floor.seeds = *std::move(values);
    study.noise_floor = std::move(floor);
  }
  return read_family(config, place, study);
}

Result<void> read_configuration(const Folder& out, Study& study) {
  const auto text = read_checked(out, "study.toml", largest_study_toml);
  if (!text) return Failure(text.error());
  const auto path = out.path_of("study.toml");
  auto config = parse_toml(*text, path.string());
  if (!config) return Failure(config.error());
  ObjectReader reader(*config, path.string());
  reader.read("name", study.name);
  const Json* arms = reader.array("arms");
  const Json* seeds = reader.array("seeds");
  WINDHOVER_RETURN_IF_ERROR(reader.status());
  auto arm_names = read_texts(*arms, path.string() + ": 'arms'");
  if (!arm_names) return Failure(arm_names.error());
  auto seed_values = read_seeds(*seeds, path.string() + ": 'seeds'");
  if (!seed_values) return Failure(seed_values.error());
  if (arm_names->empty() || !std::ranges::all_of(*arm_names, is_folder_name)) {
    return failure(path.string() + ": 'arms' must name at least one arm, each name fit for a folder");
  }
  study.arms = *std::move(arm_names);
  study.seeds = *std::move(seed_values);
  WINDHOVER_RETURN_IF_ERROR(read_declarations(*config, path.string(), study));
  study.config = *std::move(config);
  return {};
}

/// Another version of the record means other things by the same names.
Result<void> check_schema(const Json& cells, const fs::path& path) {
  const Json schema = cells.is_object() ? cells.value("schema", Json()) : Json();
  if (schema == record_schema) return {};
  return failure(fmt::format("{}: the record has the schema {}, but this version reads {}", path.string(),
                             value_text(schema), Json(record_schema).dump()));
}

/// Nothing if the file is not there.
template <class T>
Result<void> read_if_there(const Folder& folder, const std::string& name, std::optional<T>& target) {
  if (!folder.has(name)) return {};
  auto value = read_described<T>(folder, name);
  if (!value) return Failure(value.error());
  target = *std::move(value);
  return {};
}

}  // namespace

std::vector<RunId> run_ids(const Study& study) {
  std::vector<RunId> ids;
  for (const auto& cell : study.cells) {
    for (const auto& arm : study.arms) {
      for (const auto seed : study.seeds) ids.push_back({.cell = cell.id, .arm = arm, .seed = seed});
      if (!study.noise_floor || study.noise_floor->cell != cell.id) continue;
      for (const auto seed : study.noise_floor->seeds)
        ids.push_back({.cell = cell.id, .arm = arm, .seed = seed});
    }
  }
  return ids;
}

std::string json_text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<void> write_json(const Folder& folder, const std::string& name, const Json& json) {
  return replace_files(folder, {{name, json_text(json)}});
}

Result<Json> read_json(const Folder& folder, const std::string& name) {
  const auto text = read_checked(folder, name, largest_json_file);
  if (!text) return Failure(text.error());
  auto json = parse_json(*text);
  if (!json) return in_context(folder.path_of(name).string(), json.error());
  return json;
}

void put_declarations(Json& config, const Study& study) {
  if (!study.claims.empty()) config["claims"] = Json::array();
  for (const auto& claim : study.claims) config["claims"].push_back(to_json(claim));
  if (study.noise_floor) {
    config["noise_floor"] = {{"replicate", study.noise_floor->cell}, {"seeds", study.noise_floor->seeds}};
  }
  if (!study.family.empty()) config["analysis"] = {{"family", study.family}};
}

Result<std::vector<NamedFile>> study_files(const Study& study) {
  Json config = study.config;
  config["name"] = study.name;
  config["arms"] = study.arms;
  config["seeds"] = study.seeds;
  put_declarations(config, study);
  const auto text = to_toml(config);
  if (!text) return in_context("study.toml", text.error());
  const Cells cells{.quick = study.quick, .cells = study.cells};
  return std::vector<NamedFile>{{"cells.json", json_text(described::to_json(cells))}, {"study.toml", *text}};
}

Result<void> write_study(const Folder& out, const Study& study) {
  const auto files = study_files(study);
  if (!files) return in_context(out.path().string(), files.error());
  return replace_files(out, *files);
}

Result<Study> read_study_header(const Folder& out) {
  Study study;
  if (!out.has("study.toml")) {
    return failure(
        fmt::format("'{}' holds no study: there is no study.toml; give the output folder of a study",
                    out.path().string()));
  }
  WINDHOVER_RETURN_IF_ERROR(read_configuration(out, study));
  const auto path = out.path_of("cells.json");
  const auto json = read_json(out, "cells.json");
  if (!json) return Failure(json.error());
  WINDHOVER_RETURN_IF_ERROR(check_schema(*json, path));
  auto cells = described::from_json<Cells>(*json);
  if (!cells) return in_context(path.string(), cells.error());
  WINDHOVER_RETURN_IF_ERROR(check_cells(cells->cells, path.string()));
  study.quick = cells->quick;
  study.cells = std::move(cells->cells);
  return study;
}

Result<StudyRecord> read_study(const Folder& out) {
  StudyRecord record;
  auto study = read_study_header(out);
  if (!study) return Failure(study.error());
  record.study = *std::move(study);
  WINDHOVER_RETURN_IF_ERROR(read_if_there(out, "manifest.json", record.manifest));
  WINDHOVER_RETURN_IF_ERROR(read_if_there(out, "audit.json", record.audit));
  WINDHOVER_RETURN_IF_ERROR(read_if_there(out, "baselines.json", record.baselines));
  const auto ids = run_ids(record.study);
  std::map<RunId, RunSummary> summaries;
  for (const auto& id : ids) {
    if (!run_exists(out, id)) continue;
    auto run = read_run(out, id, Rows::read);
    if (!run) return Failure(run.error());
    summaries.emplace(id, run->summary);
    record.runs.push_back(*std::move(run));
  }
  WINDHOVER_RETURN_IF_ERROR(check_agreement(out, record.manifest, ids, summaries));
  return record;
}

}  // namespace windhover::record
