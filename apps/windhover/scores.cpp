#include "apps/windhover/scores.hpp"

#include <algorithm>

#include "apps/windhover/text.hpp"
#include <fmt/format.h>

#include "windhover/core/mean_with_error.hpp"

namespace windhover::app {
namespace {

std::string choice_name(ActionChoice choice) { return choice == ActionChoice::greedy ? "greedy" : "sampled"; }

Score summarise(const std::vector<const EvaluationRow*>& rows) {
  const auto count = static_cast<double>(rows.size());
  Score score{.choice = choice_name(rows.front()->choice),
              .condition = rows.front()->condition,
              .episodes = static_cast<int>(rows.size()),
              .action_shares = std::vector<double>(rows.front()->action_shares.size())};
  std::vector<double> returns;
  for (const auto* row : rows) {
    returns.push_back(row->episode_return);
    for (std::size_t i = 0; i < score.action_shares.size(); ++i)
      score.action_shares[i] += row->action_shares[i] / count;
  }
  const auto [mean, error] = mean_with_error(returns);
  score.mean = mean;
  score.standard_error = error;
  return score;
}

}  // namespace

std::vector<Score> scores_of(const std::vector<EvaluationRow>& rows) {
  std::vector<std::vector<const EvaluationRow*>> groups;
  for (const auto& row : rows) {
    const auto group = std::ranges::find_if(groups, [&](const auto& members) {
      return members.front()->choice == row.choice && members.front()->condition == row.condition;
    });
    if (group == groups.end()) {
      groups.push_back({&row});
    } else {
      group->push_back(&row);
    }
  }
  std::vector<Score> scores;
  scores.reserve(groups.size());
  for (const auto& group : groups) scores.push_back(summarise(group));
  return scores;
}

std::string condition_head(const env::Description& environment) {
  return environment.condition ? environment.condition->name : "condition";
}

std::string scores_text(const std::vector<Score>& scores, const env::Description& environment) {
  std::vector<std::vector<std::string>> rows = {
      {"actions", condition_head(environment), "mean", "standard error", "episodes"}};
  for (const auto& name : environment.action_names) rows.front().push_back(name);
  for (const auto& score : scores) {
    rows.push_back({score.choice, fmt::format("{:g}", score.condition), fmt::format("{:.2f}", score.mean),
                    fmt::format("{:.2f}", score.standard_error), std::to_string(score.episodes)});
    for (const double share : score.action_shares)
      rows.back().push_back(fmt::format("{:.1f} %", 100 * share));
  }
  return table_text(rows);
}

Json scores_json(const std::vector<Score>& scores, const std::vector<std::string>& action_names) {
  Json list = Json::array();
  for (const auto& score : scores) {
    Json shares = Json::object();
    for (std::size_t i = 0; i < score.action_shares.size(); ++i)
      shares[action_names[i]] = score.action_shares[i];
    list.push_back({{"choice", score.choice},
                    {"condition", score.condition},
                    {"episodes", score.episodes},
                    {"mean", score.mean},
                    {"standard_error", score.standard_error},
                    {"action_shares", std::move(shares)}});
  }
  return list;
}

}  // namespace windhover::app
