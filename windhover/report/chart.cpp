#include "windhover/report/chart.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace windhover::report {

std::string mark_text(const std::string& name, const Measured& measured) {
  const Column column{.head = {}};
  auto text = fmt::format("{}: {}", name, cell_text(column, measured.value));
  if (measured.interval.range() != nullptr) text += " " + cell_text(column, measured.interval);
  return text;
}

std::string seed_text(const std::string& name, const Measured& measured, std::size_t seed,
                      const PointNames& points) {
  const bool named = measured.seeds.size() == points.names.size();
  return fmt::format("{}, {}: {}", name,
                     named ? fmt::format("{} {}", points.what, points.names[seed]) : "one " + points.what,
                     cell_text({.head = {}}, measured.seeds[seed]));
}

void Extent::add(double value) {
  if (!std::isfinite(value)) return;
  range_ = any_ ? Range{.lower = std::min(range_.lower, value), .upper = std::max(range_.upper, value)}
                : Range{.lower = value, .upper = value};
  any_ = true;
}

void Extent::add(const Range& range) {
  add(range.lower);
  add(range.upper);
}

void Extent::add(const Measured& measured) {
  add(measured.value.number());
  if (const auto* range = measured.interval.range()) add(*range);
  for (const auto& seed : measured.seeds) add(seed.number());
}

Range Extent::padded() const {
  if (!any_) return {.lower = 0, .upper = 1};
  const double width = range_.upper - range_.lower;
  const double room = width > 0 ? 0.04 * width : std::max(1.0, 0.04 * std::abs(range_.lower));
  return {.lower = range_.lower - room, .upper = range_.upper + room};
}

std::vector<double> ticks(Range range, int count) {
  const double raw = (range.upper - range.lower) / count;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (factor == 2.5 && power < 10) continue;  // ticks stay whole numbers or one digit apart
    if (factor * power >= raw) {
      step = factor * power;
      break;
    }
  }
  std::vector<double> values;
  for (double index = std::ceil(range.lower / step); index * step <= range.upper; ++index)
    values.push_back(index * step);
  return values;
}

std::string tick_text(double value, const std::vector<double>& all) {
  int decimals = 0;
  if (all.size() > 1)
    decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(all[1] - all[0]) - 1e-9)));
  return number_text(value, decimals, false);
}

}  // namespace windhover::report
