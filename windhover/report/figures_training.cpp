#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "windhover/analysis/wording.hpp"
#include "windhover/report/figure_parts.hpp"
#include "windhover/report/figures.hpp"

namespace windhover::report {
namespace {

using analysis::arm_label;

/// There are so many colours.
constexpr std::size_t most_lines = 8;
constexpr const char* step_axis = "environment steps, in thousands";

/// A number in training, by its name.
struct TrainingNumber {
  const char* name;
  double analysis::TrainingPoint::*value;
};

constexpr std::array diagnostics = {TrainingNumber{"entropy, nats", &analysis::TrainingPoint::entropy},
                                    TrainingNumber{"policy loss", &analysis::TrainingPoint::policy_loss},
                                    TrainingNumber{"value loss", &analysis::TrainingPoint::value_loss},
                                    TrainingNumber{"gradient norm", &analysis::TrainingPoint::gradient_norm}};

bool has_steps(const Results& results) {
  return std::ranges::any_of(results.training_curves, [](const analysis::TrainingCurve& curve) {
    return !curve.points.empty() && std::isfinite(curve.points.back().step);
  });
}

/// The place of a cell among the lines; nothing if there are too many before it.
std::optional<std::size_t> line_of(const Results& results, const std::string& cell) {
  const auto place =
      std::ranges::find(results.cells, cell, &analysis::CellResults::id) - results.cells.begin();
  if (static_cast<std::size_t>(place) >= std::min(most_lines, results.cells.size())) return std::nullopt;
  return static_cast<std::size_t>(place);
}

std::vector<LegendItem> cell_legend(const Results& results) {
  std::vector<LegendItem> legend;
  for (std::size_t i = 0; i < results.cells.size() && i < most_lines; ++i)
    legend.push_back({.label = results.cells[i].id, .series = i});
  return legend;
}

std::string first_cells_text(const Results& results) {
  return results.cells.size() > most_lines ? fmt::format(" The first {} cells.", most_lines) : std::string();
}

/// The lines of every cell into one chart an arm. `value` gives the number of a point.
template <class Value>
void add_lines(LineFigure& figure, const Results& results, const std::string& what, const LineChart& pattern,
               const Value& value) {
  for (const auto& curve : results.training_curves) {
    const auto series = line_of(results, curve.cell);
    if (!series || curve.points.empty()) continue;
    Line line{.series = *series};
    std::vector<std::vector<Cell>> labels;
    for (const auto& point : curve.points) {
      line.points.push_back(
          {.x = point.step / 1000,
           .name = fmt::format("{}, {}, {:.0f} steps", curve.cell, arm_label(curve.arm), point.step),
           .measured = value(point)});
      labels.push_back({what, curve.cell, arm_label(curve.arm), number_cell(point.step)});
    }
    auto& chart = figure.chart(
        what.empty() ? arm_label(curve.arm) : fmt::format("{}, {}", arm_label(curve.arm), what), pattern);
    figure.add(chart, std::move(line), labels);
  }
}

Table training_data(const Results& results, const char* id) {
  return data_table(
      results, id, {label("What"), label("Cell"), label("Arm"), {.head = "Environment steps", .decimals = 0}},
      "Mean", SeedColumns::none);
}

}  // namespace

Figure learning_figure(const Results& results) {
  Figure head{
      .id = "figure-learning",
      .title = "Learning curves.",
      .caption =
          "Return of training episodes against environment steps, averaged over workers and within bins of "
          "episodes; bands: 95 % t intervals over seeds." +
          first_cells_text(results),
      .legend = cell_legend(results),
      .data = training_data(results, "data-learning")};
  if (!has_steps(results)) return head;
  LineFigure figure(results, std::move(head));
  LineChart pattern{
      .description = "Training return of every cell; the numbers are in the table below the figure.",
      .x_axis = step_axis,
      .y_axis = score_axis};
  if (const auto random = random_score(results)) pattern.references.push_back({*random, "random"});
  const auto& simple = results.policies.baseline.simple;
  if (!simple.empty() && results.policies.cells.empty())
    pattern.references.push_back({simple.front().mean, simple.front().policy});
  add_lines(figure, results, "return", pattern, [](const analysis::TrainingPoint& point) {
    return Measured{.value = number_cell(point.mean), .interval = range_cell(point.ci95)};
  });
  return figure.finish(true);
}

Figure diagnostics_figure(const Results& results) {
  Figure head{
      .id = "figure-diagnostics",
      .title = "What training looks like from inside.",
      .caption =
          "Entropy of the policy, losses and the gradient's norm before clipping, means over workers, "
          "seeds and bins of episodes." +
          first_cells_text(results),
      .legend = cell_legend(results),
      .small_panels = true,
      .data = training_data(results, "data-diagnostics")};
  if (!has_steps(results)) return head;
  LineFigure figure(results, std::move(head));
  for (const auto& number : diagnostics) {
    add_lines(figure, results, number.name,
              {.description = fmt::format("{} of every cell; the numbers are in the table below the figure.",
                                          number.name),
               .x_axis = step_axis,
               .y_axis = number.name},
              [&](const analysis::TrainingPoint& point) {
                return Measured{.value = number_cell(point.*number.value)};
              });
  }
  return figure.finish(false);
}

Figure action_figure(const Results& results, ActionChoice actions) {
  Figure head{
      .id = "figure-actions-" + name_of(actions),
      .title = "Actions taken.",
      .caption = fmt::format("Share of the steps in which each action is taken, against {}.",
                             condition_label(results)),
      .small_panels = true,
      .actions = name_of(actions),
      .data = data_table(results, "data-actions-" + name_of(actions),
                         {label("Cell"), label("Arm"), label("Action"), {.head = condition_head(results)}},
                         "Share", SeedColumns::none)};
  const auto panels = results.cells.size() * results.arms.size();
  if (results.conditions.size() < 2 || panels > most_cells_drawn || results.action_names.empty()) return head;
  for (const auto& name : results.action_names)
    head.legend.push_back({.label = name, .series = head.legend.size() % most_lines});
  LineFigure figure(results, std::move(head));
  for (const auto& curve : results.action_curves) {
    if (curve.actions != actions || curve.points.empty()) continue;
    const auto name = fmt::format("{}, {}", curve.cell, arm_label(curve.arm));
    auto& chart = figure.chart(name, {.description = "Shares of actions in " + name,
                                      .x_axis = condition_axis(results),
                                      .y_axis = "share of steps"});
    for (std::size_t action = 0; action < results.action_names.size(); ++action) {
      Line line{.series = action % most_lines};
      std::vector<std::vector<Cell>> labels;
      for (const auto& point : curve.points) {
        if (action >= point.shares.size()) continue;
        line.points.push_back({.x = point.condition,
                               .name = fmt::format("{}, {} at {}", name, results.action_names[action],
                                                   condition_value(results, point.condition)),
                               .measured = {.value = number_cell(point.shares[action])}});
        labels.push_back(
            {curve.cell, arm_label(curve.arm), results.action_names[action], number_cell(point.condition)});
      }
      figure.add(chart, std::move(line), labels);
    }
  }
  return figure.finish(true);
}

}  // namespace windhover::report
