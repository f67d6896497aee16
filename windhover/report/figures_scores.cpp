#include <algorithm>
#include <cmath>
#include <tuple>

#include "windhover/analysis/wording.hpp"
#include "windhover/report/figure_parts.hpp"
#include "windhover/report/figures.hpp"

namespace windhover::report {
namespace {

using analysis::arm_label;

/// A reader looks at so many at the top.
constexpr std::size_t most_ranked = 32;

constexpr const char* numbers_below = "the numbers are in the table below.";

std::string percent_text(double percent) {
  return std::isfinite(percent) ? fmt::format("{:.0f} %", percent) : std::string();
}

/// Learners and simple policies of one choice of actions, best first.
std::vector<DotRow> ranked_rows(const Results& results, ActionChoice actions) {
  const auto& policies = results.policies;
  const auto* bound = upper_bound_of(results);
  std::vector<DotRow> rows;
  for (const auto& learner : policies.learners) {
    if (learner.actions != actions) continue;
    const auto& [cell, arm] = std::tie(learner.cell, learner.arm);
    const auto place = std::ranges::find(results.cells, cell, &analysis::CellResults::id);
    if (place == results.cells.end()) continue;
    const auto& scores = place->arms.at(arm).scores[actions];
    const auto& share = learner.share_of_bound;
    rows.push_back({.label = fmt::format("{}, {}", arm_label(arm), cell),
                    .measured = {.value = number_cell(learner.mean),
                                 .interval = range_cell(learner.ci95),
                                 .seeds = seed_cells(results, scores.seeds, scores.seed_means)},
                    .series = series_of(results, arm),
                    .note = share ? percent_text(share->percent) : std::string()});
  }
  for (const auto& simple : policies.baseline.simple) {
    rows.push_back({.label = simple.policy,
                    .measured = {.value = number_cell(simple.mean)},
                    .series = simple_series,
                    .note = bound != nullptr ? percent_text(100 * simple.mean / bound->mean) : std::string(),
                    .hollow = true});
  }
  if (bound != nullptr) {
    rows.push_back({.label = bound->name,
                    .measured = {.value = number_cell(bound->mean)},
                    .series = bound_series,
                    .note = "100 %",
                    .hollow = true});
  }
  std::erase_if(rows, [](const DotRow& row) { return row.measured.value.empty(); });
  std::ranges::stable_sort(rows, std::greater<>{},
                           [](const DotRow& row) { return row.measured.value.number(); });
  for (auto& row : rows) row.name = row.label;
  return rows;
}

}  // namespace

Figure score_figure(const Results& results) {
  DotFigure figure(
      results,
      {.id = "figure-scores",
       .title = "Scores by cell and arm.",
       .caption =
           "Small marks: one seed each. Large marks with bars: mean over seeds with its 95 % t interval.",
       .legend = arm_legend(results),
       .data = data_table(results, "data-scores", {label("Actions"), label("Cell"), label("Arm")}, "Mean",
                          SeedColumns::all)});
  if (results.cells.size() > most_cells_drawn) return {};
  for (const auto actions : actions_in_order(results)) {
    figure.begin({.id = "scores-" + name_of(actions),
                  .title = "Score, " + actions_label(actions),
                  .description = fmt::format(
                      "Mean return of every cell and arm with its interval and seeds; {}", numbers_below),
                  .axis = score_axis,
                  .reference = random_score(results),
                  .reference_label = "random"},
                 actions);
    for (const auto& cell : results.cells) {
      const auto id = cell.id;
      for (const auto& arm : results.arms) {
        figure.add({.label = id,
                    .name = fmt::format("{}, {}", id, arm_label(arm)),
                    .measured = measured_mean(results, cell.arms.at(arm).scores[actions]),
                    .series = series_of(results, arm)},
                   {name_of(actions), id, arm_label(arm)});
      }
    }
  }
  return figure.finish();
}

Figure gap_figure(const Results& results) {
  const auto arms = gap_arms_of(results);
  if (arms.empty() || results.cells.size() > most_cells_drawn) return {};
  DotFigure figure(
      results,
      {.id = "figure-gap",
       .title = "The gap between the arms.",
       .caption = fmt::format("{} minus {}, formed within each seed (small marks), with "
                              "mean and 95 % t interval. Right of the line: {} earns more.",
                              arm_label(arms[0]), arm_label(arms[1]), arm_label(arms[0])),
       .data = data_table(results, "data-gap", {label("Actions"), label("Cell")}, "Gap", SeedColumns::all)});
  for (const auto actions : actions_in_order(results)) {
    figure.begin(
        {.id = "gap-" + name_of(actions),
         .title = "Gap, " + actions_label(actions),
         .description = fmt::format("The gap of every cell with its interval and seeds; {}", numbers_below),
         .axis = "difference in return per episode",
         .reference = 0.0,
         .reference_label = "no gap"},
        actions);
    for (const auto& cell : results.cells) {
      const auto id = cell.id;
      figure.add({.label = id,
                  .name = id + ", gap",
                  .measured = measured_gap(results, cell.gap.value().gaps[actions]),
                  .series = gap_series},
                 {name_of(actions), id});
    }
  }
  return figure.finish();
}

Figure ranking_figure(const Results& results) {
  Figure head{.id = "figure-ranking",
              .title = "Learners among simple policies.",
              .caption =
                  "Best first. Filled marks: learners, mean over seeds with 95 % t interval, and every seed. "
                  "Open marks: policies that learn nothing.",
              .legend = arm_legend(results),
              .data = data_table(results, "data-ranking", {label("Actions"), label("Policy")}, "Mean",
                                 SeedColumns::all)};
  if (results.policies.baseline.simple.empty()) return head;
  head.legend.push_back({.label = "simple policy", .series = simple_series, .classes = "hollow"});
  if (upper_bound_of(results) != nullptr)
    head.caption += " Right: the share of the upper bound that is reached.";
  if (results.cells.size() * results.arms.size() + results.policies.baseline.simple.size() > most_ranked)
    head.caption += fmt::format(" The best {}.", most_ranked);
  DotFigure figure(results, std::move(head));
  for (const auto actions : actions_in_order(results)) {
    auto rows = ranked_rows(results, actions);
    figure.begin(
        {.id = "ranking-" + name_of(actions),
         .title = "Ranking, " + actions_label(actions),
         .description = fmt::format("Learners and simple policies by mean return; {}", numbers_below),
         .axis = score_axis,
         .reference = random_score(results),
         .reference_label = "random"},
        actions);
    if (rows.size() > most_ranked) rows.resize(most_ranked);
    for (auto& row : rows) {
      const auto name = row.label;
      figure.add(std::move(row), {name_of(actions), name});
    }
  }
  return figure.finish();
}

}  // namespace windhover::report
