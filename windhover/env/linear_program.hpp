#pragma once

#include <vector>

namespace windhover::env {

/// maximise gains . x   subject to   A x <= limits,   0 <= x <= 1.
/// A is kept by columns: column j has the entries starts[j] .. starts[j + 1] - 1 of `rows` and
/// `coefficients`.
struct LinearProgram {
  std::vector<double> limits;        ///< [rows]
  std::vector<double> gains;         ///< [columns]
  std::vector<int> starts = {0};     ///< [columns + 1]
  std::vector<int> rows;             ///< [entries]; no row twice within a column
  std::vector<double> coefficients;  ///< [entries]

  [[nodiscard]] int row_count() const { return static_cast<int>(limits.size()); }
  [[nodiscard]] int column_count() const { return static_cast<int>(gains.size()); }

  /// Adds a constraint without entries, and says which row it is.
  int add_row(double limit) {
    limits.push_back(limit);
    return row_count() - 1;
  }

  /// Begins a variable; the entries that follow are its.
  void add_column(double gain) {
    gains.push_back(gain);
    starts.push_back(starts.back());
  }
  void add_entry(int row, double coefficient) {
    rows.push_back(row);
    coefficients.push_back(coefficient);
    ++starts.back();
  }
};

}  // namespace windhover::env
