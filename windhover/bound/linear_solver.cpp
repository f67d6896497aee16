#include "windhover/bound/linear_solver.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

#include <coin/ClpEventHandler.hpp>
#include <coin/ClpSimplex.hpp>
#include <fmt/format.h>

namespace windhover::bound {
namespace {

constexpr int silent = 0;
constexpr int solved_to_optimum = 0;
constexpr double tolerance = 1e-6;

/// Ends the solver after the iteration in which a stop is requested.
class StopHandler final : public ClpEventHandler {
 public:
  explicit StopHandler(std::stop_token stop) : stop_(std::move(stop)) {}

  int event(Event /*which*/) override { return stop_.stop_requested() ? end_now : go_on; }
  [[nodiscard]] ClpEventHandler* clone() const override { return new StopHandler(*this); }

 private:
  static constexpr int go_on = -1;
  static constexpr int end_now = 0;

  std::stop_token stop_;
};

/// Clp minimises unless told otherwise; losses instead of gains give its prices the usual sign.
void load(ClpSimplex& model, const env::LinearProgram& program) {
  model.setLogLevel(silent);
  std::vector<double> losses;
  for (const double gain : program.gains) losses.push_back(-gain);
  const std::vector<double> lowest(program.gains.size(), 0.0);
  const std::vector<double> highest(program.gains.size(), 1.0);
  const std::vector<CoinBigIndex> starts(program.starts.begin(), program.starts.end());
  model.loadProblem(program.column_count(), program.row_count(), starts.data(), program.rows.data(),
                    program.coefficients.data(), lowest.data(), highest.data(), losses.data(), nullptr,
                    program.limits.data());
}

/// The right-hand side of weak duality at these prices; negative ones count as 0.
double dual_value(const env::LinearProgram& program, std::span<const double> prices) {
  double value = 0;
  for (std::size_t row = 0; row < prices.size(); ++row) value += prices[row] * program.limits[row];
  for (std::size_t column = 0; column < program.gains.size(); ++column) {
    double left = program.gains[column];
    for (int entry = program.starts[column]; entry < program.starts[column + 1]; ++entry) {
      const auto at = static_cast<std::size_t>(entry);
      left -= prices[static_cast<std::size_t>(program.rows[at])] * program.coefficients[at];
    }
    value += std::max(0.0, left);
  }
  return value;
}

}  // namespace

Result<double> certified_maximum(const env::LinearProgram& program, const std::stop_token& stop) {
  if (program.limits.empty()) return std::accumulate(program.gains.begin(), program.gains.end(), 0.0);
  ClpSimplex model;
  load(model, program);
  const StopHandler handler(stop);
  model.passInEventHandler(&handler);  // which copies it
  model.primal();                      // on these programs in less than half the time of the dual simplex
  if (stop.stop_requested()) return stopped();
  const int status = model.status();
  if (status != solved_to_optimum) {
    return failure(
        fmt::format("the linear program of {} variables and {} rows was not solved: Clp ends with status {}",
                    program.column_count(), program.row_count(), status));
  }
  const double maximum = -model.objectiveValue();
  std::vector<double> prices;
  prices.reserve(static_cast<std::size_t>(program.row_count()));
  const double* row_prices = model.dualRowSolution();
  for (int row = 0; row < program.row_count(); ++row) prices.push_back(std::max(0.0, -row_prices[row]));
  const double bound = dual_value(program, prices);
  if (!(std::abs(bound - maximum) <= tolerance * std::max(1.0, std::abs(bound)))) {
    return failure(fmt::format("Clp's optimum {} of a linear program is not the {} that its prices prove",
                               maximum, bound));
  }
  return bound;
}

}  // namespace windhover::bound
