#include <algorithm>

#include "windhover/analysis/wording.hpp"
#include "windhover/report/figure_parts.hpp"
#include "windhover/report/figures.hpp"

namespace windhover::report {
namespace {

using analysis::arm_label;

std::string curve_name(const Json& curve) {
  return fmt::format("{}, {}", curve.at("cell").get<std::string>(),
                     arm_label(curve.at("arm").get<std::string>()));
}

std::vector<Cell> point_labels(const Json& curve, Cell x) {
  return {curve.at("cell").get<std::string>(), arm_label(curve.at("arm").get<std::string>()), std::move(x)};
}

Measured measured_point(const Json& point) {
  Measured measured{.value = number_cell(point.at("mean")), .interval = range_cell(point.at("ci95"))};
  for (const auto& value : point.at("seed_values")) measured.seeds.push_back(number_cell(value));
  return measured;
}

/// A chart for every cell, in the order of the cells, so that figures look alike even where a cell has no
/// runs.
void add_cell_charts(LineFigure& figure, const Json& results, LineChart pattern, const std::string& what) {
  for (const auto& cell : results.at("cells")) {
    const auto id = cell.at("id").get<std::string>();
    pattern.description =
        fmt::format("{} in cell {}; the numbers are in the table below the figure.", what, id);
    figure.chart(id, pattern);
  }
}

LineChart& cell_chart(LineFigure& figure, const Json& curve) {
  return figure.chart(curve.at("cell").get<std::string>(), {});
}

/// The upper bound against velocity, in every cell's chart.
void add_bounds(LineFigure& figure, const Json& results) {
  const auto name = upper_bound_name(results);
  for (const auto& cell : results.at("cells")) {
    const auto id = cell.at("id").get<std::string>();
    Line line{.series = bound_series};
    std::vector<std::vector<Cell>> labels;
    for (const auto& score : bound_by_condition(results, id)) {
      const auto condition = number_cell(score.at("condition"));
      line.points.push_back(
          {.x = condition.number(),
           .name = fmt::format("{}, {} at {:g} km/h", id, name, condition.number()),
           .measured = {.value = number_cell(score.at("mean")), .interval = normal_interval(score)}});
      labels.push_back({id, name, condition});
    }
    if (!line.points.empty()) figure.add(figure.chart(id, {}), std::move(line), labels);
  }
}

}  // namespace

Figure velocity_figure(const Json& results, const std::string& policy) {
  Figure head{
      .id = "figure-velocity-" + policy,
      .title = fmt::format("Score against velocity, {}.", policy_label(policy)),
      .caption =
          "Filled marks: velocities that were trained; open marks: unseen ones. Bands: 95 % t intervals "
          "over seeds; small marks: seeds.",
      .legend = arm_legend(results),
      .policy = policy,
      .data = data_table(results, "data-velocity-" + policy,
                         {label("Cell"), label("Arm"), {.head = condition_head, .decimals = 0}}, "Mean",
                         SeedColumns::all)};
  if (results.at("conditions").size() < 2) return head;
  const bool bounded = upper_bound_of(results).has_value();
  if (bounded) {
    head.legend.push_back({.label = upper_bound_name(results), .series = bound_series, .classes = "hollow"});
    head.caption += " The line without marks: the upper bound, with 1.96 standard errors over episodes.";
  }
  LineFigure figure(results, std::move(head));
  LineChart pattern{.x_axis = condition_axis, .y_axis = score_axis};
  pattern.reference = random_score(results);
  pattern.reference_label = "random";
  add_cell_charts(figure, results, pattern, "Score against velocity");
  for (const auto& curve : results.at("velocity_curves")) {
    if (curve.at("policy") != policy) continue;
    Line line{.series = series_of(results, curve.at("arm").get<std::string>())};
    std::vector<std::vector<Cell>> labels;
    for (const auto& point : curve.at("points")) {
      const auto condition = number_cell(point.at("condition"));
      line.points.push_back({.x = condition.number(),
                             .name = fmt::format("{} at {:g} km/h", curve_name(curve), condition.number()),
                             .measured = measured_point(point),
                             .mark = point.at("trained") == true ? PointMark::filled : PointMark::hollow});
      labels.push_back(point_labels(curve, condition));
    }
    figure.add(cell_chart(figure, curve), std::move(line), labels);
  }
  if (bounded) add_bounds(figure, results);
  return figure.finish(true);
}

Figure training_figure(const Json& results) {
  Figure head{.id = "figure-training",
              .title = "Training.",
              .caption =
                  "Return of training episodes, averaged over workers and within bins of episodes. Thick: "
                  "mean over seeds; band: 95 % t interval; thin: each seed.",
              .legend = arm_legend(results),
              .data = data_table(results, "data-training",
                                 {label("Cell"), label("Arm"), {.head = "Episode", .decimals = 0}}, "Mean",
                                 SeedColumns::all)};
  const auto& curves = results.at("training_curves");
  if (std::ranges::all_of(curves, [](const Json& curve) { return curve.at("points").empty(); })) return head;
  LineFigure figure(results, std::move(head));
  LineChart pattern{.x_axis = "episode of a worker", .y_axis = score_axis};
  pattern.seeds_as_lines = true;
  add_cell_charts(figure, results, pattern, "Training return");
  for (const auto& curve : curves) {
    Line line{.series = series_of(results, curve.at("arm").get<std::string>())};
    std::vector<std::vector<Cell>> labels;
    for (const auto& point : curve.at("points")) {
      const auto episode = number_cell(point.at("episode"));
      line.points.push_back({.x = episode.number(),
                             .name = fmt::format("{}, episode {:.0f}", curve_name(curve), episode.number()),
                             .measured = measured_point(point)});
      labels.push_back(point_labels(curve, episode));
    }
    figure.add(cell_chart(figure, curve), std::move(line), labels);
  }
  return figure.finish(true);
}

Figure profile_figure(const Json& results, const std::string& policy) {
  const auto& profiles = member(results, "performance_profiles");
  Figure head{
      .id = "figure-profiles-" + policy,
      .title = fmt::format("Performance profiles, {}.", policy_label(policy)),
      .legend = arm_legend(results),
      .policy = policy,
      .data = data_table(results, "data-profiles-" + policy,
                         {label("Cell"), label("Arm"), {.head = "Score above"}}, "Share", SeedColumns::none)};
  if (!profiles.is_object()) return head;
  head.caption = profiles.at("rule").get<std::string>() +
                 " A curve further right and up is better; where bands overlap, the order is not settled.";
  LineFigure figure(results, std::move(head));
  add_cell_charts(figure, results, {.x_axis = score_axis, .y_axis = "share of scores above"},
                  "Share of scores above each level");
  const auto& taus = profiles.at("taus");
  for (const auto& curve : profiles.at("curves")) {
    if (curve.at("policy") != policy) continue;
    Line line{.series = series_of(results, curve.at("arm").get<std::string>())};
    std::vector<std::vector<Cell>> labels;
    for (std::size_t i = 0; i < taus.size(); ++i) {
      const auto tau = number_cell(taus.at(i));
      line.points.push_back({.x = tau.number(),
                             .name = fmt::format("{}, scores above {:.4g}", curve_name(curve), tau.number()),
                             .measured = {.value = number_cell(element(curve.at("shares"), i)),
                                          .interval = ends_cell(element(curve.at("lower"), i),
                                                                element(curve.at("upper"), i))}});
      labels.push_back(point_labels(curve, tau));
    }
    figure.add(cell_chart(figure, curve), std::move(line), labels);
  }
  return figure.finish(true);
}

}  // namespace windhover::report
