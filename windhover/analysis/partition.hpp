#pragma once

#include <map>
#include <string>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/record/record.hpp"

/// Returns of different environments, or of different profiles of one, have no common unit, so nothing may
/// average over them: a study that has several is taken apart, and each part is analysed as a study of its
/// own.
namespace windhover::analysis {

/// The cells of one environment under one profile.
struct Part {
  std::string name;  ///< "cartpole"; "offload-paper" if the study has more than one profile of an environment
  std::string environment;
  std::string profile;
  std::vector<std::string> cells = {};  ///< ids, in the study's order
};

/// In the order in which the cells show them; a single one for most studies.
[[nodiscard]] std::vector<Part> parts_of(const record::Study& study);

/// The study of one part: its cells, and the noise floor if its cell is among them. Claims, which are the
/// whole study's, are left out.
[[nodiscard]] record::Study study_of(const record::Study& study, const Part& part);
[[nodiscard]] record::StudyRecord record_of(const record::StudyRecord& record, const Part& part);

/// By what the returns of a cell must be multiplied to be in the unit of the first cell of its part, for
/// those cells where that is not 1. An environment's field reward_scale multiplies every reward, and so sets
/// the unit; a scale of 0 can not be converted.
[[nodiscard]] std::map<std::string, double> score_factors(const record::StudyRecord& record,
                                                          const std::vector<Part>& parts);

/// The record with the returns of these cells, and the scores of simple policies there, multiplied.
[[nodiscard]] record::StudyRecord rescaled(const record::StudyRecord& record,
                                           const std::map<std::string, double>& factors);

}  // namespace windhover::analysis
