#include <algorithm>
#include <cstdlib>
#include <regex>

#include <gtest/gtest.h>

#include "windhover/analysis/analyse.hpp"
#include "windhover/analysis/linter.hpp"
#include "windhover/analysis/testing/fake_study.hpp"
#include "windhover/core/files.hpp"
#include "windhover/report/formats.hpp"
#include "windhover/report/page.hpp"
#include "windhover/report/report.hpp"
#include "windhover/report/table_writers.hpp"

/// The report of testing/results.json, a small study with everything that results can hold, against what was
/// approved. The input is a file and not a training, so its numbers are the same on every machine. A wanted
/// change is accepted by `WINDHOVER_ACCEPT=1 build/release/bin/windhover_report_test
/// --gtest_filter='Approval*'`; read the difference in git before committing it. WINDHOVER_RENEW=1 beside it
/// makes testing/results.json again, as it takes after a change of the schema.
namespace windhover::report {
namespace {

namespace fs = std::filesystem;

const fs::path here = fs::path(WINDHOVER_SOURCE_DIR) / "windhover/report";

/// A fake study with whatever a study can declare.
record::StudyRecord fixture_record() {
  auto record = analysis::testing::fake_study({.seeds = {42, 123, 456},
                                               .conditions = {5, 100},
                                               .workers = 2,
                                               .training_episodes = 20,
                                               .evaluation_episodes = 2,
                                               .noise_floor_seeds = {1, 2, 3}});
  record.study.claims = {{.id = "K1", .text = "LayerNorm helps A3C", .arm = "a3c", .effect = {"layer_norm"}},
                         {.id = "K2",
                          .text = "At least 80 with both",
                          .arm = "a3c",
                          .contrasts = {{{.cell = "gru+ln"}}},
                          .bound = 80}};
  return record;
}

/// Numbers with twelve digits: the last ones are the compiler's business.
void round_numbers(Json& json) {
  if (json.is_number_float()) json = std::stod(fmt::format("{:.12g}", json.get<double>()));
  if (!json.is_structured()) return;
  for (auto& child : json) round_numbers(child);
}

/// With WINDHOVER_RENEW=1 the fixture is made again first, where the schema has changed.
void renew_fixture_if_asked() {
  static const bool asked = std::getenv("WINDHOVER_RENEW") != nullptr;
  if (!asked) return;
  auto results = analysis::analyse(fixture_record());
  ASSERT_TRUE(results) << results.error().message;
  auto json = Json::parse(record::json_text(to_json(*results)));
  round_numbers(json);
  ASSERT_TRUE(replace_file(here / "testing/results.json", json.dump(1) + "\n"));
}

Results fixture_results() {
  renew_fixture_if_asked();
  const auto text = read_file(here / "testing/results.json");
  EXPECT_TRUE(text) << text.error().message;
  const auto results = analysis::results_from_json(Json::parse(text.value_or("")));
  EXPECT_TRUE(results) << results.error().message;
  return results.value_or(Results());
}

Page fixture() { return make_page(fixture_results()); }

/// What a build, a machine or a clock decides.
std::string scrubbed(const std::string& text) {
  static const std::regex volatile_row(
      R"((Version|Build|Machine|Digest|Wall time|CPU time)(\*\*)?( \| | & |,)[^\n]*)");
  return std::regex_replace(text, volatile_row, "$1$2$3(varies)");
}

void expect_approved(const std::string& name, const std::string& text) {
  const auto path = here / "approved" / name;
  if (std::getenv("WINDHOVER_ACCEPT") != nullptr) {
    ASSERT_TRUE(replace_file(path, scrubbed(text)));
    return;
  }
  EXPECT_EQ(read_file(path).value_or("(" + path.string() + " is missing)"), scrubbed(text))
      << "to accept this, see the head of approval_test.cpp";
}

/// The elements of the page that have an id or make its structure, indented by their depth.
std::string outline(std::string html) {
  for (const std::string element : {"style", "script"}) {
    const auto start = html.find("<" + element + ">") + element.size() + 2;
    html.erase(start, html.find("</" + element + ">") - start);
  }
  static const std::regex tag(R"re(<(/?)([a-zA-Z0-9]+)([^>]*?)(/?)>)re");
  static const std::regex id(" id=\"([^\"]*)\"");
  static const std::regex actions(" data-actions=\"([^\"]*)\"");
  static const std::regex structure(
      "html|head|body|header|aside|nav|main|section|h1|h2|dl|dt|figure|svg|details|table|thead|tbody|"
      "fieldset|script|style|title|desc");
  std::string text;
  std::size_t depth = 0;
  for (std::sregex_iterator match(html.begin(), html.end(), tag), end; match != end; ++match) {
    const std::string name = (*match)[2];
    const std::string attributes = (*match)[3];
    if (!std::regex_match(name, structure)) continue;
    if ((*match)[1].length() > 0) {
      --depth;
      continue;
    }
    text += std::string(2 * depth, ' ') + name;
    std::smatch found;
    if (std::regex_search(attributes, found, id)) text += " #" + found[1].str();
    if (std::regex_search(attributes, found, actions)) text += " (" + found[1].str() + ")";
    text += '\n';
    if ((*match)[4].length() == 0) ++depth;
  }
  return text;
}

TEST(Approval, Markdown) { expect_approved("report.md", markdown_page(fixture())); }

TEST(Approval, Outline) { expect_approved("outline.txt", outline(html_page(fixture()))); }

TEST(Approval, LatexTables) {
  std::string text;
  for (const auto& table : tables_of(fixture()))
    text += fmt::format("% {}.tex\n{}\n", table.id, latex_table(table));
  EXPECT_TRUE(std::ranges::all_of(text, [](char letter) {
    return static_cast<unsigned char>(letter) < 0x80;
  })) << "LaTeX without inputenc prints ASCII only; see the symbols in escape.cpp";
  expect_approved("tables.tex", text);
}

/// To six digits: the last ones of a difference are the compiler's business.
TEST(Approval, CsvTables) {
  std::string text;
  for (auto table : tables_of(fixture())) {
    for (auto& row : table.rows) {
      for (auto& cell : row) {
        if (auto* value = std::get_if<double>(&cell.content))
          *value = std::stod(fmt::format("{:.6g}", *value));
        if (auto* range = std::get_if<Range>(&cell.content)) {
          *range = {.lower = std::stod(fmt::format("{:.6g}", range->lower)),
                    .upper = std::stod(fmt::format("{:.6g}", range->upper))};
        }
      }
    }
    text += fmt::format("# {}.csv\n{}\n", table.id, csv_table(table));
  }
  expect_approved("tables.csv", text);
}

/// What only some results hold is on the page where they do, and nothing of it where they do not.
TEST(Approval, StatisticsAreShownWhereTheResultsHoldThem) {
  auto results = fixture_results();
  const std::vector<std::string> ids = {"table-families-greedy", "table-anova-greedy", "table-noise-floor",
                                        "table-verdicts-greedy", "table-declared-claims"};
  const auto with = html_page(make_page(results));
  results.families.clear();
  results.anova = {};
  results.statements.clear();
  results.summary.found.clear();
  results.summary.second_look.clear();
  results.noise_floor.reset();
  results.claims.declared.clear();
  const auto without = html_page(make_page(results));
  for (const auto& id : ids) {
    const auto attribute = " id=\"" + id + "\"";
    EXPECT_NE(with.find(attribute), std::string::npos) << id;
    EXPECT_EQ(without.find(attribute), std::string::npos) << id;
  }
  EXPECT_NE(with.find("class=\"noise\""), std::string::npos);
  EXPECT_EQ(without.find("class=\"noise\""), std::string::npos);
}

TEST(Approval, BothSamplesOfANoiseFloorAreCounted) {
  auto results = fixture_results();
  results.noise_floor.value().differences.greedy.arms.at("a3c").n_seeds = {.replicate = 2, .study = 3};
  EXPECT_NE(html_page(make_page(results)).find(">2 and 3</td>"), std::string::npos);
}

/// The fixture is what make_report would accept, and what is written of it is what was read.
TEST(Approval, TheFixtureIsOfTheSchema) {
  const auto json = Json::parse(read_file(here / "testing/results.json").value_or(""));
  EXPECT_EQ(to_json(fixture_results()), json);
  const auto checked = analysis::lint(json);
  EXPECT_TRUE(checked) << checked.error().message;
}

}  // namespace
}  // namespace windhover::report
