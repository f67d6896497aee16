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
std::optional<record::Manifest> manifest_of(const record::StudyRecord& record,
                                            const std::vector<record::Run>& runs) {
  auto manifest = record.manifest;
  if (!manifest) return manifest;
  manifest->wall_seconds = std::nan("");
  manifest->cpu_seconds = 0;
  for (const auto& run : runs)
    manifest->cpu_seconds += run.summary.training_seconds + run.summary.evaluation_seconds;
  return manifest;
}

/// What the audit says of these cells, and of the seeds.
std::optional<record::Audit> audit_of(std::optional<record::Audit> audit, const Part& part) {
  if (!audit) return audit;
  const auto is_here = [&](const std::string& cell) { return holds(part.cells, cell); };
  std::erase_if(audit->cells, [&](const auto& cell) { return !is_here(cell.id); });
  std::erase_if(audit->cell_pairs,
                [&](const auto& pair) { return !std::ranges::all_of(pair.cells, is_here); });
  std::erase_if(audit->warnings,
                [&](const auto& warning) { return std::ranges::none_of(warning.cells, is_here); });
  return audit;
}

/// The scores of simple policies and the upper bounds, those of the part's first cell in front.
std::optional<record::Baselines> baselines_of(const record::StudyRecord& record, const Part& part) {
  if (!record.baselines) return std::nullopt;
  const record::Baselines& all = *record.baselines;
  const auto& first = part.cells.front();
  record::Baselines own{.seed = all.seed,
                        .reference = all.reference,
                        .policies = all.policies_of(first),
                        .upper_bound = all.upper_bound_of(first)};
  for (const auto& cell : part.cells) {
    if (all.policies_of(cell) == own.policies) continue;
    own.cells[cell] = all.policies_of(cell);
    own.cell_upper_bounds[cell] = all.upper_bound_of(cell);
  }
  return own;
}

/// The reward_scale of every cell's environment, as its runs have it; none where none says.
std::map<std::string, double> reward_scales(const record::StudyRecord& record) {
  std::map<std::string, double> scales;
  for (const auto& run : record.runs) {
    if (const auto scale = run.config.reward_scale()) scales.try_emplace(run.id.cell, *scale);
  }
  return scales;
}

/// Of a score under one condition, or of a bound.
template <class Score>
void scale_score(Score& score, double factor) {
  score.mean *= factor;
  score.standard_error *= factor;
}

void scale_cell(record::Baselines& baselines, const std::string& cell, double factor) {
  if (const auto own = baselines.cells.find(cell); own != baselines.cells.end()) {
    for (auto& policy : own->second) scale_score(policy.score, factor);
  }
  const auto bound = baselines.cell_upper_bounds.find(cell);
  if (bound == baselines.cell_upper_bounds.end() || !bound->second) return;
  scale_score(*bound->second, factor);
  for (auto& score : bound->second->conditions) scale_score(score, factor);
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
  if (!scaled.baselines) return scaled;
  for (const auto& [cell, factor] : factors) scale_cell(*scaled.baselines, cell, factor);
  return scaled;
}

}  // namespace windhover::analysis
