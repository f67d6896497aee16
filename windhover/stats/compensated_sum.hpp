#pragma once

#include <cmath>

namespace windhover::stats {

/// A sum with a running correction for its own rounding: as accurate as if added in twice the precision and
/// rounded once. Source: Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen",
/// ZAMM 54, 1974.
class CompensatedSum {
 public:
  void add(double value) {
    const double next = sum_ + value;
    // What the addition lost, exactly: it comes from the smaller of the two.
    lost_ += std::fabs(sum_) >= std::fabs(value) ? (sum_ - next) + value : (value - next) + sum_;
    sum_ = next;
  }

  [[nodiscard]] double value() const { return std::isfinite(sum_) ? sum_ + lost_ : sum_; }

 private:
  double sum_ = 0.0;
  double lost_ = 0.0;
};

}  // namespace windhover::stats
