#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/result.hpp"
#include "windhover/core/rows.hpp"

/// training.csv and evaluation.csv as text. Numbers are written in the fewest digits that read back as the
/// same number.
namespace windhover::record {

[[nodiscard]] std::string training_csv(std::span<const TrainingRow> rows);

/// `origin` names the file in messages. Errors name the line: another head, a field that is no finite
/// number, too few or too many fields, a cut last line.
[[nodiscard]] Result<std::vector<TrainingRow>> parse_training_csv(std::string_view text,
                                                                  std::string_view origin);

/// Error: an action name that is empty or holds a comma, a quote or what is not printable ASCII; a row whose
/// actions are not as many as the names.
[[nodiscard]] Result<std::string> evaluation_csv(std::span<const EvaluationRow> rows,
                                                 std::span<const std::string> action_names);

/// The lines of evaluation.csv without its head: what the digest of a run is taken of.
[[nodiscard]] std::string evaluation_lines(std::span<const EvaluationRow> rows);

struct EvaluationFile {
  std::vector<std::string> action_names;
  std::vector<EvaluationRow> rows;
};

/// Errors as for the training rows, and a policy that is neither greedy nor sampled.
[[nodiscard]] Result<EvaluationFile> parse_evaluation_csv(std::string_view text, std::string_view origin);

}  // namespace windhover::record
