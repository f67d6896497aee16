#include "windhover/analysis/partition.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "windhover/analysis/study_facts.hpp"

namespace windhover::analysis {
namespace {

bool holds(const std::vector<std::string>& cells, const std::string& cell) {
  return std::ranges::find(cells, cell) != cells.end();
}

/// True if some environment is there under more than one profile.
bool has_several_profiles(const std::vector<Part>& parts) {
  std::set<std::string> environments;
  for (const auto& part : parts) environments.insert(part.environment);
  return environments.size() < parts.size();
}

/// The manifest as if the part were all that was run.
Json manifest_of(const record::StudyRecord& record, const std::vector<record::Run>& runs) {
  Json manifest = record.manifest;
  if (!manifest.is_object()) return manifest;
  double seconds = 0;
  for (const auto& run : runs) seconds += run.summary.training_seconds + run.summary.evaluation_seconds;
  manifest["wall_seconds"] = nullptr;
  manifest["cpu_seconds"] = seconds;
  return manifest;
}

/// What the audit says of these cells, and of the seeds.
Json audit_of(const Json& audit, const Part& part) {
  if (!audit.is_object()) return audit;
  Json own = audit;
  const auto keep = [&](const char* list, const auto& wanted) {
    if (!audit.contains(list) || !audit[list].is_array()) return;
    own[list] = Json::array();
    for (const auto& entry : audit[list]) {
      if (wanted(entry)) own[list].push_back(entry);
    }
  };
  const auto is_here = [&](const Json& cell) {
    return cell.is_string() && holds(part.cells, cell.get<std::string>());
  };
  keep("cells", [&](const Json& cell) { return holds(part.cells, cell.value("id", "")); });
  keep("cell_pairs", [&](const Json& pair) {
    return pair.contains("cells") && std::ranges::all_of(pair["cells"], is_here);
  });
  keep("warnings", [&](const Json& warning) {
    return warning.contains("cells") && std::ranges::any_of(warning["cells"], is_here);
  });
  return own;
}

/// The upper bound in a cell: its own, else the study's unless the cell has another world.
Json upper_bound_of(const Json& baselines, const std::string& cell) {
  const auto has = [&](const char* table) {
    const auto found = baselines.find(table);
    return found != baselines.end() && found->is_object() && found->contains(cell);
  };
  if (has("cell_upper_bounds")) return baselines["cell_upper_bounds"][cell];
  return has("cells") ? Json() : baselines.value("upper_bound", Json());
}

/// The scores of simple policies and the upper bounds, those of the part's first cell in front.
Json baselines_of(const record::StudyRecord& record, const Part& part) {
  const Json& baselines = record.baselines;
  if (!baselines.is_object() || !baselines.contains("policies")) return baselines;
  const auto scores_of = [&](const std::string& cell) -> const Json& {
    const auto cells = baselines.find("cells");
    const bool own = cells != baselines.end() && cells->is_object() && cells->contains(cell);
    return own ? (*cells)[cell] : baselines["policies"];
  };
  Json own = baselines;
  own["policies"] = scores_of(part.cells.front());
  if (own.contains("cells")) own["cells"] = Json::object();
  for (const auto& cell : part.cells) {
    if (scores_of(cell) != own["policies"]) own["cells"][cell] = scores_of(cell);
  }
  own["upper_bound"] = upper_bound_of(baselines, part.cells.front());
  if (!own.contains("cell_upper_bounds")) return own;
  Json bounds = Json::object();
  for (const auto& [cell, scores] : own["cells"].items()) bounds[cell] = upper_bound_of(baselines, cell);
  own["cell_upper_bounds"] = std::move(bounds);
  return own;
}

/// The reward_scale of every cell's environment, as its runs have it; none where none says.
std::map<std::string, double> reward_scales(const record::StudyRecord& record) {
  const Json::json_pointer place("/environment_fields/reward_scale");
  std::map<std::string, double> scales;
  for (const auto& run : record.runs) {
    if (!run.config.contains(place) || scales.contains(run.id.cell)) continue;
    const Json& scale = run.config.at(place);
    if (scale.is_number()) scales.emplace(run.id.cell, scale.get<double>());
  }
  return scales;
}

/// Multiplies the numbers of a score, of every one in a list, and of a bound's conditions.
void scale_scores(Json& scores, double factor) {
  if (scores.is_array()) {
    for (auto& score : scores) scale_scores(score, factor);
  }
  if (!scores.is_object()) return;
  for (const char* key : {"mean", "standard_error"}) {
    if (scores.contains(key) && scores[key].is_number()) scores[key] = scores[key].get<double>() * factor;
  }
  if (scores.contains("conditions")) scale_scores(scores["conditions"], factor);
}

}  // namespace

std::vector<Part> parts_of(const record::Study& study) {
  std::vector<Part> parts;
  for (const auto& cell : study.cells) {
    auto part = std::ranges::find_if(parts, [&](const Part& known) {
      return known.environment == cell.environment && known.profile == cell.profile;
    });
    if (part == parts.end()) {
      part = parts.insert(
          parts.end(), {.name = cell.environment, .environment = cell.environment, .profile = cell.profile});
    }
    part->cells.push_back(cell.id);
  }
  if (has_several_profiles(parts)) {
    for (auto& part : parts) part.name += "-" + part.profile;
  }
  return parts;
}

record::Study study_of(const record::Study& study, const Part& part) {
  record::Study own = study;
  own.name = fmt::format("{}: {}", study.name, part.name);
  own.config["environment"] = part.environment;
  own.config["profile"] = part.profile;
  own.claims.clear();
  std::erase_if(own.cells, [&](const record::Cell& cell) { return !holds(part.cells, cell.id); });
  if (own.noise_floor && !holds(part.cells, own.noise_floor->cell)) own.noise_floor.reset();
  return own;
}

record::StudyRecord record_of(const record::StudyRecord& record, const Part& part) {
  record::StudyRecord own;
  own.study = study_of(record.study, part);
  const std::set<std::string> cells(part.cells.begin(), part.cells.end());
  std::set<std::string> places;
  for (const auto& run : record.runs) {
    if (!cells.contains(run.id.cell)) continue;
    own.runs.push_back(run);
    places.insert(run.id.place());
  }
  std::ranges::copy_if(record.digest_faults, std::back_inserter(own.digest_faults),
                       [&](const record::Fault& fault) { return places.contains(fault.file); });
  own.manifest = manifest_of(record, own.runs);
  own.audit = audit_of(record.audit, part);
  own.baselines = baselines_of(record, part);
  return own;
}

std::map<std::string, double> score_factors(const record::StudyRecord& record,
                                            const std::vector<Part>& parts) {
  const auto scales = reward_scales(record);
  const auto scale_of = [&](const std::string& cell) {
    const auto scale = scales.find(cell);
    return scale == scales.end() ? std::nan("") : scale->second;
  };
  std::map<std::string, double> factors;
  for (const auto& part : parts) {
    const double unit = scale_of(part.cells.front());
    for (const auto& cell : part.cells) {
      const double factor = unit / scale_of(cell);
      if (std::isfinite(factor) && factor > 0 && factor != 1) factors[cell] = factor;
    }
  }
  return factors;
}

record::StudyRecord rescaled(const record::StudyRecord& record,
                             const std::map<std::string, double>& factors) {
  record::StudyRecord scaled = record;
  for (auto& run : scaled.runs) {
    const auto factor = factors.find(run.id.cell);
    if (factor == factors.end()) continue;
    for (auto& row : run.evaluation) row.episode_return *= factor->second;
    for (auto& row : run.training) row.episode_return *= factor->second;
  }
  for (const char* table : {"cells", "cell_upper_bounds"}) {
    if (!scaled.baselines.is_object() || !scaled.baselines.contains(table)) continue;
    for (auto& [cell, scores] : scaled.baselines[table].items()) {
      if (const auto factor = factors.find(cell); factor != factors.end())
        scale_scores(scores, factor->second);
    }
  }
  return scaled;
}

}  // namespace windhover::analysis
