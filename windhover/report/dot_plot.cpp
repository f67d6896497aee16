#include "windhover/report/dot_plot.hpp"

#include <algorithm>
#include <cmath>

#include "windhover/report/svg.hpp"

namespace windhover::report {
namespace {

constexpr double width = 380;
constexpr double margin = 8;
constexpr double label_width = 132;
constexpr double top = 44;
constexpr double bottom = 40;
constexpr double label_height = 20;
constexpr double row_height = 18;
constexpr double seeds_below = 7;  ///< so that the interval hides no seed
constexpr double note_width = 44;

double left_of(const DotPlot& plot) { return margin + (plot.labels_beside ? label_width : 0); }

bool starts_label(const DotPlot& plot, std::size_t row) {
  return row == 0 || plot.rows[row].label != plot.rows[row - 1].label;
}

double height_of(const DotRow& row) { return row_height + (row.measured.seeds.empty() ? 0 : seeds_below); }

double height_of(const DotPlot& plot) {
  double height = top + bottom;
  for (std::size_t i = 0; i < plot.rows.size(); ++i)
    height += height_of(plot.rows[i]) + (starts_label(plot, i) && !plot.labels_beside ? label_height : 0);
  return height;
}

void draw_axis(Svg& svg, const DotPlot& plot, const Scale& scale, double base) {
  const auto marks = ticks(plot.range, 6);
  for (const double mark : marks) {
    svg.line(scale(mark), top, scale(mark), base, "grid");
    svg.text(scale(mark), base + 15, tick_text(mark, marks), "tick", Anchor::middle);
  }
  svg.text((left_of(plot) + width - margin) / 2, base + 32, plot.axis, "axis", Anchor::middle);
}

void draw_noise(Svg& svg, const DotPlot& plot, const Scale& scale, double base) {
  if (!plot.noise || !std::isfinite(*plot.noise)) return;
  const double left = scale(-*plot.noise);
  svg.rectangle(left, top, scale(*plot.noise) - left, base - top, "noise");
}

void draw_reference(Svg& svg, const DotPlot& plot, const Scale& scale, double base) {
  if (!plot.reference || !std::isfinite(*plot.reference)) return;
  const double x = scale(*plot.reference);
  svg.line(x, top - 4, x, base, "reference");
  const bool near_right = x > width - 110;
  svg.text(near_right ? x - 4 : x + 4, top - 6, plot.reference_label, "tick",
           near_right ? Anchor::end : Anchor::start);
}

void draw_row(Svg& svg, const DotRow& row, const Scale& scale, double y,
              const std::vector<std::string>& seed_names) {
  const auto series = series_class(row.series);
  const auto& measured = row.measured;
  if (const auto* interval = measured.interval.range())
    svg.line(scale(interval->lower), y, scale(interval->upper), y, "interval " + series);
  svg.marker(row.series, scale(measured.value.number()), y, 5, (row.hollow ? "hollow " : "mean ") + series,
             mark_text(row.name, measured));
  for (std::size_t i = 0; i < measured.seeds.size(); ++i) {
    svg.marker(row.series, scale(measured.seeds[i].number()), y + seeds_below, 2.6, "seed " + series,
               seed_text(row.name, measured, i, seed_names));
  }
  if (!row.note.empty()) svg.text(width - margin, y + 4, row.note, "tick", Anchor::end);
}

}  // namespace

std::string draw(const DotPlot& plot) {
  const double height = height_of(plot);
  const double base = height - bottom;
  const bool with_notes = std::ranges::any_of(plot.rows, [](const DotRow& row) { return !row.note.empty(); });
  const Scale scale(plot.range, left_of(plot), width - margin - (with_notes ? note_width : 0));
  Svg svg(width, height, plot.id, plot.title, plot.description);
  svg.text(margin, 16, plot.title, "panel");
  draw_noise(svg, plot, scale, base);
  draw_axis(svg, plot, scale, base);
  draw_reference(svg, plot, scale, base);
  double y = top;
  for (std::size_t i = 0; i < plot.rows.size(); ++i) {
    if (starts_label(plot, i)) {
      svg.text(margin, y + 12, plot.rows[i].label, "row");
      if (!plot.labels_beside) y += label_height;
    }
    draw_row(svg, plot.rows[i], scale, y + row_height / 2 - 2, plot.seed_names);
    y += height_of(plot.rows[i]);
  }
  return svg.finish();
}

}  // namespace windhover::report
