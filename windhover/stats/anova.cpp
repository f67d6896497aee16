#include "windhover/stats/anova.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include <Eigen/Core>
#include <fmt/format.h>

#include "windhover/stats/checks.hpp"
#include "windhover/stats/distributions.hpp"

namespace windhover::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Orthonormal directions, grown column by column; a column that adds none (to rounding) is left out.
class OrthonormalBasis {
 public:
  explicit OrthonormalBasis(Index rows) : directions_(rows, 0) {}

  void add(const MatrixXd& columns) {
    for (Index i = 0; i < columns.cols(); ++i) add_column(columns.col(i));
  }

  [[nodiscard]] Index size() const { return directions_.cols(); }

  /// Squared length of `responses` in the directions from `first` on.
  [[nodiscard]] double explained(const MatrixXd& responses, Index first) const {
    return (directions_.rightCols(size() - first).transpose() * responses).squaredNorm();
  }

  [[nodiscard]] MatrixXd residual(const MatrixXd& responses) const {
    MatrixXd rest = responses;
    remove_explained(rest);
    return rest;
  }

 private:
  /// Twice, because once leaves rounding of the size of what is removed ("twice is enough", Kahan; Parlett
  /// 1980, 6.9).
  void remove_explained(MatrixXd& columns) const {
    for (int pass = 0; pass < 2; ++pass) columns -= directions_ * (directions_.transpose() * columns).eval();
  }

  void add_column(const MatrixXd& column) {
    constexpr double aliased = 1e-8;
    MatrixXd rest = column;
    remove_explained(rest);
    const double length = rest.norm();
    if (length <= aliased * column.norm()) return;
    directions_.conservativeResize(Eigen::NoChange, size() + 1);
    directions_.col(size() - 1) = rest / length;
  }

  MatrixXd directions_;  // [observations, rank]
};

/// Columns that sum to zero over the levels: level l of the first k-1 has a 1 in column l, the last level -1
/// in all.
MatrixXd sum_to_zero_columns(const std::vector<int>& levels) {
  const std::set<int> distinct(levels.begin(), levels.end());
  const Index count = static_cast<Index>(distinct.size());
  MatrixXd columns = MatrixXd::Zero(static_cast<Index>(levels.size()), count - 1);
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const Index level = static_cast<Index>(std::distance(distinct.begin(), distinct.find(levels[i])));
    const Index row = static_cast<Index>(i);
    if (level + 1 < count) {
      columns(row, level) = 1.0;
    } else {
      columns.row(row).setConstant(-1.0);
    }
  }
  return columns;
}

/// The columns of a term: all products of one column of each of its factors; a column of ones for no factors.
MatrixXd term_columns(const ModelTerm& term, const std::vector<MatrixXd>& factor_columns,
                      Index observations) {
  MatrixXd columns = MatrixXd::Ones(observations, 1);
  for (const std::size_t factor : term) {
    const MatrixXd& further = factor_columns[factor];
    MatrixXd products(observations, columns.cols() * further.cols());
    for (Index i = 0; i < columns.cols(); ++i) {
      for (Index j = 0; j < further.cols(); ++j) {
        products.col(i * further.cols() + j) = columns.col(i).cwiseProduct(further.col(j));
      }
    }
    columns = std::move(products);
  }
  return columns;
}

bool contains(const ModelTerm& larger, const ModelTerm& smaller) {
  return std::all_of(smaller.begin(), smaller.end(), [&](std::size_t factor) {
    return std::find(larger.begin(), larger.end(), factor) != larger.end();
  });
}

/// Type II: for every other term that does not contain it.
bool is_adjusted_for(const ModelTerm& term, const ModelTerm& other) { return !contains(other, term); }

/// Sums of squares and degrees of freedom of every term for one or more response columns, summed over these.
struct Decomposition {
  std::vector<double> sums_of_squares;
  std::vector<Index> ranks;
  double residual_sum_of_squares = 0.0;
  Index residual_rank = 0;
};

Decomposition decompose(const MatrixXd& responses, std::span<const Factor> factors,
                        std::span<const ModelTerm> terms) {
  std::vector<MatrixXd> factor_columns;
  for (const Factor& factor : factors) factor_columns.push_back(sum_to_zero_columns(factor.levels));
  std::vector<MatrixXd> columns;
  for (const ModelTerm& term : terms) columns.push_back(term_columns(term, factor_columns, responses.rows()));

  Decomposition parts;
  OrthonormalBasis whole(responses.rows());
  for (std::size_t term = 0; term < terms.size(); ++term) {
    whole.add(columns[term]);
    OrthonormalBasis basis(responses.rows());
    for (std::size_t other = 0; other < terms.size(); ++other) {
      if (is_adjusted_for(terms[term], terms[other])) basis.add(columns[other]);
    }
    const Index adjusted = basis.size();
    basis.add(columns[term]);
    parts.sums_of_squares.push_back(basis.explained(responses, adjusted));
    parts.ranks.push_back(basis.size() - adjusted);
  }
  parts.residual_sum_of_squares = whole.residual(responses).squaredNorm();
  parts.residual_rank = responses.rows() - whole.size();
  return parts;
}

void set_residual(AnovaTable& table, double sum_of_squares, double degrees_of_freedom) {
  table.residual_sum_of_squares = sum_of_squares;
  table.residual_degrees_of_freedom = degrees_of_freedom;
  table.residual_mean_square = sum_of_squares / degrees_of_freedom;
}

/// Precondition: the residual is set.
void add_term(AnovaTable& table, std::string name, double sum_of_squares, double degrees_of_freedom) {
  AnovaTerm term;
  term.name = std::move(name);
  term.sum_of_squares = sum_of_squares;
  term.degrees_of_freedom = degrees_of_freedom;
  term.mean_square = sum_of_squares / degrees_of_freedom;
  term.f = term.mean_square / table.residual_mean_square;
  term.p_value = degrees_of_freedom > 0.0
                     ? f_upper_tail(term.f, degrees_of_freedom, table.residual_degrees_of_freedom)
                     : std::numeric_limits<double>::quiet_NaN();
  table.terms.push_back(std::move(term));
}

std::string term_name(const ModelTerm& term, std::span<const Factor> factors,
                      const std::string& within_name = "") {
  std::string name;
  for (const std::size_t factor : term) {
    if (!name.empty()) name += ':';
    name += factors[factor].name;
  }
  if (!name.empty() && !within_name.empty()) name += ':';
  return name + within_name;
}

/// The table of the terms from `first_term` on; `multiplicity` response columns stand for as many degrees of
/// freedom each.
AnovaTable table_of(const Decomposition& parts, std::span<const Factor> factors,
                    std::span<const ModelTerm> terms, std::size_t first_term, Index multiplicity,
                    const std::string& within_name = "") {
  AnovaTable table;
  set_residual(table, parts.residual_sum_of_squares, static_cast<double>(parts.residual_rank * multiplicity));
  for (std::size_t term = first_term; term < terms.size(); ++term) {
    add_term(table, term_name(terms[term], factors, within_name), parts.sums_of_squares[term],
             static_cast<double>(parts.ranks[term] * multiplicity));
  }
  return table;
}

Result<void> check_factor(const Factor& factor, std::size_t observations) {
  WINDHOVER_RETURN_IF_ERROR(
      check_same_size(factor.levels.size(), observations,
                      fmt::format("levels of factor '{}' and observations", factor.name)));
  if (std::set<int>(factor.levels.begin(), factor.levels.end()).size() < 2) {
    return usage_error(fmt::format("factor '{}' has one level only", factor.name));
  }
  return {};
}

/// The terms after that of the intercept.
Result<std::vector<ModelTerm>> with_intercept(std::span<const ModelTerm> terms, std::size_t factors) {
  std::vector<ModelTerm> model{{}};
  for (const ModelTerm& term : terms) {
    if (term.empty()) return usage_error("a term of the model names no factor");
    for (const std::size_t factor : term) {
      if (factor < factors) continue;
      return usage_error(fmt::format("a term of the model names factor {}, there are {}", factor, factors));
    }
    model.push_back(term);
  }
  return model;
}

/// Column j of the result, j = 0 .. levels-1: an orthonormal basis (Helmert's) whose first direction is the
/// mean.
MatrixXd helmert_basis(Index levels) {
  MatrixXd basis = MatrixXd::Zero(levels, levels);
  basis.col(0).setConstant(1.0 / std::sqrt(static_cast<double>(levels)));
  for (Index j = 1; j < levels; ++j) {
    const double count = static_cast<double>(j);
    const double length = std::sqrt(count * (count + 1.0));
    basis.col(j).head(j).setConstant(1.0 / length);
    basis(j, j) = -count / length;
  }
  return basis;
}

}  // namespace

Result<SplitPlotAnova> split_plot_anova(std::span<const double> values, std::size_t within_levels,
                                        std::span<const Factor> factors, std::span<const ModelTerm> terms,
                                        const std::string& within_name) {
  WINDHOVER_RETURN_IF_ERROR(check_sample(values, 2));
  if (within_levels < 2) return usage_error(fmt::format("factor '{}' needs at least 2 levels", within_name));
  const std::size_t seeds = values.size() / within_levels;
  WINDHOVER_RETURN_IF_ERROR(
      check_same_size(values.size(), seeds * within_levels, "values and seeds times levels"));
  for (const Factor& factor : factors) WINDHOVER_RETURN_IF_ERROR(check_factor(factor, seeds));
  const Result<std::vector<ModelTerm>> model = with_intercept(terms, factors.size());
  WINDHOVER_RETURN_IF_ERROR(model);

  // A seed's values in the directions of Helmert's basis: the first holds its mean (between seeds), the
  // others its contrasts over the within factor, in which the intercept is that factor's own effect.
  const Index levels = static_cast<Index>(within_levels);
  MatrixXd table(static_cast<Index>(seeds), levels);
  for (std::size_t i = 0; i < values.size(); ++i) {
    table(static_cast<Index>(i / within_levels), static_cast<Index>(i % within_levels)) =
        values[i] - values.front();
  }
  const MatrixXd scores = table * helmert_basis(levels);
  const Decomposition between = decompose(scores.leftCols(1), factors, *model);
  const Decomposition within = decompose(scores.rightCols(levels - 1), factors, *model);
  if (between.residual_rank == 0) {
    return usage_error(
        "the model leaves no residual degrees of freedom: more seeds or fewer terms are needed");
  }
  return SplitPlotAnova{table_of(between, factors, *model, 1, 1),
                        table_of(within, factors, *model, 0, levels - 1, within_name)};
}

}  // namespace windhover::stats
