#include "windhover/report/report.hpp"

#include <array>
#include <cmath>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/analysis/analyse.hpp"
#include "windhover/analysis/testing/fake_study.hpp"
#include "windhover/core/files.hpp"
#include "windhover/core/temporary_folder.hpp"
#include "windhover/report/write_report_for_tests.hpp"

namespace windhover::report {
namespace {

namespace fs = std::filesystem;
using analysis::testing::fake_study;
using testing::HasSubstr;
using testing::Not;

/// A folder of its own that goes away with the test.
class ReportTest : public testing::Test {
 protected:
  /// The page of a record's report, which must be written without an error.
  std::string page(const record::StudyRecord& record) {
    const auto results = analysis::analyse(record);
    EXPECT_TRUE(results) << results.error().message;
    const auto written = write_report(*results, out);
    EXPECT_TRUE(written) << written.error().message;
    return read_file(out / "report.html").value_or("");
  }

  /// Every file below the folder, by its path in it.
  [[nodiscard]] std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(out)) {
      if (entry.is_regular_file())
        all[fs::relative(entry.path(), out).string()] = read_file(entry.path()).value_or("");
    }
    return all;
  }

  TemporaryFolder temporary;
  fs::path out = temporary.path();
};

/// The first reason why the text is not well-formed XML (elements nest and close, attributes are quoted, no
/// stray < or &); empty if it is. Style sheet and script are left out.
std::string malformation(std::string text) {
  for (const std::string element : {"style", "script"}) {
    const auto start = text.find("<" + element + ">");
    const auto end = text.find("</" + element + ">");
    if (start != std::string::npos) text.erase(start, end + element.size() + 3 - start);
  }
  static const std::regex tag(R"(^<(/?)([a-zA-Z0-9]+)((?:\s+[a-zA-Z0-9:-]+="[^"<]*")*)\s*(/?)>)");
  static const std::regex entity(R"(^&(#[0-9]+|amp|lt|gt|quot);)");
  std::vector<std::string> open;
  for (std::size_t at = text.find_first_of("<&"); at != std::string::npos;
       at = text.find_first_of("<&", at + 1)) {
    const std::string here = text.substr(at, 2000);
    std::smatch match;
    if (here.starts_with("<!DOCTYPE html>")) continue;
    if (text[at] == '&') {
      if (!std::regex_search(here, match, entity)) return "stray & at: " + here.substr(0, 60);
      continue;
    }
    if (!std::regex_search(here, match, tag)) return "no tag at: " + here.substr(0, 60);
    if (match[4].length() > 0) continue;
    if (match[1].length() == 0) {
      open.push_back(match[2]);
    } else if (open.empty() || open.back() != match[2]) {
      return "wrong end tag at: " + here.substr(0, 60);
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? std::string() : "never closed: " + open.back();
}

TEST_F(ReportTest, IsWellFormed) { EXPECT_EQ(malformation(page(fake_study())), ""); }

TEST_F(ReportTest, NeedsNoNetwork) {
  const auto html = page(fake_study());
  EXPECT_THAT(html, Not(HasSubstr("src=")));
  EXPECT_THAT(html, Not(HasSubstr("@import")));
  EXPECT_THAT(html, Not(HasSubstr("url(")));
  auto without_namespaces = std::regex_replace(html, std::regex("xmlns=\"http://www.w3.org/2000/svg\""), "");
  EXPECT_THAT(without_namespaces, Not(HasSubstr("http:")));
  EXPECT_THAT(without_namespaces, Not(HasSubstr("https:")));
}

/// The ids of the contents, in order.
std::vector<std::string> contents_of(const std::string& html) {
  std::vector<std::string> ids;
  constexpr std::string_view link = "<li><a href=\"#";
  for (auto at = html.find(link); at != std::string::npos; at = html.find(link, at + 1)) {
    const auto from = at + link.size();
    ids.push_back(html.substr(from, html.find('"', from) - from));
  }
  return ids;
}

TEST_F(ReportTest, HasTheSectionsThatTheStudyHasSomethingToShowIn) {
  const auto whole = page(fake_study());
  EXPECT_EQ(contents_of(whole),
            (std::vector<std::string>{"summary", "configuration", "contributions", "tests", "effects",
                                      "heatmaps", "cells", "velocity", "collapse", "baselines",
                                      "recommendations", "published", "study"}));
  for (const auto& id : contents_of(whole)) EXPECT_THAT(whole, HasSubstr(fmt::format(" id=\"{}\"", id)));
  auto single = fake_study({.arms = {"a3c"}});
  single.study.cells.resize(1);
  const auto one = page(single);
  EXPECT_EQ(contents_of(one),
            (std::vector<std::string>{"summary", "configuration", "cells", "velocity", "collapse",
                                      "baselines", "recommendations", "study"}));
  for (const char* absent :
       {">Gap", "gap between", "its percentage has", "published study", "1 cells", "1 arms"})
    EXPECT_THAT(one, Not(HasSubstr(absent))) << absent;
}

TEST_F(ReportTest, NoTableHasTwoColumnsOfOneName) {
  page(fake_study({.arms = {"a3c", "a2c", "individual"}, .noise_floor_seeds = {1, 2}}));
  for (const auto& [name, content] : files()) {
    if (!name.ends_with(".csv")) continue;
    std::set<std::string> heads;
    std::string head;
    bool is_quoted = false;
    for (const char letter : content.substr(0, content.find('\n')) + ",") {
      if (letter == '"') is_quoted = !is_quoted;
      if (letter != ',' || is_quoted) {
        head += letter;
        continue;
      }
      EXPECT_TRUE(heads.insert(head).second) << name << ": " << head;
      head.clear();
    }
  }
}

/// Long form, as a data frame wants it: the mean over a seed's conditions is the seed's score.
TEST_F(ReportTest, ScoresStandInLongForm) {
  const auto record = fake_study();
  page(record);
  std::istringstream rows(files().at("tables/scores.csv"));
  std::string line;
  std::getline(rows, line);
  EXPECT_EQ(line, "cell,arm,seed,actions,condition,mean_return");
  double sum = 0;
  int count = 0;
  int all = 0;
  while (std::getline(rows, line)) {
    ++all;
    if (!line.starts_with("gru,a3c,123,greedy,")) continue;
    sum += std::stod(line.substr(line.rfind(',') + 1));
    ++count;
  }
  EXPECT_EQ(all, 4 * 2 * 5 * 2 * 9);
  EXPECT_EQ(count, 9);
  const auto results = analysis::analyse(record).value();
  EXPECT_NEAR(sum / count, results.cells[1].arms.at("a3c").scores.greedy.seed_means[1], 1e-9);
}

/// Every table and figure of a kind has the next number; greedy and sampled twins share one.
TEST_F(ReportTest, NumbersRunThrough) {
  page(fake_study());
  const auto text = read_file(out / "report.md").value_or("");
  for (const std::string kind : {"Table", "Figure"}) {
    std::set<int> numbers;
    const std::string start = "**" + kind + " ";
    for (auto at = text.find(start); at != std::string::npos; at = text.find(start, at + 1)) {
      const int number = std::stoi(text.substr(at + start.size()));
      EXPECT_LE(number, numbers.empty() ? 1 : *numbers.rbegin() + 1) << kind;
      numbers.insert(number);
    }
    EXPECT_EQ(*numbers.rbegin(), static_cast<int>(numbers.size())) << kind << ": none is left out";
    EXPECT_GT(numbers.size(), 8U) << kind;
  }
}

/// "number" cells of the page that show a finite number, each with its sources.
std::vector<std::pair<std::string, std::string>> numbers_with_sources(const std::string& html) {
  static const std::regex cell("<td class=\"number\"( data-source=\"([^\"]*)\")?>([^<]*)</td>");
  std::vector<std::pair<std::string, std::string>> numbers;
  for (std::sregex_iterator match(html.begin(), html.end(), cell), end; match != end; ++match) {
    const std::string text = (*match)[3];
    if (text.find_first_of("0123456789") != std::string::npos) numbers.emplace_back(text, (*match)[2]);
  }
  return numbers;
}

TEST_F(ReportTest, EveryNumberOfATableNamesItsPlaceInTheResults) {
  const auto typed = analysis::analyse(fake_study()).value();
  ASSERT_TRUE(write_report(typed, out));
  const auto results = to_json(typed);
  const auto numbers = numbers_with_sources(read_file(out / "report.html").value());
  ASSERT_GT(numbers.size(), 1000U);
  std::size_t compared = 0;
  for (const auto& [text, source] : numbers) {
    ASSERT_FALSE(source.empty()) << text;
    if (source.find(' ') != std::string::npos || !results.at(Json::json_pointer(source)).is_number())
      continue;
    // A number printed with d decimals is within half a unit of the last of them of the one in the results.
    auto digits = std::regex_replace(text, std::regex("−"), "-");
    if (digits.find('<') != std::string::npos || digits.find("&lt;") != std::string::npos) continue;
    const auto point = digits.find('.');
    const double decimals = point == std::string::npos ? 0 : static_cast<double>(digits.size() - point - 1);
    EXPECT_NEAR(std::stod(digits), results.at(Json::json_pointer(source)).get<double>(),
                0.5001 * std::pow(10, -decimals))
        << source;
    ++compared;
  }
  EXPECT_GT(compared, 800U);
}

TEST_F(ReportTest, TablesOfAnEarlierReportAreRemovedAndOtherFilesAreNot) {
  ASSERT_TRUE(record::replace_files(
      out,
      {{"tables/table-gone.csv", "old"}, {"tables/table-gone.tex", "old"}, {"tables/data-gone.csv", "old"}}));
  for (const char* name : {"mine.csv", "table-notes.txt", "table-of-mine.csv"})
    ASSERT_TRUE(replace_file(out / "tables" / name, "old"));
  page(fake_study());
  const auto all = files();
  EXPECT_EQ(all.at("tables/table-of-mine.csv"), "old") << "not listed in SHA256SUMS";
  for (const char* name : {"table-gone.csv", "table-gone.tex", "data-gone.csv"})
    EXPECT_FALSE(all.contains(std::string("tables/") + name)) << name;
  EXPECT_EQ(all.at("tables/mine.csv"), "old");
  EXPECT_EQ(all.at("tables/table-notes.txt"), "old");
}

TEST_F(ReportTest, EveryDrawingHasATitleADescriptionAndItsNumbers) {
  const auto html = page(fake_study());
  const auto count = [&](const std::string& text) {
    std::size_t found = 0;
    for (auto at = html.find(text); at != std::string::npos; at = html.find(text, at + 1)) ++found;
    return found;
  };
  EXPECT_GT(count("role=\"img\""), 20U);
  EXPECT_EQ(count("role=\"img\""), count("<title id="));
  EXPECT_EQ(count("role=\"img\""), count("<desc id="));
  EXPECT_EQ(count("<figure class=\"chart\""), count("id=\"data-"));
}

TEST_F(ReportTest, IdsAreUnique) {
  const auto html = page(fake_study());
  static const std::regex id(" id=\"([^\"]*)\"");
  std::map<std::string, int> seen;
  for (std::sregex_iterator match(html.begin(), html.end(), id), end; match != end; ++match)
    ++seen[(*match)[1]];
  for (const auto& [name, times] : seen) EXPECT_EQ(times, 1) << name;
}

TEST_F(ReportTest, PrintsNoNumberThatIsNone) {
  auto record = fake_study({.seeds = {42, 123}});
  record.runs[0].summary.status = record::RunStatus::failed;
  record.runs[3].evaluation[0].episode_return = std::nan("");
  record.runs[5].training[0].value_loss = INFINITY;
  page(record);
  static const std::regex number_word(R"((^|[^a-z])-?(nan|inf)([^a-z]|$))");
  for (const auto& [name, text] : files()) {
    std::smatch match;
    EXPECT_FALSE(std::regex_search(text, match, number_word))
        << name << ": ..."
        << match.prefix().str().substr(
               match.prefix().length() > 60 ? static_cast<std::size_t>(match.prefix().length()) - 60 : 0);
  }
}

TEST_F(ReportTest, WritingTwiceGivesTheSameBytes) {
  page(fake_study());
  const auto first = files();
  const auto written = fs::last_write_time(out / "report.md");
  page(fake_study());
  EXPECT_EQ(files(), first);
  EXPECT_EQ(fs::last_write_time(out / "report.md"), written) << "what is up to date is left alone";
  EXPECT_TRUE(first.contains("report.md"));
  EXPECT_TRUE(first.contains("tables/table-configuration-greedy.tex"));
}

TEST_F(ReportTest, TheNumbersOfTableOneAreThoseOfTheResults) {
  const auto results = analysis::analyse(fake_study());
  ASSERT_TRUE(results);
  ASSERT_TRUE(write_report(*results, out));
  const auto csv = read_file(out / "tables/table-configuration-sampled.csv").value_or("");
  const auto document = to_json(*results);
  for (const auto& cell : document["cells"]) {
    const auto& gap = cell["gap"]["sampled"];
    for (const Json& number : {cell["arms"]["a3c"]["sampled"]["seed_level"]["mean"],
                               cell["arms"]["individual"]["sampled"]["seed_level"]["std"], gap["absolute"],
                               gap["absolute_ci95"][0], gap["percent"], gap["percent_ci95"][1]}) {
      EXPECT_THAT(csv, HasSubstr(fmt::format("{}", number.get<double>())));
    }
  }
}

const std::vector<std::string> all_arms = {"a3c", "individual", "a2c", "individual-matched",
                                           "individual-mixed"};

TEST_F(ReportTest, ControlArmsAreFollowedFromArmToArm) {
  page(fake_study());
  EXPECT_FALSE(files().contains("tables/table-arm-chain-greedy.csv"));
  const auto record = fake_study({.arms = all_arms});
  const auto html = page(record);
  EXPECT_EQ(malformation(html), "");
  EXPECT_THAT(html, HasSubstr("figure-arm-chain"));
  const auto all = files();
  const auto chain = to_json(analysis::analyse(record).value())["arm_chain"];
  for (const std::string actions : {"greedy", "sampled"}) {
    const auto& csv = all.at("tables/table-arm-chain-" + actions + ".csv");
    EXPECT_TRUE(all.contains("tables/table-arm-chain-" + actions + ".tex"));
    for (const auto& cell : chain["cells"]) {
      for (const auto& link : cell[actions]["links"])
        EXPECT_THAT(csv, HasSubstr(fmt::format("{},{},", cell["cell"].get<std::string>(),
                                               link["name"].get<std::string>())));
    }
  }
}

/// Five arms, the gap, the simple policies and the bound have a colour and a shape each.
TEST_F(ReportTest, EveryArmHasAColourOfItsOwn) {
  const auto html = page(fake_study({.arms = all_arms}));
  const auto begin = html.find("figure-velocity-greedy");
  ASSERT_NE(begin, std::string::npos);
  const auto legend = html.substr(html.find("class=\"legend\"", begin));
  static const std::regex series("class=\"mean (s[0-9]+)\"");
  const auto end = legend.begin() + static_cast<std::ptrdiff_t>(legend.find("</ul>"));
  std::set<std::string> seen;
  for (std::sregex_iterator match(legend.begin(), end, series), last; match != last; ++match)
    seen.insert((*match)[1]);
  EXPECT_EQ(seen, (std::set<std::string>{"s0", "s1", "s2", "s6", "s7"}));
}

TEST_F(ReportTest, ANumericFactorIsDrawnAsADose) {
  auto record = fake_study({.arms = {"a3c"}});
  const std::array delays = {4, 0, 16, 1};
  for (std::size_t i = 0; i < delays.size(); ++i) record.study.cells[i].factors = {{"delay", delays[i]}};
  const auto html = page(record);
  EXPECT_EQ(malformation(html), "");
  EXPECT_THAT(html, HasSubstr("Score against delay."));
  const auto csv = files().at("tables/data-dose-sampled.csv");
  const auto place = [&](const char* cell) { return csv.find(fmt::format("A3C,{},", cell)); };
  EXPECT_LT(place("gru"), place("mlp"));     // 0 before 1
  EXPECT_LT(place("mlp"), place("gru+ln"));  // 1 before 4
  EXPECT_LT(place("gru+ln"), place("mlp+ln"));
  EXPECT_NE(place("mlp+ln"), std::string::npos);
  page(fake_study());
  EXPECT_FALSE(files().contains("tables/data-dose-sampled.csv"));
}

TEST_F(ReportTest, PrimaryActionsComeFirst) {
  const auto position = [](const std::string& html, const char* id) { return html.find(id); };
  const auto paper = page(fake_study());
  EXPECT_LT(position(paper, "id=\"table-configuration-greedy\""),
            position(paper, "id=\"table-configuration-sampled\""));
  const auto sound = page(fake_study({.profile = "sound"}));
  EXPECT_LT(position(sound, "id=\"table-configuration-sampled\""),
            position(sound, "id=\"table-configuration-greedy\""));
}

TEST_F(ReportTest, OddStudiesStillMakeAReport) {
  auto incomplete = fake_study();
  incomplete.study.cells.pop_back();
  auto bare = fake_study();
  bare.runs.clear();
  bare.baselines.reset();
  bare.manifest.reset();
  auto sweep = fake_study();
  for (auto& cell : sweep.study.cells) cell.factors = {{"hidden", cell.id}};
  auto single = fake_study();
  single.study.cells.resize(1);
  for (const auto& record :
       {incomplete, bare, sweep, single, fake_study({.seeds = {42}}), fake_study({.arms = {"a3c"}}),
        fake_study({.arms = {"a3c", "a2c", "individual", "individual-matched"}}),
        fake_study({.conditions = {10}})}) {
    EXPECT_EQ(malformation(page(record)), "");
  }
}

TEST_F(ReportTest, AStudyOfWhichNothingHasFinishedShowsFactsOnly) {
  auto record = fake_study({.noise_floor_seeds = {1, 2}});
  record.study.claims = {{.id = "K1", .arm = "a3c", .contrasts = {{{.cell = "gru"}}}, .bound = 80}};
  page(record);
  record.runs.clear();
  const auto html = page(record);
  EXPECT_EQ(malformation(html), "");
  const auto text = read_file(out / "report.md").value_or("");
  const auto body = html.substr(html.find("</style>"), html.find("<script>") - html.find("</style>"));
  for (const auto& whole : {body, text}) {
    EXPECT_THAT(whole, HasSubstr("Nothing has finished yet: 44 runs"));
    for (const char* claim :
         {"distinguishable", "not decidable", "confirmed", "Verdict", "Figure 1", "collapsed"})
      EXPECT_THAT(whole, Not(HasSubstr(claim))) << claim;
  }
  EXPECT_THAT(text, HasSubstr("none: 44 of 44 runs are missing"));
  std::set<std::string> tables;
  for (const auto& [name, content] : files()) {
    if (name.ends_with(".csv")) tables.insert(name);
  }
  EXPECT_EQ(tables, (std::set<std::string>{"tables/table-incomplete-runs.csv", "tables/table-study.csv"}));
}

TEST_F(ReportTest, TheDigestIsShownOrWhyThereIsNone) {
  auto record = fake_study();
  page(record);
  const auto digest_row = [&] {
    const auto csv = files().at("tables/table-study.csv");
    return csv.substr(csv.find("Digest,"));
  };
  EXPECT_THAT(digest_row(), HasSubstr(record::study_digest(record).value));
  record.runs.pop_back();
  page(record);
  EXPECT_THAT(digest_row(), HasSubstr("none: 1 of 40 runs is missing: mlp/individual/seed-1024"));
}

TEST_F(ReportTest, AStudyWithoutAConditionDoesNotSpeakOfVelocities) {
  auto record = fake_study({.conditions = {0}});
  record.study.cells.pop_back();  // not the published design, whose claims do
  record.audit->warnings.clear();
  record.baselines->policies = {{.policy = "random", .score = {.condition = 0, .mean = 70.0}}};
  for (auto& cell : record.study.cells) cell.condition.reset();
  EXPECT_EQ(malformation(page(record)), "");
  const auto text = read_file(out / "report.md").value_or("velocity");
  EXPECT_THAT(text, Not(HasSubstr("elocit")));
  EXPECT_THAT(text, Not(HasSubstr("km/h")));
  EXPECT_THAT(text, HasSubstr("Training"));
}

TEST_F(ReportTest, ADesignOfSingleChangesHasNoMapsAndNoMainEffects) {
  auto record = fake_study();
  record.study.cells = {{.id = "gru+ln", .factors = {{"hidden", 128}, {"lr", 1e-4}, {"gamma", 0.9}}},
                        {.id = "gru", .factors = {{"hidden", 64}, {"lr", 1e-4}, {"gamma", 0.9}}},
                        {.id = "mlp+ln", .factors = {{"hidden", 128}, {"lr", 1e-3}, {"gamma", 0.9}}},
                        {.id = "mlp", .factors = {{"hidden", 128}, {"lr", 1e-4}, {"gamma", 0.5}}}};
  const auto html = page(record);
  for (const char* id : {"heatmaps", "contributions"})
    EXPECT_THAT(html, Not(HasSubstr(fmt::format("id=\"{}\"", id)))) << id;
  EXPECT_THAT(html, HasSubstr("hidden 128 → 64<"));
  EXPECT_THAT(html, Not(HasSubstr("keeping")));
  EXPECT_THAT(html, Not(HasSubstr("2 × 2")));
  EXPECT_THAT(html, HasSubstr("can not be told apart"));
}

TEST_F(ReportTest, HostileNamesAreText) {
  auto record = fake_study();
  record.study.name = "</title><script>alert(1)</script> & \\input{x} % $";
  record.study.cells[0].id = "a<b>\"|,{}";
  for (auto& run : record.runs) {
    if (run.id.cell == "gru+ln") run.id.cell = record.study.cells[0].id;
    run.action_names[0] = "<i>&local";
  }
  const auto html = page(record);
  EXPECT_EQ(malformation(html), "");
  EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
}

TEST_F(ReportTest, AQuickStudyIsMarked) {
  EXPECT_THAT(page(fake_study()), Not(HasSubstr("quick version</li>")));
  auto record = fake_study();
  record.study.quick = true;
  EXPECT_THAT(page(record), HasSubstr("quick version</li>"));
  EXPECT_THAT(read_file(out / "report.md").value_or(""), HasSubstr("This is a quick version"));
}

TEST_F(ReportTest, LearnersBelowRandomAreSaidSoBeforeAnythingElse) {
  const auto html = page(fake_study());
  const auto alert = html.find("class=\"alert\"");
  ASSERT_NE(alert, std::string::npos);
  EXPECT_LT(alert, html.find("<dt>Question</dt>"));
}

TEST_F(ReportTest, ResultsThatNameAnArmThatTheyDoNotHaveAreAnError) {
  auto results = analysis::analyse(fake_study()).value();
  results.cells.front().arms.erase("a3c");
  const auto written = write_report(results, out);
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().message, HasSubstr("do not have"));
}

TEST_F(ReportTest, AClaimThatTheLinterRefusesIsNotWritten) {
  auto results = analysis::analyse(fake_study()).value();
  results.summary.found.push_back({.text = "RNN is 55 % of the gap."});
  const auto written = write_report(results, out);
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().message, HasSubstr("refused"));
  EXPECT_FALSE(fs::exists(out / "report.html"));
}

}  // namespace
}  // namespace windhover::report
