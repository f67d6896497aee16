#include <algorithm>
#include <cmath>

#include "windhover/analysis/wording.hpp"
#include "windhover/report/figure_parts.hpp"
#include "windhover/report/figures.hpp"

namespace windhover::report {
namespace {

using analysis::arm_label;

/// Fewer points are no curve.
constexpr std::size_t fewest_doses = 3;

/// The links of one cell's chain, then their total.
void add_links(DotFigure& figure, const Results& results, const analysis::ChainOfCell& cell,
               ActionChoice actions) {
  const auto& id = cell.cell;
  const auto& chain = cell.chains[actions];
  const auto add = [&](const std::string& name, const analysis::ArmDifference& difference) {
    const auto& contrast = difference.contrast;
    // What several changes are called together does not fit above a row; the two arms always do.
    figure.add(
        {.label = fmt::format("{}: {} − {}", id, arm_label(difference.first), arm_label(difference.second)),
         .name = fmt::format("{}, {}", id, name),
         .measured = {.value = number_cell(contrast.estimate),
                      .interval = range_cell(contrast.ci95),
                      .seeds = seed_cells(results, chain.seeds, difference.seed_values)},
         .series = gap_series,
         .hollow = name == "total"},
        {name_of(actions), id, name});
  };
  for (const auto& link : chain.links) add(link.name.value_or(""), link);
  add("total", chain.total);
}

/// The levels of the study's only factor in ascending order, if they are numbers and enough for a curve.
std::vector<record::Level> doses_of(const Results& results) {
  if (results.factors.size() != 1) return {};
  auto levels = results.factors.front().levels;
  const bool all_numbers = std::ranges::all_of(levels, &record::Level::is_number);
  if (!all_numbers || levels.size() < fewest_doses) return {};
  std::ranges::sort(levels, {}, &record::Level::number);
  return levels;
}

/// Levels that differ by more than a factor of 20 are told apart on a logarithmic axis only.
bool spans_decades(const std::vector<record::Level>& sorted) {
  return sorted.front().number() > 0 && sorted.back().number() > 20 * sorted.front().number();
}

}  // namespace

Figure arm_chain_figure(const Results& results) {
  Figure head{
      .id = "figure-arm-chain",
      .title = "From arm to arm.",
      .caption =
          "Each row: what one change of the arm does, with its 95 % t interval, paired over seeds and "
          "not adjusted for their number; small marks: seeds. The filled marks of a cell add up to its "
          "total, the open one.",
      .data = data_table(results, "data-arm-chain", {label("Actions"), label("Cell"), label("What changes")},
                         "Difference", SeedColumns::all)};
  if (!results.arm_chain) return head;
  DotFigure figure(results, std::move(head));
  for (const auto actions : actions_in_order(results)) {
    figure.begin({.id = "arm-chain-" + name_of(actions),
                  .title = "From arm to arm, " + actions_label(actions),
                  .description = "Differences with their intervals; the numbers are in the table below.",
                  .axis = "difference in return per episode",
                  .reference = 0.0,
                  .reference_label = "no difference"},
                 actions);
    for (const auto& cell : results.arm_chain->cells) add_links(figure, results, cell, actions);
  }
  return figure.finish();
}

Figure dose_figure(const Results& results, ActionChoice actions) {
  Figure head{.id = "figure-dose-" + name_of(actions),
              .title = {},
              .caption = "Bands: 95 % t intervals over seeds; small marks: seeds.",
              .legend = arm_legend(results),
              .actions = name_of(actions)};
  const auto doses = doses_of(results);
  if (doses.empty()) return head;
  const auto factor = results.factors.front().name;
  const auto name = analysis::factor_label(factor);
  head.title = fmt::format("Score against {}.", name);
  head.data = data_table(results, "data-dose-" + name_of(actions), {label("Arm"), label("Cell")}, "Mean",
                         SeedColumns::all);
  LineFigure figure(results, std::move(head));
  LineChart& chart = figure.chart("Score against " + name, {.x_axis = name, .y_axis = score_axis});
  chart.description = "Mean scores with their intervals; the numbers are in the table below the figure.";
  if (const auto random = random_score(results)) chart.references = {{*random, "random"}};
  const bool logarithmic = spans_decades(doses);
  if (logarithmic) chart.x_axis += ", logarithmic";
  for (const auto& dose : doses) {
    if (logarithmic) chart.x_names.emplace_back(std::log10(dose.number()), analysis::level_label(dose));
  }
  for (const auto& arm : results.arms) {
    Line line{.series = series_of(results, arm)};
    std::vector<std::vector<Cell>> labels;
    for (const auto& dose : doses) {
      const auto& cells = results.cells;
      const auto cell = std::ranges::find_if(
          cells, [&](const analysis::CellResults& candidate) { return level_of(candidate, factor) == dose; });
      if (cell == cells.end()) continue;
      const auto id = cell->id;
      line.points.push_back({.x = logarithmic ? std::log10(dose.number()) : dose.number(),
                             .name = fmt::format("{}, {}", id, arm_label(arm)),
                             .measured = measured_mean(results, cell->arms.at(arm).scores[actions]),
                             .mark = PointMark::filled});
      labels.push_back({arm_label(arm), id});
    }
    figure.add(chart, std::move(line), labels);
  }
  return figure.finish(true);
}

}  // namespace windhover::report
