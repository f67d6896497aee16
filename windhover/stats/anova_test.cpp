#include "windhover/stats/anova.hpp"

#include <array>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/stats/anova_for_tests.hpp"
#include "windhover/stats/effect_size.hpp"
#include "windhover/stats/golden_data_for_tests.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::stats {
namespace {

using golden::PrintsAs;
using testing::anova_of_values;
using testing::term;
using testing::two_crossed_factors;

/// Values with their groups as the levels of one factor.
Result<AnovaTable> anova_of_groups(const std::vector<std::vector<double>>& groups) {
  std::vector<double> values;
  Factor factor{"between", {}};
  for (std::size_t group = 0; group < groups.size(); ++group) {
    values.insert(values.end(), groups[group].begin(), groups[group].end());
    factor.levels.insert(factor.levels.end(), groups[group].size(), static_cast<int>(group));
  }
  return anova_of_values(values, std::array{factor}, std::array{ModelTerm{0}});
}

Result<AnovaTable> anova_of_crossing(std::span<const double> values, const Factor& first,
                                     const Factor& second) {
  return anova_of_values(values, std::array{first, second}, two_crossed_factors);
}

/// The data as whole numbers of their last decimal, which double precision holds exactly; F stays what it is.
std::vector<std::vector<double>> in_last_decimals(std::vector<std::vector<double>> groups, double decimals) {
  for (auto& group : groups) {
    for (double& value : group) value = std::round(value * decimals);
  }
  return groups;
}

TEST(AnovaOfGroups, NistSiRstv) {
  const Result<AnovaTable> table = anova_of_groups(golden::nist_sirstv());
  ASSERT_TRUE(table);
  EXPECT_THAT(table->terms[0].sum_of_squares, PrintsAs(".0511462616"));
  EXPECT_THAT(table->residual_sum_of_squares, PrintsAs(".21663656"));
  // What exact arithmetic on the stored (rounded) data gives: the 14th digit is lost before anything is
  // computed.
  EXPECT_NEAR(table->terms[0].f, 1.180462374402447, 1e-15);
  const Result<AnovaTable> exact = anova_of_groups(in_last_decimals(golden::nist_sirstv(), 1e4));
  EXPECT_THAT(exact->terms[0].f, PrintsAs("1.18046237440255"));
}

TEST(AnovaOfGroups, NistAtmWtAg) {
  const Result<AnovaTable> table = anova_of_groups(golden::nist_atmwtag());
  ASSERT_TRUE(table);
  EXPECT_THAT(table->terms[0].sum_of_squares, PrintsAs("3.638341875e-9"));
  EXPECT_GT(golden::agreeing_digits(table->residual_sum_of_squares, 1.04951729166667e-8), 10.0);
  EXPECT_NEAR(table->terms[0].f, 15.94673356667693, 1e-13);  // exact arithmetic on the stored data, as above
  const Result<AnovaTable> exact = anova_of_groups(in_last_decimals(golden::nist_atmwtag(), 1e7));
  EXPECT_THAT(exact->terms[0].f, PrintsAs("15.9467335677930"));
  EXPECT_THAT(exact->terms[0].sum_of_squares * 1e-14, PrintsAs("3.638341875e-9"));
  EXPECT_THAT(exact->residual_sum_of_squares * 1e-14, PrintsAs("1.04951729166667e-8"));
}

TEST(AnovaOfGroups, NistSimulated) {
  // At the higher levels the stored data have no more digits; at level 1 least squares lose the last one.
  const std::map<double, double> digits_at_level{{1.0, 14.4}, {1e6, 10.1}, {1e12, 4.1}};
  for (const auto& [level, digits] : digits_at_level) {
    for (const int size : {21, 201, 2001}) {
      const Result<AnovaTable> table = anova_of_groups(golden::nist_simulated(level, size));
      ASSERT_TRUE(table);
      EXPECT_GT(golden::agreeing_digits(table->terms[0].f, size), digits)
          << "level " << level << ", size " << size;
    }
  }
}

TEST(AnovaOfACrossing, RWarpbreaks) {
  const golden::Table data("warpbreaks");
  const auto table = anova_of_crossing(data.numbers("breaks"), data.factor("wool"), data.factor("tension"));
  ASSERT_TRUE(table);
  EXPECT_THAT(term(*table, "wool").f, PrintsAs("3.76529"));
  EXPECT_THAT(term(*table, "tension").f, PrintsAs("8.49805"));
  EXPECT_THAT(term(*table, "wool:tension").f, PrintsAs("4.18907"));
  EXPECT_THAT(term(*table, "wool:tension").p_value, PrintsAs(".0210442"));
}

TEST(AnovaOfACrossing, RToothGrowth) {
  const golden::Table data("toothgrowth");
  const auto table = anova_of_crossing(data.numbers("len"), data.factor("supp"), data.factor("dose"));
  ASSERT_TRUE(table);
  EXPECT_THAT(term(*table, "supp").f, PrintsAs("15.57198"));
  EXPECT_THAT(term(*table, "dose").f, PrintsAs("91.99996"));
  EXPECT_THAT(term(*table, "supp:dose").f, PrintsAs("4.10699"));
  EXPECT_THAT(term(*table, "supp:dose").p_value, PrintsAs(".0218603"));
}

TEST(AnovaOfACrossing, RToothGrowthTwoByTwoWithEffectSizes) {
  const golden::Table data("toothgrowth");
  std::vector<double> lengths;
  Factor supplement{"supp", {}};
  Factor dose{"dose", {}};
  for (std::size_t i = 0; i < data.numbers("len").size(); ++i) {
    if (data.text("dose")[i] == "2") continue;
    lengths.push_back(data.numbers("len")[i]);
    supplement.levels.push_back(data.factor("supp").levels[i]);
    dose.levels.push_back(data.factor("dose").levels[i]);
  }
  const auto table = anova_of_crossing(lengths, supplement, dose);
  ASSERT_TRUE(table);
  const auto eta_squared = [&](const char* name) {
    return partial_eta_squared(term(*table, name).sum_of_squares, table->residual_sum_of_squares);
  };
  EXPECT_THAT(term(*table, "supp").f, PrintsAs("25.47988"));
  EXPECT_THAT(term(*table, "dose").f, PrintsAs("67.96969"));
  EXPECT_THAT(term(*table, "supp:dose").f, PrintsAs(".09426"));
  EXPECT_THAT(eta_squared("supp"), PrintsAs(".414443"));
  EXPECT_THAT(eta_squared("dose"), PrintsAs(".653745"));
  EXPECT_THAT(eta_squared("supp:dose"), PrintsAs(".00261152"));
}

/// An unbalanced 2x2: cells of 2, 4, 3 and 6 values.
struct UnbalancedTwoByTwo {
  std::vector<double> values{3.1, 4.0, 5.2, 4.4, 6.1, 5.0, 2.2, 2.9, 3.5, 9.1, 7.7, 8.8, 8.1, 9.9, 7.2};
  Factor row{"row", {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1}};
  Factor column{"column", {0, 0, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1}};

  [[nodiscard]] std::vector<double> cell(int in_row, int in_column) const {
    std::vector<double> selected;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (row.levels[i] == in_row && column.levels[i] == in_column) selected.push_back(values[i]);
    }
    return selected;
  }
};

TEST(AnovaOfACrossing, WeighsTheRowDifferences) {
  // For two rows: (sum w d)^2 / sum w, with the difference d of the rows in each column and w = n0 n1 / (n0 +
  // n1).
  const UnbalancedTwoByTwo data;
  double weights = 0.0;
  double weighted = 0.0;
  for (const int column : {0, 1}) {
    const auto upper = data.cell(0, column);
    const auto lower = data.cell(1, column);
    const double n0 = static_cast<double>(upper.size());
    const double n1 = static_cast<double>(lower.size());
    weights += n0 * n1 / (n0 + n1);
    weighted += n0 * n1 / (n0 + n1) * (mean(upper) - mean(lower));
  }
  const auto table = anova_of_crossing(data.values, data.row, data.column);
  ASSERT_TRUE(table);
  EXPECT_NEAR(term(*table, "row").sum_of_squares, weighted * weighted / weights, 1e-10);
}

TEST(AnovaOfACrossing, RefusesOneValueInEachCell) {
  const Factor row{"row", {0, 0, 1, 1}};
  const Factor column{"column", {0, 1, 0, 1}};
  EXPECT_FALSE(anova_of_crossing(std::vector{1.0, 2.0, 3.0, 5.0}, row, column));
  EXPECT_FALSE(anova_of_crossing(std::vector{1.0, 2.0, 3.0}, row, column));
}

TEST(AnovaOfValues, RNpkWithBlocksAndAnAliasedTerm) {
  const golden::Table data("npk");
  const std::vector<Factor> factors{data.factor("block"), data.factor("N"), data.factor("P"),
                                    data.factor("K")};
  const std::vector<ModelTerm> terms{{0}, {1}, {2}, {3}, {1, 2}, {1, 3}, {2, 3}, {1, 2, 3}};
  const auto table = anova_of_values(data.numbers("yield"), factors, terms);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->residual_degrees_of_freedom, 12.0);
  EXPECT_THAT(term(*table, "N").f, PrintsAs("12.25873"));
  EXPECT_THAT(term(*table, "K").f, PrintsAs("6.16569"));
  EXPECT_THAT(term(*table, "N:P").f, PrintsAs("1.37830"));
  EXPECT_EQ(term(*table, "N:P:K").degrees_of_freedom, 0.0);  // the blocks hold it
  EXPECT_TRUE(std::isnan(term(*table, "N:P:K").p_value));
}

class Co2 : public ::testing::Test {
 protected:
  static constexpr std::size_t concentrations = 7;

  /// Level of a factor for each plant: that of its first row.
  [[nodiscard]] Factor of_plants(const char* name) const {
    const Factor by_row = data.factor(name);
    Factor by_plant{name, {}};
    for (std::size_t i = 0; i < by_row.levels.size(); i += concentrations)
      by_plant.levels.push_back(by_row.levels[i]);
    return by_plant;
  }

  [[nodiscard]] Result<SplitPlotAnova> anova() const {
    return split_plot_anova(data.numbers("uptake"), concentrations,
                            std::array{of_plants("Type"), of_plants("Treatment")}, two_crossed_factors,
                            "conc");
  }

  /// sum (mean of the row's group - mean of all)^2 over all rows, where rows with the same levels of these
  /// factors are a group.
  [[nodiscard]] double between_groups(std::initializer_list<const char*> factors) const {
    const std::vector<double> values = data.numbers("uptake");
    std::map<std::vector<int>, std::vector<double>> groups;
    for (std::size_t row = 0; row < values.size(); ++row) {
      std::vector<int> levels;
      for (const char* factor : factors) levels.push_back(data.factor(factor).levels[row]);
      groups[levels].push_back(values[row]);
    }
    double sum = 0.0;
    for (const auto& [levels, group] : groups)
      sum += static_cast<double>(group.size()) * std::pow(mean(group) - mean(values), 2);
    return sum;
  }

  golden::Table data{"co2"};
};

TEST_F(Co2, PlantsAreTheErrorStratum) {
  const auto split = anova();
  ASSERT_TRUE(split);
  const AnovaTable& table = split->between_seeds;
  EXPECT_EQ(table.residual_degrees_of_freedom, 8.0);
  EXPECT_THAT(term(table, "Type").f, PrintsAs("95.19549"));
  EXPECT_THAT(term(table, "Treatment").f, PrintsAs("27.94921"));
  EXPECT_THAT(term(table, "Type:Treatment").f, PrintsAs("6.38485"));
  EXPECT_THAT(term(table, "Type:Treatment").p_value, PrintsAs(".03543"));
}

TEST_F(Co2, StrataAddUpToTheTotal) {
  const auto split = anova();
  ASSERT_TRUE(split);
  double sum = 0.0;
  double freedom = 0.0;
  for (const AnovaTable& table : {split->between_seeds, split->within_seeds}) {
    sum += table.residual_sum_of_squares;
    freedom += table.residual_degrees_of_freedom;
    for (const AnovaTerm& term : table.terms) {
      sum += term.sum_of_squares;
      freedom += term.degrees_of_freedom;
    }
  }
  EXPECT_NEAR(sum, sum_of_squared_deviations(data.numbers("uptake")), 1e-8);
  EXPECT_EQ(freedom, 83.0);
  EXPECT_EQ(term(split->within_seeds, "Type:conc").degrees_of_freedom, 6.0);
}

TEST_F(Co2, WithinStratumIsThatOfTheMeansOfGroups) {
  // In a balanced design every sum of squares is one of means of groups, less those of the terms within.
  const double type = between_groups({"Type"});
  const double treatment = between_groups({"Treatment"});
  const double conc = between_groups({"conc"});
  const double type_conc = between_groups({"Type", "conc"}) - type - conc;
  const double treatment_conc = between_groups({"Treatment", "conc"}) - treatment - conc;
  const double type_treatment = between_groups({"Type", "Treatment"}) - type - treatment;
  const double all_three = between_groups({"Type", "Treatment", "conc"}) - type - treatment - conc -
                           type_conc - treatment_conc - type_treatment;
  const double rest = sum_of_squared_deviations(data.numbers("uptake")) - between_groups({"Plant"}) - conc -
                      type_conc - treatment_conc - all_three;
  const auto split = anova();
  ASSERT_TRUE(split);
  const AnovaTable& table = split->within_seeds;
  EXPECT_EQ(table.residual_degrees_of_freedom, 48.0);
  EXPECT_NEAR(table.residual_sum_of_squares, rest, 1e-9);
  EXPECT_NEAR(term(table, "conc").f, conc / 6.0 / (rest / 48.0), 1e-9);
  EXPECT_NEAR(term(table, "Type:conc").f, type_conc / 6.0 / (rest / 48.0), 1e-9);
  EXPECT_NEAR(term(table, "Treatment:conc").f, treatment_conc / 6.0 / (rest / 48.0), 1e-9);
  EXPECT_NEAR(term(table, "Type:Treatment:conc").f, all_three / 6.0 / (rest / 48.0), 1e-9);
}

TEST_F(Co2, PseudoReplicationIsAnotherAnswer) {
  // The wrong analysis, kept as a warning: every row as if it were a plant of its own.
  const auto table = anova_of_crossing(data.numbers("uptake"), data.factor("Type"), data.factor("Treatment"));
  ASSERT_TRUE(table);
  EXPECT_EQ(table->residual_degrees_of_freedom, 80.0);
  EXPECT_THAT(term(*table, "Type:Treatment").f, PrintsAs("3.52180"));
}

}  // namespace
}  // namespace windhover::stats
