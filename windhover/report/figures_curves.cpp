#include <algorithm>
#include <cmath>

#include "windhover/analysis/wording.hpp"
#include "windhover/report/figure_parts.hpp"
#include "windhover/report/figures.hpp"
#include "windhover/report/line_chart.hpp"

namespace windhover::report {
namespace {

using analysis::arm_label;

void add_point(Extent& extent, Line& line, const Json& point, const char* x) {
  line.x.push_back(value_of(point.at(x)));
  line.mean.push_back(value_of(point.at("mean")));
  line.band.push_back(range_of(point.at("ci95")));
  line.seeds.push_back(values_of(point.at("seed_values")));
  extent.add(line.mean.back());
  extent.add(line.seeds.back());
  add(extent, line.band.back());
}

void add_point_row(Table& table, const Json& curve, const Json& point, const char* x) {
  table.rows.push_back({curve.at("cell").get<std::string>(), arm_label(curve.at("arm").get<std::string>()),
                        number_cell(point.at(x)), number_cell(point.at("mean")),
                        range_cell(point.at("ci95"))});
}

/// One chart a cell, in the order of the cells; every chart has the same ranges.
class CurvePanels {
 public:
  CurvePanels(const Json& results, std::string id) : id_(std::move(id)) {
    for (const auto& cell : results.at("cells")) {
      const auto name = cell.at("id").get<std::string>();
      charts_.push_back({.id = fmt::format("{}-{}", id_, charts_.size() + 1),
                         .title = name,
                         .y_axis = "return per episode"});
    }
  }

  LineChart& chart(const std::string& cell) { return *std::ranges::find(charts_, cell, &LineChart::title); }
  Extent& x() { return x_; }
  Extent& y() { return y_; }

  /// The title stays the cell's name.
  std::vector<std::string> finish(const std::string& x_axis, const std::string& what) {
    std::vector<std::string> panels;
    for (auto& chart : charts_) {
      chart.x_axis = x_axis;
      chart.description =
          fmt::format("{} in cell {}; the numbers are in the table below the figure.", what, chart.title);
      chart.x_range = x_.padded();
      chart.y_range = y_.padded();
      panels.push_back(draw(chart));
    }
    return panels;
  }

 private:
  std::string id_;
  std::vector<LineChart> charts_;
  Extent x_;
  Extent y_;
};

}  // namespace

Figure velocity_figure(const Json& results, const std::string& policy) {
  Figure figure{.id = "figure-velocity-" + policy,
                .title = fmt::format("Score against velocity, {}.", policy_label(policy)),
                .caption =
                    "Filled marks: velocities that were trained; open marks: unseen ones. Bands: 95 % t "
                    "intervals over seeds; small "
                    "marks: seeds.",
                .legend = arm_legend(results),
                .data = data_table("data-velocity-" + policy,
                                   {label("Cell"), label("Arm"), {.head = "Velocity", .decimals = 0}})};
  if (results.at("conditions").size() < 2) return figure;
  CurvePanels panels(results, "velocity-" + policy);
  if (const auto random = random_score(results)) panels.y().add(*random);
  for (const auto& curve : results.at("velocity_curves")) {
    if (curve.at("policy") != policy) continue;
    Line line{.series = series_of(results, curve.at("arm").get<std::string>())};
    for (const auto& point : curve.at("points")) {
      add_point(panels.y(), line, point, "condition");
      panels.x().add(line.x.back());
      line.hollow.push_back(point.at("trained") != true);
      add_point_row(figure.data, curve, point, "condition");
    }
    auto& chart = panels.chart(curve.at("cell").get<std::string>());
    chart.reference = random_score(results);
    chart.reference_label = "random";
    chart.lines.push_back(std::move(line));
  }
  figure.panels = panels.finish("test velocity, km/h", "Score against velocity");
  return figure;
}

Figure training_figure(const Json& results) {
  Figure figure{
      .id = "figure-training",
      .title = "Training.",
      .caption =
          "Return of training episodes, averaged over workers and within bins of episodes. Thick: "
          "mean over seeds; band: 95 % t "
          "interval; thin: each seed.",
      .legend = arm_legend(results),
      .data = data_table("data-training", {label("Cell"), label("Arm"), {.head = "Episode", .decimals = 0}})};
  CurvePanels panels(results, "training");
  bool any = false;
  for (const auto& curve : results.at("training_curves")) {
    Line line{.series = series_of(results, curve.at("arm").get<std::string>())};
    for (const auto& point : curve.at("points")) {
      add_point(panels.y(), line, point, "episode");
      panels.x().add(line.x.back());
      add_point_row(figure.data, curve, point, "episode");
      any = true;
    }
    auto& chart = panels.chart(curve.at("cell").get<std::string>());
    chart.seeds_as_lines = true;
    chart.lines.push_back(std::move(line));
  }
  if (any) figure.panels = panels.finish("episode of a worker", "Training return");
  return figure;
}

}  // namespace windhover::report
