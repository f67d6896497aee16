#include "windhover/report/overview.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/analysis/analyse.hpp"
#include "windhover/analysis/testing/two_environments.hpp"
#include "windhover/core/files.hpp"
#include "windhover/core/temporary_folder.hpp"
#include "windhover/report/write_report_for_tests.hpp"

namespace windhover::report {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class OverviewTest : public ::testing::Test {
 protected:
  OverviewTest() {
    auto record = analysis::testing::two_environments();
    record.study.claims = {
        {.id = "K1",
         .text = "LayerNorm helps far away",
         .arm = "a3c",
         .contrasts = {{{.cell = analysis::testing::cell_in("mlp+ln", "far"), .coefficient = 1},
                        {.cell = analysis::testing::cell_in("mlp", "far"), .coefficient = -1}}}}};
    auto analysed = analysis::analyse(record);
    EXPECT_TRUE(analysed) << analysed.error().message;
    results = *std::move(analysed);
    const auto written = write_report(results, out);
    EXPECT_TRUE(written) << written.error().message;
  }

  [[nodiscard]] std::string text(const std::string& path) const { return read_file(out / path).value_or(""); }

  TemporaryFolder temporary;
  fs::path out = temporary.path();
  analysis::Results results;
};

TEST_F(OverviewTest, ShowsClaimsVerdictsAndScoresOfAllEnvironments) {
  const auto page = text("report.html");
  for (const char* part :
       {"LayerNorm helps far away", "confirmed", "mlp+ln,environment=far", "mlp+ln,environment=near",
        "href=\"environments/near/report.html\"", "href=\"environments/far/report.html\"", "no common unit"})
    EXPECT_THAT(page, HasSubstr(part));
  EXPECT_THAT(text("report.md"), HasSubstr("[far](environments/far/report.md)"));
  EXPECT_THAT(text("tables/table-verdicts-greedy.csv"), HasSubstr("far,LayerNorm"));
}

TEST_F(OverviewTest, EveryEnvironmentHasAnOrdinaryReport) {
  for (const std::string name : {"near", "far"}) {
    const auto page = text("environments/" + name + "/report.html");
    EXPECT_THAT(page, HasSubstr("<h1>small: " + name + "</h1>"));
    EXPECT_THAT(page, HasSubstr("href=\"../../report.html\""));
    EXPECT_THAT(page, HasSubstr("Heat maps"));
    EXPECT_THAT(page, Not(HasSubstr(name == "near" ? "environment=far" : "environment=near")));
    EXPECT_FALSE(text("environments/" + name + "/report.md").empty());
    EXPECT_TRUE(fs::exists(out / "environments" / name / "tables" / "table-configuration-greedy.csv"));
  }
}

TEST_F(OverviewTest, AnEnvironmentOfWhichNothingHasFinishedClaimsNothing) {
  auto record = analysis::testing::two_environments();
  std::erase_if(record.runs, [](const record::Run& run) { return run.id.cell.ends_with("=far"); });
  ASSERT_TRUE(write_report(analysis::analyse(record).value(), out));
  EXPECT_THAT(text("report.md"), HasSubstr("far: Nothing has finished yet"));
  EXPECT_THAT(text("tables/table-environments.csv"), HasSubstr("0 of 24"));
  EXPECT_THAT(text("tables/table-verdicts-greedy.csv"), Not(HasSubstr("far,")));
  EXPECT_FALSE(fs::exists(out / "environments/far/tables/table-configuration-greedy.csv"));
  EXPECT_TRUE(fs::exists(out / "environments/near/tables/table-configuration-greedy.csv"));

  record.runs.clear();
  ASSERT_TRUE(write_report(analysis::analyse(record).value(), out));
  EXPECT_FALSE(fs::exists(out / "tables/table-verdicts-greedy.csv"));
  EXPECT_THAT(text("report.md"), Not(HasSubstr("confirmed")));
}

TEST_F(OverviewTest, NumbersNameTheirPlaceInTheResults) {
  const auto page = text("report.html");
  const Json::json_pointer place("/environments/1/results/statements/0/estimate");
  ASSERT_TRUE(to_json(results).contains(place));
  EXPECT_THAT(page, HasSubstr("data-source=\"" + place.to_string() + "\""));
}

}  // namespace
}  // namespace windhover::report
