#include "windhover/analysis/collapse.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/policies.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::analysis {
namespace {

/// Mean over the steps of one model's evaluation of a vector per row (shares or probabilities).
std::vector<double> step_weighted(const record::Run& run, int model, ActionChoice choice,
                                  std::vector<double> EvaluationRow::*values) {
  std::vector<double> sums(run.action_names.size());
  double steps = 0;
  for (const auto& row : run.evaluation) {
    if (row.model != model || row.choice != choice || (row.*values).size() != sums.size()) continue;
    steps += row.length;
    for (std::size_t action = 0; action < sums.size(); ++action)
      sums[action] += row.length * (row.*values)[action];
  }
  for (double& sum : sums) sum /= steps;
  return sums;
}

/// The training rows a model learned from: its worker's, or everybody's if the run has one model.
std::vector<const TrainingRow*> rows_of_model(const record::Run& run, int model) {
  std::vector<const TrainingRow*> rows;
  for (const auto& row : run.training) {
    if (run.summary.models <= 1 || row.worker == model) rows.push_back(&row);
  }
  return rows;
}

/// Mean policy entropy of each episode over the model's workers.
std::map<int, double> entropy_by_episode(const std::vector<const TrainingRow*>& rows) {
  std::map<int, std::vector<double>> entropies;
  for (const auto* row : rows) entropies[row->episode].push_back(row->entropy);
  std::map<int, double> means;
  for (const auto& [episode, values] : entropies) means[episode] = stats::mean(values);
  return means;
}

double final_entropy(const std::map<int, double>& by_episode) {
  const auto count =
      static_cast<std::size_t>(std::ceil(final_training_share * static_cast<double>(by_episode.size())));
  std::vector<double> last;
  for (auto item = by_episode.rbegin(); item != by_episode.rend() && last.size() < count; ++item) {
    last.push_back(item->second);
  }
  return stats::mean(last);
}

/// The first episode from which on the entropy stays below the limit to the end; none if it ends above.
std::optional<int> low_entropy_since(const std::map<int, double>& by_episode) {
  std::optional<int> since;
  for (auto item = by_episode.rbegin(); item != by_episode.rend() && item->second < collapse_entropy;
       ++item) {
    since = item->first;
  }
  return since;
}

/// The largest magnitude; NaN if there is none or one of them is not finite.
double largest(const std::vector<const TrainingRow*>& rows, double TrainingRow::*loss) {
  if (rows.empty()) return not_a_number;
  double most = 0;
  for (const auto* row : rows) {
    if (!std::isfinite(row->*loss)) return not_a_number;
    most = std::max(most, std::abs(row->*loss));
  }
  return most;
}

std::optional<bool> collapsed_in_training(double entropy, double score,
                                          std::optional<double> reference_score) {
  if (!std::isfinite(entropy)) return std::nullopt;
  if (entropy >= collapse_entropy) return false;
  if (!reference_score || !std::isfinite(score)) return std::nullopt;
  return score <= *reference_score;
}

ModelCollapse model_collapse(const RunScores& scores, int model, std::optional<double> reference_score) {
  const auto& run = scores.run();
  const auto rows = rows_of_model(run, model);
  const auto entropies = entropy_by_episode(rows);
  const double entropy = final_entropy(entropies);
  const double score = scores.model_mean(ActionChoice::sampled, model);
  ModelCollapse entry{
      .cell = run.id.cell,
      .arm = run.id.arm,
      .seed = run.id.seed,
      .model = model,
      .action_shares_greedy = step_weighted(run, model, ActionChoice::greedy, &EvaluationRow::action_shares),
      .collapsed_training = collapsed_in_training(entropy, score, reference_score),
      .final_entropy = entropy,
      .low_entropy_since_episode = low_entropy_since(entropies),
      .sampled_score = score,
      .reference_score = reference_score.value_or(not_a_number),
      .mean_action_probabilities =
          step_weighted(run, model, ActionChoice::sampled, &EvaluationRow::action_probabilities),
      .largest_policy_loss = largest(rows, &TrainingRow::policy_loss),
      .largest_value_loss = largest(rows, &TrainingRow::value_loss),
      .largest_total_loss = largest(rows, &TrainingRow::total_loss)};
  const auto& shares = entry.action_shares_greedy;
  const auto top = std::ranges::max_element(shares);
  if (top != shares.end() && std::isfinite(*top)) {
    entry.greedy_action = run.action_names[static_cast<std::size_t>(top - shares.begin())];
    entry.greedy_action_share = *top;
    entry.collapsed_greedy = *top >= greedy_collapse_share;
  }
  return entry;
}

/// Counts the models of every cell and arm that collapsed in this way.
void add_counts(std::vector<CellResults>& cells, const std::vector<ModelCollapse>& collapse,
                std::optional<bool> ModelCollapse::*collapsed, std::optional<std::size_t> CellArm::*member) {
  std::map<std::pair<std::string, std::string>, std::size_t> counts;
  for (const auto& model : collapse) counts[{model.cell, model.arm}] += model.*collapsed == true ? 1 : 0;
  for (auto& cell : cells) {
    for (auto& [name, arm] : cell.arms) {
      if (const auto count = counts.find({cell.id, name}); count != counts.end()) arm.*member = count->second;
    }
  }
}

}  // namespace

std::vector<ModelCollapse> collapse_of(const ScoreBook& book) {
  std::vector<ModelCollapse> list;
  for (const auto& cell : book.study().cells) {
    const auto reference = reference_score(baselines_of(book), cell.id);
    for (const auto& arm : book.study().arms) {
      for (const auto* run : book.finished(cell.id, arm)) {
        for (const int model : run->models()) list.push_back(model_collapse(*run, model, reference));
      }
    }
  }
  return list;
}

Response collapse_response(const std::vector<ModelCollapse>& collapse, const std::string& arm) {
  struct Count {
    double models = 0;
    double collapsed = 0;
    bool known = true;
  };
  std::map<std::pair<std::string, std::uint64_t>, Count> counts;
  for (const auto& model : collapse) {
    if (model.arm != arm) continue;
    auto& count = counts[{model.cell, model.seed}];
    count.models += 1;
    count.collapsed += model.collapsed_greedy == true ? 1 : 0;
    count.known = count.known && model.collapsed_greedy.has_value();
  }
  return [counts = std::move(counts)](const std::string& cell, std::uint64_t seed) -> std::optional<double> {
    const auto found = counts.find({cell, seed});
    if (found == counts.end() || !found->second.known) return std::nullopt;
    return found->second.collapsed / found->second.models;
  };
}

void add_collapse_counts(std::vector<CellResults>& cells, const std::vector<ModelCollapse>& collapse) {
  add_counts(cells, collapse, &ModelCollapse::collapsed_greedy, &CellArm::collapsed_greedy);
  add_counts(cells, collapse, &ModelCollapse::collapsed_training, &CellArm::collapsed_training);
}

}  // namespace windhover::analysis
