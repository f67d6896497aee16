#include "apps/windhover/bench/growth_drawing.hpp"

#include <cmath>

#include <fmt/format.h>

#include "windhover/report/chart.hpp"
#include "windhover/report/formats.hpp"
#include "windhover/report/line_chart.hpp"

namespace windhover::app {
namespace {

constexpr double panel_width = 380;
constexpr double panel_height = 260;

/// One quantity against one dimension; the dimension on a logarithmic axis, as its values double or more.
std::string panel(const Json& series, std::size_t colour, const char* key, const char* title, double unit) {
  report::Line line{.series = colour};
  report::LineChart chart{.id = fmt::format("{}-{}", series["name"].get<std::string>(), key)};
  chart.title = fmt::format("{}: {}", series["name"].get<std::string>(), title);
  chart.description = chart.title;
  chart.x_axis = series["name"];
  report::Extent x, y;
  y.add(0);
  for (const Json& point : series["points"]) {
    const double position = std::log2(point["value"].get<double>());
    const double value = point[key].get<double>() / unit;
    const auto label = std::to_string(point["value"].get<int>());
    line.points.push_back(
        {.x = position, .name = label, .measured = {.value = value}, .mark = report::PointMark::filled});
    x.add(position);
    y.add(value);
    chart.x_names.emplace_back(position, label);
  }
  chart.x_range = x.padded();
  chart.y_range = y.padded();
  chart.lines.push_back(std::move(line));
  return report::draw(chart);
}

}  // namespace

std::string draw_growth(const Json& growth) {
  std::string panels;
  std::size_t column = 0;
  for (const Json& series : growth["series"]) {
    const double x = static_cast<double>(column) * panel_width;
    panels += fmt::format("<g transform=\"translate({:.0f} 0)\">{}</g>\n", x,
                          panel(series, column, "steps_per_second", "thousand steps per second", 1000));
    panels += fmt::format("<g transform=\"translate({:.0f} {:.0f})\">{}</g>\n", x, panel_height,
                          panel(series, column, "peak_rss_mb", "memory, MiB", 1));
    ++column;
  }
  const double width = static_cast<double>(column) * panel_width;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\">\n{4}\n<style>\n{2}</style>\n<rect width=\"100%\" height=\"100%\" "
      "fill=\"var(--page)\"/>\n{3}</svg>\n",
      width, 2 * panel_height, report::style_sheet(), panels, drawing_mark);
}

}  // namespace windhover::app
