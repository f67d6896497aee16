#include "windhover/report/svg.hpp"

#include <cmath>

#include <fmt/format.h>

#include "windhover/report/escape.hpp"

namespace windhover::report {
namespace {

const char* anchor_name(Anchor anchor) {
  if (anchor == Anchor::middle) return "middle";
  return anchor == Anchor::end ? "end" : "start";
}

bool is_finite(const std::pair<double, double>& point) {
  return std::isfinite(point.first) && std::isfinite(point.second);
}

}  // namespace

Svg::Svg(double width, double height, std::string_view id, std::string_view title,
         std::string_view description) {
  const auto name = escape_html(id);
  body_ = fmt::format(
      "<svg viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\" role=\"img\" "
      "aria-labelledby=\"{2}-t {2}-d\" "
      "xmlns=\"http://www.w3.org/2000/svg\">\n<title id=\"{2}-t\">{3}</title>\n<desc "
      "id=\"{2}-d\">{4}</desc>\n",
      width, height, name, escape_html(title), escape_html(description));
}

void Svg::line(double x1, double y1, double x2, double y2, std::string_view classes) {
  body_ += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>\n", x1,
                       y1, x2, y2, classes);
}

void Svg::rectangle(double x, double y, double width, double height, std::string_view classes,
                    double opacity) {
  body_ += fmt::format(
      "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" class=\"{}\" "
      "fill-opacity=\"{:.3f}\"/>\n",
      x, y, width, height, classes, opacity);
}

void Svg::text(double x, double y, std::string_view content, std::string_view classes, Anchor anchor) {
  body_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\" text-anchor=\"{}\">{}</text>\n", x, y,
                       classes, anchor_name(anchor), escape_html(content));
}

void Svg::polyline(const std::vector<std::pair<double, double>>& points, std::string_view classes) {
  std::string path;
  bool pen_down = false;
  for (const auto& point : points) {
    if (is_finite(point))
      path += fmt::format("{}{:.1f} {:.1f}", pen_down ? "L" : "M", point.first, point.second);
    pen_down = is_finite(point);
  }
  if (!path.empty()) body_ += fmt::format("<path d=\"{}\" class=\"{}\"/>\n", path, classes);
}

void Svg::band(const std::vector<std::pair<double, double>>& upper,
               const std::vector<std::pair<double, double>>& lower, std::string_view classes) {
  std::string path;
  const auto add = [&](const std::pair<double, double>& point) {
    if (is_finite(point))
      path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", point.first, point.second);
  };
  for (const auto& point : upper) add(point);
  for (auto point = lower.rbegin(); point != lower.rend(); ++point) add(*point);
  if (!path.empty()) body_ += fmt::format("<path d=\"{}Z\" class=\"{}\"/>\n", path, classes);
}

void Svg::marker(std::size_t series, double x, double y, double radius, std::string_view classes,
                 std::string_view tip) {
  if (!std::isfinite(x) || !std::isfinite(y)) return;
  const auto shape = [&](const std::string& element) {
    body_ += fmt::format("<{} class=\"{}\"{}/>\n", element, classes,
                         tip.empty() ? "" : fmt::format(" data-tip=\"{}\"", escape_html(tip)));
  };
  const auto path = [&](const std::string& data) { shape(fmt::format("path d=\"{}\"", data)); };
  const double r = radius;
  switch (series % series_styles) {
    case 0:
      shape(fmt::format("circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\"", x, y, r));
      break;
    case 1:
      path(fmt::format("M{:.1f} {:.1f}h{:.1f}v{:.1f}h{:.1f}Z", x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r,
                       -1.8 * r));
      break;
    case 2:
      path(fmt::format("M{:.1f} {:.1f}l{:.1f} {:.1f}h{:.1f}Z", x, y - 1.2 * r, 1.1 * r, 2 * r, -2.2 * r));
      break;
    case 3:
      path(fmt::format("M{:.1f} {:.1f}l{:.1f} {:.1f}l{:.1f} {:.1f}l{:.1f} {:.1f}Z", x, y - 1.3 * r, 1.1 * r,
                       1.3 * r, -1.1 * r, 1.3 * r, -1.1 * r, -1.3 * r));
      break;
    case 4:
      path(fmt::format("M{:.1f} {:.1f}l{:.1f} {:.1f}h{:.1f}Z", x, y + 1.2 * r, 1.1 * r, -2 * r, -2.2 * r));
      break;
    case 6:
      path(fmt::format("M{:.1f} {:.1f}l{:.1f} {:.1f}v{:.1f}Z", x + 1.2 * r, y, -2 * r, 1.1 * r, -2.2 * r));
      break;
    case 7:
      path(fmt::format("M{:.1f} {:.1f}l{:.1f} {:.1f}v{:.1f}Z", x - 1.2 * r, y, 2 * r, 1.1 * r, -2.2 * r));
      break;
    default:
      path(fmt::format("M{:.1f} {:.1f}h{:.1f}M{:.1f} {:.1f}v{:.1f}", x - 1.2 * r, y, 2.4 * r, x, y - 1.2 * r,
                       2.4 * r));
      break;
  }
}

std::string Svg::finish() const { return body_ + "</svg>\n"; }

std::string series_class(std::size_t series) { return fmt::format("s{}", series % series_styles); }

}  // namespace windhover::report
