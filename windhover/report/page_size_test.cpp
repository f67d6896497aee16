#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "windhover/analysis/analyse.hpp"
#include "windhover/analysis/testing/fake_study.hpp"
#include "windhover/report/formats.hpp"
#include "windhover/report/page.hpp"

namespace windhover::report {
namespace {

/// Six switches: 64 cells, each a copy of a run of the fake study under another name.
record::StudyRecord study_of_64_cells() {
  const auto small = analysis::testing::fake_study(
      {.seeds = {1, 2}, .workers = 2, .training_episodes = 40, .evaluation_episodes = 2});
  auto record = small;
  record.study.cells.clear();
  record.runs.clear();
  record.audit->warnings.clear();
  for (unsigned bits = 0; bits < 64; ++bits) {
    auto cell = small.study.cells[bits % 4];
    cell.id = fmt::format("cell-{:06b}", bits);
    cell.factors = {};
    for (unsigned factor = 0; factor < 6; ++factor)
      cell.factors[fmt::format("switch-{}", factor)] = ((bits >> factor) & 1U) != 0;
    for (auto run : small.runs) {
      if (run.id.cell != small.study.cells[bits % 4].id) continue;
      run.id.cell = cell.id;
      run.config.id = run.id;
      run.config.factors = cell.factors;
      for (auto& row : run.evaluation) row.episode_return += bits >= 32 ? 5 : 0;
      record.runs.push_back(std::move(run));
    }
    record.study.cells.push_back(std::move(cell));
  }
  return record;
}

TEST(PageSize, SixtyFourCellsMakeAPageOfThreeMegabytesAtMost) {
  const auto results = analysis::analyse(study_of_64_cells());
  ASSERT_TRUE(results) << results.error().message;
  const auto document = make_page(*results);
  const auto page = html_page(document);
  EXPECT_LT(page.size(), 3U << 20U);
  std::size_t drawings = 0;
  for (auto at = page.find("<svg"); at != std::string::npos; at = page.find("<svg", at + 1)) ++drawings;
  EXPECT_LT(drawings, 60U) << "marks of legends among them";
  EXPECT_NE(page.find("href=\"tables/table-configuration-greedy.csv\""), std::string::npos)
      << "what is not shown is linked";
  std::size_t rows = 0;
  for (const auto& table : tables_of(document)) rows += table.rows.size();
  EXPECT_GT(rows, 1000U) << "and stands in tables/";
}

}  // namespace
}  // namespace windhover::report
