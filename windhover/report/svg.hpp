#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace windhover::report {

/// Where a text is anchored.
enum class Anchor { start, middle, end };

/// One inline drawing. Colours come from the page's style sheet by class: "s0", "s1", ... set the colour of a
/// series, so that light and dark pages and print each have their own. Coordinates are in pixels of a drawing
/// shown at full size.
class Svg {
 public:
  /// `id` must be unique on the page; title and description are for those who can not see the drawing.
  Svg(double width, double height, std::string_view id, std::string_view title, std::string_view description);

  void line(double x1, double y1, double x2, double y2, std::string_view classes);
  void rectangle(double x, double y, double width, double height, std::string_view classes,
                 double opacity = 1);
  void text(double x, double y, std::string_view content, std::string_view classes,
            Anchor anchor = Anchor::start);

  /// A line through the points, in pieces where a point is not finite.
  void polyline(const std::vector<std::pair<double, double>>& points, std::string_view classes);
  /// The area between two lines of equally many points; points that are not finite are skipped.
  void band(const std::vector<std::pair<double, double>>& upper,
            const std::vector<std::pair<double, double>>& lower, std::string_view classes);

  /// The marker of a series: circle, square, triangle, diamond, lower triangle, cross, each its own shape so
  /// that colour is never needed to tell them apart.
  /// `tip` is what the mark says when it is pointed at.
  void marker(std::size_t series, double x, double y, double radius, std::string_view classes,
              std::string_view tip = {});

  [[nodiscard]] std::string finish() const;

 private:
  std::string body_;
};

/// How many series have a colour and a shape of their own; further ones start again.
inline constexpr std::size_t series_styles = 8;

/// "s0" .. "s5".
[[nodiscard]] std::string series_class(std::size_t series);

}  // namespace windhover::report
