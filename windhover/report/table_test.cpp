#include "windhover/report/table.hpp"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/report/table_writers.hpp"

namespace windhover::report {
namespace {

using testing::HasSubstr;
using testing::Not;

Table sample() {
  return {.id = "sample",
          .title = "Sample.",
          .caption = "A & B.",
          .columns = {{.head = "Cell", .kind = ColumnKind::label},
                      {.head = "mean", .decimals = 1, .group = "A3C"},
                      {.head = "interval", .kind = ColumnKind::range, .decimals = 1, .group = "A3C"},
                      {.head = "p", .kind = ColumnKind::p_value},
                      {.head = "Verdict", .kind = ColumnKind::verdict}},
          .rows = {{"gru|ln", -0.04, Range{.lower = -1.25, .upper = 2}, 0.00001, "confirmed"},
                   {"gru|ln", std::numeric_limits<double>::quiet_NaN(), Cell(), 0.0625, "not decidable"}}};
}

TEST(Table, NumbersHaveARealMinusAndNoNegativeZero) {
  EXPECT_EQ(number_text(-1.25, 1, false), "−1.2");
  EXPECT_EQ(number_text(-0.04, 1, true), "0.0");
  EXPECT_EQ(number_text(3, 2, true), "+3.00");
}

TEST(Table, CellsThatHoldNothingAreADash) {
  const Column number{.head = "x"};
  EXPECT_EQ(cell_text(number, {}), "—");
  EXPECT_EQ(cell_text(number, std::numeric_limits<double>::infinity()), "—");
  EXPECT_EQ(cell_text({.head = "p", .kind = ColumnKind::p_value}, 0.00001), "< 0.0001");
  EXPECT_EQ(cell_text({.head = "i", .kind = ColumnKind::range}, Range{.lower = -1, .upper = 1}),
            "[−1.00, 1.00]");
}

TEST(Table, CsvHasEveryDigitAndRepeatsItsLabels) {
  EXPECT_EQ(csv_table(sample()),
            "Cell,A3C mean,A3C interval lower,A3C interval upper,p,Verdict\n"
            "gru|ln,-0.04,-1.25,2,1e-05,confirmed\n"
            "gru|ln,,,,0.0625,not decidable\n");
}

TEST(Table, MarkdownEscapesAndPrintsALabelOnce) {
  const auto text = markdown_table(sample());
  EXPECT_THAT(text, HasSubstr("| gru\\|ln | 0.0 | \\[−1.2, 2.0\\] | &lt; 0.0001 | confirmed |"));
  EXPECT_THAT(text, HasSubstr("|  | — | — | 0.0625 | not decidable |"));
}

TEST(Table, LatexUsesBooktabs) {
  const auto text = latex_table(sample());
  EXPECT_THAT(text, HasSubstr("\\begin{tabular}{lrrrl}"));
  EXPECT_THAT(text, HasSubstr("\\multicolumn{2}{c}{A3C}"));
  EXPECT_THAT(text, HasSubstr("\\cmidrule(lr){2-3}"));
  EXPECT_THAT(text, HasSubstr("A \\& B."));
  EXPECT_THAT(text, Not(HasSubstr("longtable")));
}

TEST(Table, HtmlNamesItsHeadsAndVerdicts) {
  const auto text = html_table(sample());
  EXPECT_THAT(text, HasSubstr("<th scope=\"row\" class=\"label\">gru|ln</th>"));
  EXPECT_THAT(text, HasSubstr("<span class=\"verdict not-decidable\">not decidable</span>"));
  EXPECT_THAT(text, HasSubstr("colspan=\"2\" class=\"group\">A3C</th>"));
}

}  // namespace
}  // namespace windhover::report
