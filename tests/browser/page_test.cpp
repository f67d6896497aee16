#include <cstdlib>
#include <memory>

#include "tests/browser/browser.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/core/files.hpp"
#include "windhover/core/temporary_folder.hpp"
#include "windhover/report/write_report_for_tests.hpp"

/// The report as a browser shows it. With the environment variable WINDHOVER_REPORT the page is that file,
/// not the one of the small fixture; with WINDHOVER_SCREENSHOTS every view is kept as a picture in that
/// folder, to be looked at.
namespace windhover::browser {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

class PageTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = std::make_unique<TemporaryFolder>();
    fs::path page = folder->path() / "report.html";
    if (const char* given = std::getenv("WINDHOVER_REPORT"); given != nullptr) {
      page = fs::absolute(given);
    } else {
      const auto text =
          read_file(fs::path(WINDHOVER_SOURCE_DIR) / "windhover/report/testing/results.json").value();
      const auto results = analysis::results_from_json(Json::parse(text));
      ASSERT_TRUE(results) << results.error().message;
      const auto written = report::write_report(*results, folder->path());
      ASSERT_TRUE(written) << written.error().message;
    }
    address = "file://" + page.string();
    browser = std::make_unique<Browser>();
  }
  static void TearDownTestSuite() {
    browser.reset();
    folder.reset();
  }

  void SetUp() override {
    browser->allow_scripts(true);
    browser->set_window(1200, 900, "light");
  }

  /// How many elements match and can be seen.
  static int visible(const std::string& selector) {
    return browser
        ->evaluate("Array.from(document.querySelectorAll('" + selector +
                   "')).filter(e => e.getClientRects().length > 0).length")
        .get<int>();
  }

  static std::unique_ptr<TemporaryFolder> folder;
  static std::string address;
  static std::unique_ptr<Browser> browser;
};

std::unique_ptr<TemporaryFolder> PageTest::folder;
std::string PageTest::address;
std::unique_ptr<Browser> PageTest::browser;

TEST_F(PageTest, OpensQuietlyInEveryView) {
  for (const char* scheme : {"light", "dark"}) {
    for (const int width : {400, 1200, 1600}) {
      const auto view = fmt::format("{}-{}", scheme, width);
      browser->set_window(width, 900, scheme);
      browser->open(address);
      EXPECT_THAT(browser->complaints(), IsEmpty()) << view;
      EXPECT_THAT(browser->requests(), IsEmpty()) << view;
      // Folded tables are opened: they must not widen the page either.
      for (const char* folded : {"false", "true"}) {
        browser->evaluate(
            fmt::format("document.querySelectorAll('details').forEach(d => d.open = {})", folded));
        EXPECT_EQ(browser->evaluate("document.documentElement.scrollWidth"), width) << view;
      }
      browser->evaluate("document.querySelectorAll('details').forEach(d => d.open = false)");
      if (const char* pictures = std::getenv("WINDHOVER_SCREENSHOTS"); pictures != nullptr)
        browser->take_screenshot(fs::path(pictures) / (view + ".png"), true);
    }
  }
}

TEST_F(PageTest, DarkAndLightAreReadable) {
  const auto luminance = [&](const char* property) {
    const auto channels = browser->evaluate(
        fmt::format("getComputedStyle(document.body).{}.match(/\\d+/g).map(Number)", property));
    return (channels[0].get<double>() + channels[1].get<double>() + channels[2].get<double>()) / 765;
  };
  browser->open(address);
  EXPECT_GT(luminance("backgroundColor") - luminance("color"), 0.7);
  browser->set_window(1200, 900, "dark");
  EXPECT_GT(luminance("color") - luminance("backgroundColor"), 0.7);
}

TEST_F(PageTest, WithoutScriptBothChoicesOfActionsAreShown) {
  browser->allow_scripts(false);
  browser->open(address);
  EXPECT_EQ(visible("#choice"), 0);
  EXPECT_GT(visible("figure.table[data-actions=greedy]"), 5);
  EXPECT_EQ(visible("figure.table[data-actions=greedy]"), visible("figure.table[data-actions=sampled]"));
  EXPECT_GT(visible("svg[role=img]"), 20);
  EXPECT_EQ(visible("#note, th button"), 0);
}

TEST_F(PageTest, TheToggleShowsThePrimaryActionsFirst) {
  browser->open(address);
  EXPECT_EQ(visible("#choice"), 1);
  EXPECT_GT(visible("[data-actions=greedy]"), 10);
  EXPECT_EQ(visible("[data-actions=sampled]"), 0);
  browser->evaluate("document.querySelector('#choice input[value=sampled]').click()");
  EXPECT_EQ(visible("[data-actions=greedy]"), 0);
  EXPECT_GT(visible("[data-actions=sampled]"), 10);
  browser->evaluate("document.querySelector('#choice input[value=both]').click()");
  EXPECT_GT(visible("[data-actions=greedy]"), 10);
  EXPECT_EQ(visible("[data-actions=greedy]"), visible("[data-actions=sampled]"));
}

TEST_F(PageTest, ALinkIntoWhatIsHiddenShowsIt) {
  browser->open(address + "#table-configuration-sampled");
  EXPECT_EQ(visible("#table-configuration-sampled"), 1);
}

TEST_F(PageTest, TablesSortByAClickOnTheirHead) {
  browser->open(address);
  const std::string table = "#table-ranking-greedy";
  const auto column = [&](int number) {
    return browser
        ->evaluate(fmt::format("Array.from(document.querySelectorAll('{} tbody tr')).map(r => "
                               "parseFloat(r.cells[{}].textContent.replace('−', '-')))",
                               table, number))
        .get<std::vector<double>>();
  };
  const auto click = [&] {
    browser->evaluate("document.querySelector('" + table + " th:nth-child(3) button').click()");
  };
  const auto written = column(2);
  ASSERT_GT(written.size(), 5U);
  auto ascending = written;
  std::ranges::sort(ascending);
  ASSERT_NE(written, ascending);
  click();
  EXPECT_EQ(column(2), ascending);
  EXPECT_EQ(browser->evaluate("document.querySelector('" + table + " th:nth-child(3)').ariaSort"),
            "ascending");
  click();
  EXPECT_EQ(column(2), std::vector<double>(ascending.rbegin(), ascending.rend()));
  click();
  EXPECT_EQ(column(2), written);
}

TEST_F(PageTest, PointingAtAMarkTellsItsValueAndAtANumberItsSource) {
  browser->open(address);
  const auto note_of = [&](const std::string& selector) {
    return browser
        ->evaluate(
            "document.querySelector('" + selector +
            "').dispatchEvent(new PointerEvent('pointerover', {bubbles: true})), "
            "document.getElementById('note').hidden ? '' : document.getElementById('note').textContent")
        .get<std::string>();
  };
  const auto mark = note_of("#figure-scores .seed");
  EXPECT_THAT(mark, testing::MatchesRegex("^.+, A3C, seed [0-9]+: .+$"));
  EXPECT_THAT(note_of("#table-configuration-greedy td[data-source]"),
              testing::StartsWith("results.json /cells/0/"));
  EXPECT_EQ(note_of("h1"), "");
}

}  // namespace
}  // namespace windhover::browser
