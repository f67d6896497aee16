#include "windhover/report/dot_plot.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "windhover/report/svg.hpp"

namespace windhover::report {
namespace {

constexpr double width = 440;
constexpr double margin = 8;
constexpr double top = 44;
constexpr double bottom = 40;
constexpr double row_height = 18;
constexpr double seeds_below = 7;  ///< so that the interval hides no seed
constexpr double note_width = 44;
constexpr double line_height = 15;
constexpr double letter_width = 6.4;  ///< of most letters at the size of labels
constexpr std::size_t longest_line = 26;

/// Rows with one label, which stands left of them in as many lines as it takes.
struct Block {
  std::size_t first = 0;
  std::size_t last = 0;  ///< one behind
  std::vector<std::string> lines = {};
  double height = 0;
};

/// Letters, not bytes: labels may hold more than ASCII.
std::size_t letters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char letter) { return (static_cast<unsigned char>(letter) & 0xC0) != 0x80; }));
}

/// The label in lines of at most `longest_line` letters, broken behind spaces, commas and signs where it can
/// be.
std::vector<std::string> wrapped(const std::string& label) {
  std::vector<std::string> pieces = {""};
  for (const char letter : label) {
    pieces.back() += letter;
    if (std::string_view(" ,+=-").find(letter) != std::string_view::npos) pieces.emplace_back();
  }
  std::vector<std::string> lines = {""};
  for (const auto& piece : pieces) {
    if (!lines.back().empty() && letters(lines.back() + piece) > longest_line) lines.emplace_back();
    lines.back() += piece;
  }
  return lines;
}

double height_of(const DotRow& row) { return row_height + (row.measured.seeds.empty() ? 0 : seeds_below); }

std::vector<Block> blocks_of(const DotPlot& plot) {
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < plot.rows.size(); ++i) {
    if (i == 0 || plot.rows[i].label != plot.rows[i - 1].label)
      blocks.push_back({.first = i, .last = i, .lines = wrapped(plot.rows[i].label)});
    blocks.back().last = i + 1;
    blocks.back().height += height_of(plot.rows[i]);
  }
  for (auto& block : blocks)
    block.height = std::max(block.height, line_height * static_cast<double>(block.lines.size()) + 4);
  return blocks;
}

/// Where the plot begins, right of the longest label.
double left_of(const std::vector<Block>& blocks) {
  std::size_t longest = 0;
  for (const auto& block : blocks) {
    for (const auto& line : block.lines) longest = std::max(longest, letters(line));
  }
  return 2 * margin + letter_width * static_cast<double>(longest);
}

void draw_axis(Svg& svg, const DotPlot& plot, const Scale& scale, double left, double base) {
  const auto marks = ticks(plot.range, 6);
  for (const double mark : marks) {
    svg.line(scale(mark), top, scale(mark), base, "grid");
    svg.text(scale(mark), base + 15, tick_text(mark, marks), "tick", Anchor::middle);
  }
  svg.text((left + width - margin) / 2, base + 32, plot.axis, "axis", Anchor::middle);
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

void draw_row(Svg& svg, const DotRow& row, const Scale& scale, double y, const PointNames& points) {
  const auto series = series_class(row.series);
  const auto& measured = row.measured;
  if (const auto* interval = measured.interval.range())
    svg.line(scale(interval->lower), y, scale(interval->upper), y, "interval " + series);
  svg.marker(row.series, scale(measured.value.number()), y, 5, (row.hollow ? "hollow " : "mean ") + series,
             mark_text(row.name, measured));
  for (std::size_t i = 0; i < measured.seeds.size(); ++i) {
    svg.marker(row.series, scale(measured.seeds[i].number()), y + seeds_below, 2.6, "seed " + series,
               seed_text(row.name, measured, i, points));
  }
  if (!row.note.empty()) svg.text(width - margin, y + 4, row.note, "tick", Anchor::end);
}

}  // namespace

std::string draw(const DotPlot& plot) {
  const auto blocks = blocks_of(plot);
  const double left = left_of(blocks);
  double height = top + bottom;
  for (const auto& block : blocks) height += block.height;
  const double base = height - bottom;
  const bool with_notes = std::ranges::any_of(plot.rows, [](const DotRow& row) { return !row.note.empty(); });
  const Scale scale(plot.range, left, width - margin - (with_notes ? note_width : 0));
  Svg svg(width, height, plot.id, plot.title, plot.description);
  svg.text(margin, 16, plot.title, "panel");
  draw_noise(svg, plot, scale, base);
  draw_axis(svg, plot, scale, left, base);
  draw_reference(svg, plot, scale, base);
  double block_top = top;
  for (const auto& block : blocks) {
    for (std::size_t line = 0; line < block.lines.size(); ++line)
      svg.text(margin, block_top + 12 + line_height * static_cast<double>(line), block.lines[line], "row");
    double y = block_top;
    for (std::size_t i = block.first; i < block.last; ++i) {
      draw_row(svg, plot.rows[i], scale, y + row_height / 2 - 2, plot.points);
      y += height_of(plot.rows[i]);
    }
    block_top += block.height;
  }
  return svg.finish();
}

}  // namespace windhover::report
