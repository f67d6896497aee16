#include "windhover/analysis/scores.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <tuple>

#include "windhover/stats/summary.hpp"

namespace windhover::analysis {
namespace {

/// Mean of the rows that `wanted` accepts. NaN if there is none.
template <class Predicate>
double mean_where(const std::vector<ConditionScore>& rows, const Predicate& wanted) {
  std::vector<double> values;
  for (const auto& row : rows) {
    if (wanted(row)) values.push_back(row.mean);
  }
  return stats::mean(values);
}

}  // namespace

std::string name_of(ActionChoice choice) { return choice == ActionChoice::greedy ? "greedy" : "sampled"; }

RunScores::RunScores(const record::Run& run) : run_(&run) {
  std::map<std::tuple<ActionChoice, int, double>, std::vector<double>> returns;
  for (const auto& row : run.evaluation) {
    returns[{row.choice, row.model, row.condition}].push_back(row.episode_return);
  }
  for (const auto& [key, values] : returns) {
    const auto& [choice, model, condition] = key;
    rows_[static_cast<std::size_t>(choice)].push_back(
        {.model = model, .condition = condition, .mean = stats::mean(values)});
  }
}

std::vector<int> RunScores::models() const {
  std::set<int> models;
  for (const auto choice : both_choices) {
    for (const auto& row : rows(choice)) models.insert(row.model);
  }
  return {models.begin(), models.end()};
}

double RunScores::mean(ActionChoice choice) const {
  std::vector<double> means;
  for (const int model : models()) means.push_back(model_mean(choice, model));
  return stats::mean(means);
}

double RunScores::model_mean(ActionChoice choice, int model) const {
  return mean_where(rows(choice), [&](const ConditionScore& row) { return row.model == model; });
}

double RunScores::condition_mean(ActionChoice choice, double condition) const {
  return mean_where(rows(choice), [&](const ConditionScore& row) { return row.condition == condition; });
}

double RunScores::worst_condition(ActionChoice choice) const {
  std::set<double> conditions;
  for (const auto& row : rows(choice)) conditions.insert(row.condition);
  std::vector<double> means;
  means.reserve(conditions.size());
  for (const double condition : conditions) means.push_back(condition_mean(choice, condition));
  return stats::minimum(means);
}

ScoreBook::ScoreBook(const record::StudyRecord& record) : record_(&record) {
  std::set<double> conditions;
  for (const auto& run : record.runs) {
    runs_of_cells_[run.id.cell].push_back(&run);
    if (run.summary.failed()) continue;
    runs_.emplace(run.id, RunScores(run));
    for (const auto& row : run.evaluation) {
      if (std::isfinite(row.condition)) conditions.insert(row.condition);
    }
  }
  conditions_.assign(conditions.begin(), conditions.end());
}

const RunScores* ScoreBook::find(const std::string& cell, const std::string& arm, std::uint64_t seed) const {
  const auto found = runs_.find(record::RunId{.cell = cell, .arm = arm, .seed = seed});
  return found == runs_.end() ? nullptr : &found->second;
}

std::vector<const RunScores*> ScoreBook::finished(const std::string& cell, const std::string& arm) const {
  std::vector<const RunScores*> runs;
  for (const auto seed : study().seeds) {
    if (const auto* run = find(cell, arm, seed)) runs.push_back(run);
  }
  return runs;
}

const std::vector<const record::Run*>& ScoreBook::runs_of(const std::string& cell) const {
  static const std::vector<const record::Run*> none;
  const auto found = runs_of_cells_.find(cell);
  return found == runs_of_cells_.end() ? none : found->second;
}

bool ScoreBook::is_awaited(const std::string& cell, const std::string& arm) const {
  if (!finished(cell, arm).empty()) return false;
  const std::set<std::uint64_t> seeds(study().seeds.begin(), study().seeds.end());
  const auto failed = std::ranges::count_if(runs_of(cell), [&](const record::Run* run) {
    return run->id.arm == arm && seeds.contains(run->id.seed);
  });
  return static_cast<std::size_t>(failed) < seeds.size();
}

std::vector<double> pooled_rows(std::span<const RunScores* const> runs, ActionChoice choice) {
  std::vector<double> values;
  for (const auto* run : runs) {
    for (const auto& row : run->rows(choice)) values.push_back(row.mean);
  }
  return values;
}

std::vector<double> seed_means(std::span<const RunScores* const> runs, ActionChoice choice) {
  std::vector<double> values;
  for (const auto* run : runs) values.push_back(run->mean(choice));
  return values;
}

}  // namespace windhover::analysis
