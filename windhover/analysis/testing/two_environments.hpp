#pragma once

#include <string>

#include "windhover/analysis/testing/small_study.hpp"

/// The small study in two environments: in the second, `far`, returns are 1000 times as large, and sampled
/// actions come first.
namespace windhover::analysis::testing {

inline constexpr double far_unit = 1000;

/// "gru,environment=far".
inline std::string cell_in(const std::string& cell, const std::string& environment) {
  return cell + ",environment=" + environment;
}

/// The small study with its cells in one environment.
inline record::StudyRecord small_study_in(const std::string& environment, double unit, bool sampled_first) {
  auto record = small_study();
  for (auto& cell : record.study.cells) {
    cell.id = cell_in(cell.id, environment);
    cell.factors["environment"] = environment;
    cell.environment = environment;
    cell.profile = "only";
  }
  for (auto& run : record.runs) {
    run.id.cell = cell_in(run.id.cell, environment);
    run.config.environment = environment;
    run.config.profile = "only";
    run.config.evaluation.sampled_first = sampled_first;
    for (auto& row : run.evaluation) row.episode_return *= unit;
    for (auto& row : run.training) row.episode_return *= unit;
  }
  return record;
}

inline record::StudyRecord two_environments() {
  auto record = small_study_in("near", 1, false);
  const auto far = small_study_in("far", far_unit, true);
  auto& cells = record.study.cells;
  cells.insert(cells.end(), far.study.cells.begin(), far.study.cells.end());
  record.runs.insert(record.runs.end(), far.runs.begin(), far.runs.end());
  return record;
}

}  // namespace windhover::analysis::testing
