#include <map>
#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "windhover/analysis/analyse.hpp"
#include "windhover/analysis/statements.hpp"
#include "windhover/analysis/testing/random_study.hpp"
#include "windhover/analysis/testing/small_study.hpp"
#include "windhover/analysis/testing/two_environments.hpp"
#include "windhover/report/formats.hpp"
#include "windhover/report/overview.hpp"
#include "windhover/report/page.hpp"

/// What a page says of an effect, wherever it says so, is its one statement.
namespace windhover::report {
namespace {

std::string unescaped(std::string text) {
  for (const auto& [entity, letter] :
       {std::pair{"&lt;", "<"}, std::pair{"&gt;", ">"}, std::pair{"&quot;", "\""}, std::pair{"&#39;", "'"},
        std::pair{"&amp;", "&"}}) {
    for (auto at = text.find(entity); at != std::string::npos; at = text.find(entity, at + 1))
      text.replace(at, std::string_view(entity).size(), letter);
  }
  return text;
}

/// What stands from `at` to the next quotation mark.
std::string quoted(const std::string& page, std::size_t at) {
  return unescaped(page.substr(at, page.find('"', at) - at));
}

/// Every data-effect of the page with the verdicts that stand beside it.
std::map<std::string, std::set<std::string>> verdicts_on(const std::string& page) {
  constexpr std::string_view effect = "data-effect=\"";
  constexpr std::string_view verdict = "data-verdict=\"";
  std::map<std::string, std::set<std::string>> verdicts;
  for (auto at = page.find(effect); at != std::string::npos; at = page.find(effect, at + 1))
    verdicts[quoted(page, at + effect.size())].insert(quoted(page, page.find(verdict, at) + verdict.size()));
  return verdicts;
}

void expect_one_verdict_an_effect(const std::string& page, const Results& results, const std::string& which) {
  std::map<std::string, std::string> statements;
  for (const auto& statement : results.statements)
    statements[analysis::key_of(statement)] = statement.verdict;
  const auto verdicts = verdicts_on(page);
  for (const auto& [effect, said] : verdicts) {
    ASSERT_TRUE(statements.contains(effect)) << which << effect;
    EXPECT_EQ(said, std::set<std::string>{statements[effect]}) << which << effect;
  }
  EXPECT_GE(verdicts.size(), 4U) << which;
}

TEST(VerdictsOnAPage, AreTheStatements) {
  const auto results = analysis::analyse(analysis::testing::small_study_with_noise_floor()).value();
  expect_one_verdict_an_effect(html_page(make_page(results)), results, "small study: ");
}

TEST(VerdictsOnAPage, OfSeveralEnvironmentsAreTheStatements) {
  const auto results = analysis::analyse(analysis::testing::two_environments()).value();
  expect_one_verdict_an_effect(html_page(make_overview(results)), results, "overview: ");
  for (const auto& part : results.environments)
    expect_one_verdict_an_effect(html_page(make_page(part.results)), part.results, part.name + ": ");
}

TEST(VerdictsOnAPage, OfTwoHundredStudiesAreTheStatements) {
  for (std::uint64_t number = 1; number <= analysis::testing::random_studies; ++number) {
    const auto results = analysis::analyse(analysis::testing::random_study(number));
    ASSERT_TRUE(results) << number;
    expect_one_verdict_an_effect(html_page(make_page(*results)), *results, fmt::format("study {}: ", number));
  }
}

}  // namespace
}  // namespace windhover::report
