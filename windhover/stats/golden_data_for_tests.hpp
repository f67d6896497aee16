#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

#include "windhover/stats/anova.hpp"

/// The public data sets behind the golden values, and a matcher for values as they are printed in the
/// literature.
namespace windhover::stats::golden {

/// Agrees with the decimal text to within half a unit of its last digit.
MATCHER_P(PrintsAs, printed, std::string("prints as ") + printed) {
  const std::string text = printed;
  const std::size_t exponent_at = text.find('e');
  const std::string digits = text.substr(0, exponent_at);
  const int exponent = exponent_at == std::string::npos ? 0 : std::stoi(text.substr(exponent_at + 1));
  const std::size_t point = digits.find('.');
  const int decimals = point == std::string::npos ? 0 : static_cast<int>(digits.size() - point - 1);
  const double unit = std::pow(10.0, exponent - decimals);
  const double difference = std::fabs(arg - std::stod(text));
  *result_listener << "off by " << difference / unit << " units of the last digit";
  return difference <= 0.5 * unit * (1.0 + 1e-6);
}

/// Significant digits that agree: -log10 of the relative error, as NIST scores software.
inline double agreeing_digits(double value, double expected) {
  return -std::log10(std::fabs(value - expected) / std::fabs(expected));
}

/// A CSV file of tests/golden/data by columns.
class Table {
 public:
  explicit Table(const std::string& name) {
    const std::string path = std::string(WINDHOVER_SOURCE_DIR) + "/tests/golden/data/" + name + ".csv";
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot open " + path);
    std::string line;
    std::getline(file, line);
    names_ = split(line);
    columns_.resize(names_.size());
    while (std::getline(file, line)) {
      const std::vector<std::string> cells = split(line);
      for (std::size_t i = 0; i < names_.size(); ++i) columns_[i].push_back(cells.at(i));
    }
  }

  [[nodiscard]] const std::vector<std::string>& text(std::string_view name) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end()) throw std::runtime_error("no column " + std::string(name));
    return columns_[static_cast<std::size_t>(found - names_.begin())];
  }

  [[nodiscard]] std::vector<double> numbers(std::string_view name) const {
    std::vector<double> values;
    for (const std::string& cell : text(name)) values.push_back(std::stod(cell));
    return values;
  }

  /// Levels are numbered in the order of their first appearance.
  [[nodiscard]] Factor factor(std::string_view name) const {
    Factor factor{std::string(name), {}};
    std::vector<std::string> seen;
    for (const std::string& cell : text(name)) {
      const auto found = std::find(seen.begin(), seen.end(), cell);
      factor.levels.push_back(static_cast<int>(found - seen.begin()));
      if (found == seen.end()) seen.push_back(cell);
    }
    return factor;
  }

  /// The numbers of one column in groups that share a level of another, in the order of first appearance.
  [[nodiscard]] std::vector<std::vector<double>> groups(std::string_view number, std::string_view by) const {
    const std::vector<double> values = numbers(number);
    const Factor factor_by = factor(by);
    std::vector<std::vector<double>> all;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::size_t level = static_cast<std::size_t>(factor_by.levels[i]);
      if (level >= all.size()) all.resize(level + 1);
      all[level].push_back(values[i]);
    }
    return all;
  }

 private:
  static std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> cells;
    std::istringstream stream(line);
    for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
    return cells;
  }

  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> columns_;
};

/// The rows of a column where two others have the given text.
inline std::vector<double> select(const Table& table, std::string_view number, std::string_view first,
                                  std::string_view first_is, std::string_view second,
                                  std::string_view second_is) {
  const std::vector<double> values = table.numbers(number);
  std::vector<double> selected;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (table.text(first)[i] == first_is && table.text(second)[i] == second_is) selected.push_back(values[i]);
  }
  return selected;
}

inline std::vector<std::vector<double>> nist_sirstv() {
  return {{196.3052, 196.1240, 196.1890, 196.2569, 196.3403},
          {196.3042, 196.3825, 196.1669, 196.3257, 196.0422},
          {196.1303, 196.2005, 196.2889, 196.0343, 196.1811},
          {196.2795, 196.1748, 196.1494, 196.1485, 195.9885},
          {196.2119, 196.1051, 196.1850, 196.0052, 196.2090}};
}

inline std::vector<std::vector<double>> nist_atmwtag() {
  return {{107.8681568, 107.8681465, 107.8681572, 107.8681785, 107.8681446, 107.8681903,
           107.8681526, 107.8681494, 107.8681616, 107.8681587, 107.8681519, 107.8681486,
           107.8681419, 107.8681569, 107.8681508, 107.8681672, 107.8681385, 107.8681518,
           107.8681662, 107.8681424, 107.8681360, 107.8681333, 107.8681610, 107.8681477},
          {107.8681079, 107.8681344, 107.8681513, 107.8681197, 107.8681604, 107.8681385,
           107.8681642, 107.8681365, 107.8681151, 107.8681082, 107.8681517, 107.8681448,
           107.8681198, 107.8681482, 107.8681334, 107.8681609, 107.8681101, 107.8681512,
           107.8681469, 107.8681360, 107.8681254, 107.8681261, 107.8681450, 107.8681368}};
}

/// NIST's simulated one-way data: nine treatments of `size` values about `level`.
inline std::vector<std::vector<double>> nist_simulated(double level, int size) {
  std::vector<std::vector<double>> treatments;
  for (int treatment = 0; treatment < 9; ++treatment) {
    const int mean_tenths = treatment == 0 ? 4 : (treatment % 2 == 1 ? 3 : 5);
    std::vector<double> values;
    for (int i = 0; i < size; ++i) {
      const int step_tenths = i == 0 ? 0 : (i % 2 == 1 ? -1 : 1);
      values.push_back(level + (mean_tenths + step_tenths) / 10.0);
    }
    treatments.push_back(values);
  }
  return treatments;
}

inline constexpr std::array law_school_lsat{576.0, 635.0, 558.0, 578.0, 666.0, 580.0, 555.0, 661.0,
                                            651.0, 605.0, 653.0, 575.0, 545.0, 572.0, 594.0};
inline constexpr std::array law_school_gpa{3.39, 3.30, 2.81, 3.03, 3.44, 3.07, 3.00, 3.43,
                                           3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96};

inline constexpr std::array benjamini_hochberg_p{.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344,
                                                 .0459, .3240, .4262, .5719, .6528, .7590, 1.0};

/// Differences of Darwin's pairs of maize in eighths of an inch.
inline constexpr std::array darwin_maize{49.0, -67.0, 8.0,  16.0, 6.0,  23.0, 28.0, 41.0,
                                         14.0, 29.0,  56.0, 24.0, 75.0, 60.0, -48.0};

/// R's sleep: the extra hours under drug 1 less those under drug 2.
inline std::vector<double> sleep_differences() {
  const std::vector<std::vector<double>> drugs = Table("sleep").groups("extra", "group");
  std::vector<double> differences;
  for (std::size_t i = 0; i < drugs[0].size(); ++i) differences.push_back(drugs[0][i] - drugs[1][i]);
  return differences;
}

}  // namespace windhover::stats::golden
