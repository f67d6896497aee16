#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "windhover/analysis/results/statistics.hpp"
#include "windhover/core/rows.hpp"
#include "windhover/record/record.hpp"

namespace windhover::analysis {

/// Mean return of one model under one condition over its episodes: one pooled row of the published study.
struct ConditionScore {
  int model = 0;
  double condition = 0;
  double mean = 0;  ///< NaN if an episode's return was not finite
};

/// The scores of one finished run.
class RunScores {
 public:
  explicit RunScores(const record::Run& run);

  [[nodiscard]] const record::Run& run() const { return *run_; }

  /// By model, then condition.
  [[nodiscard]] const std::vector<ConditionScore>& rows(ActionChoice choice) const {
    return rows_[static_cast<std::size_t>(choice)];
  }

  /// The numbers of the models that were evaluated, ascending.
  [[nodiscard]] std::vector<int> models() const;

  /// The seed's replicate: episodes averaged, then conditions, then models. NaN without rows.
  [[nodiscard]] double mean(ActionChoice choice) const;
  [[nodiscard]] double model_mean(ActionChoice choice, int model) const;
  [[nodiscard]] double condition_mean(ActionChoice choice, double condition) const;

  /// The lowest over conditions of the mean over models. NaN without rows.
  [[nodiscard]] double worst_condition(ActionChoice choice) const;

 private:
  const record::Run* run_;
  std::array<std::vector<ConditionScore>, 2> rows_;
};

/// The scores of every finished run of a study. The record must outlive it.
class ScoreBook {
 public:
  explicit ScoreBook(const record::StudyRecord& record);

  [[nodiscard]] const record::StudyRecord& record() const { return *record_; }
  [[nodiscard]] const record::Study& study() const { return record_->study; }

  /// Null if the run failed or is missing.
  [[nodiscard]] const RunScores* find(const std::string& cell, const std::string& arm,
                                      std::uint64_t seed) const;

  /// Of the seeds that finished, in the study's order.
  [[nodiscard]] std::vector<const RunScores*> finished(const std::string& cell, const std::string& arm) const;

  /// Every run of the cell that is there, failed ones and those of the noise floor included.
  [[nodiscard]] const std::vector<const record::Run*>& runs_of(const std::string& cell) const;

  /// True if no run of the cell and arm has finished and some are missing: nothing can be said of it yet.
  [[nodiscard]] bool is_awaited(const std::string& cell, const std::string& arm) const;

  /// Every test condition, ascending.
  [[nodiscard]] const std::vector<double>& conditions() const { return conditions_; }

 private:
  const record::StudyRecord* record_;
  std::map<record::RunId, RunScores> runs_;
  std::map<std::string, std::vector<const record::Run*>> runs_of_cells_;
  std::vector<double> conditions_;
};

/// All pooled rows of these runs.
[[nodiscard]] std::vector<double> pooled_rows(std::span<const RunScores* const> runs, ActionChoice choice);

/// One value per run.
[[nodiscard]] std::vector<double> seed_means(std::span<const RunScores* const> runs, ActionChoice choice);

}  // namespace windhover::analysis
