#include "windhover/analysis/statements.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/analysis/testing/analysed.hpp"
#include "windhover/analysis/testing/fake_study.hpp"
#include "windhover/analysis/testing/random_study.hpp"
#include "windhover/analysis/testing/small_study.hpp"
#include "windhover/analysis/testing/two_environments.hpp"

namespace windhover::analysis {
namespace {

using ::testing::HasSubstr;

const Statement* find(const std::vector<Statement>& list, const std::string& effect, const std::string& arm,
                      const std::string& measure) {
  const auto found = std::ranges::find_if(list, [&](const Statement& statement) {
    return statement.effect == effect && statement.arm.value_or("") == arm && statement.measure == measure;
  });
  return found == list.end() ? nullptr : &*found;
}

/// One name, one statement; every verdict follows from the p-values that stand beside it.
void expect_coherent(const Results& results, const std::string& which) {
  std::set<std::string> keys;
  std::map<ActionChoice, std::map<std::string, double>> holm;  // by label, metric and arm
  for (const auto& family : results.families) {
    for (const auto& member : family.members)
      holm[family.actions][member.label + member.metric + member.arm.value_or("")] = member.holm_p;
  }
  for (const auto& statement : results.statements) {
    EXPECT_TRUE(keys.insert(key_of(statement)).second) << which << key_of(statement);
    EXPECT_FALSE(statement.text.empty()) << which << key_of(statement);
    if (statement.kind == "learner" || statement.kind.ends_with("claim")) continue;
    const bool small = statement.p_value < 0.05;
    const bool survives = statement.holm_p.value_or(1.0) < 0.05;
    const std::string expected = !std::isfinite(statement.p_value) ? "not decidable"
                                 : statement.kind == "noise floor" && survives
                                     ? "effect shown where there is none"
                                 : statement.kind == "noise floor" ? "no effect shown"
                                 : survives                        ? "effect, confirmed"
                                 : small                           ? "worth a second look"
                                                                   : "no effect shown";
    EXPECT_EQ(statement.verdict, expected) << which << key_of(statement);
    if (statement.kind == "main effect" || statement.kind == "interaction") {
      const auto metric = statement.measure.substr(0, statement.measure.find(','));
      const auto found = holm[statement.actions].find(statement.effect + metric + statement.arm.value_or(""));
      const bool in_family = found != holm[statement.actions].end();
      // A claim about the effect is the same test, and listed under its own name.
      const bool is_claimed =
          std::ranges::any_of(results.claims.declared, [&](const DeclaredClaimResults& claim) {
            return claim.actions == statement.actions &&
                   (claim.verdict.holm_p == statement.holm_p.value_or(-1) ||
                    std::isnan(statement.holm_p.value_or(-1)));
          });
      EXPECT_TRUE(is_claimed || in_family == statement.holm_p.has_value()) << which << key_of(statement);
      if (in_family && std::isfinite(found->second)) {
        EXPECT_EQ(found->second, *statement.holm_p) << which << key_of(statement);
      }
    }
  }
  for (const auto* list : {&results.summary.found, &results.summary.second_look}) {
    for (const auto& sentence : *list) {
      if (!sentence.statement) continue;
      ASSERT_LT(*sentence.statement, results.statements.size()) << which;
      EXPECT_THAT(sentence.text, HasSubstr(results.statements[*sentence.statement].text)) << which;
    }
  }
}

TEST(Statements, OfTwoHundredStudiesContradictThemselvesNowhere) {
  std::map<std::string, int> verdicts;
  for (std::uint64_t number = 1; number <= testing::random_studies; ++number) {
    const auto results = testing::results_of(testing::random_study(number));
    expect_coherent(results, fmt::format("study {}: ", number));
    for (const auto& statement : results.statements) ++verdicts[statement.verdict];
  }
  for (const char* verdict : {"effect, confirmed", "worth a second look", "no effect shown", "not decidable"})
    EXPECT_GT(verdicts[verdict], static_cast<int>(testing::random_studies / 4)) << verdict;
}

/// A claim about an effect and the effect are one test.
TEST(Statements, AClaimAboutAnEffectHasTheEffectsPValue) {
  int shared = 0;
  for (std::uint64_t number = 1; number <= std::min<std::uint64_t>(60, testing::random_studies); ++number) {
    const auto record = testing::random_study(number);
    if (record.study.claims.empty()) continue;
    const auto results = testing::results_of(record);
    const auto& claim = results.claims.declared.front();
    const auto* effect = find(results.statements, "LayerNorm", "a3c", measure_name("mean", claim.actions));
    ASSERT_NE(effect, nullptr);
    if (!std::isfinite(claim.verdict.p_value)) continue;
    ++shared;
    EXPECT_NEAR(claim.verdict.p_value, effect->p_value, 1e-9);
    EXPECT_EQ(claim.verdict.holm_p, *effect->holm_p);
    EXPECT_EQ(claim.verdict.verdict != ClaimOutcome::not_decidable, effect->verdict == "effect, confirmed");
  }
  EXPECT_GT(shared, static_cast<int>(testing::random_studies / 20));
}

TEST(Statements, OfSeveralEnvironmentsNameTheirs) {
  const auto results = testing::results_of(testing::two_environments());
  std::set<std::string> keys;
  for (const auto& statement : results.statements)
    EXPECT_TRUE(keys.insert(key_of(statement)).second) << key_of(statement);
  for (const auto& sentence : results.summary.found) {
    if (!sentence.statement) continue;
    EXPECT_THAT(sentence.text, HasSubstr(results.statements[*sentence.statement].text));
  }
  EXPECT_EQ(results.statements.size(), 2 * results.environments[0].results.statements.size());
}

TEST(Statements, OfOneSeedDecideNothing) {
  auto record = testing::small_study();
  std::erase_if(record.runs, [](const record::Run& run) { return run.id.seed != 1; });
  record.study.seeds = {1};
  const auto results = testing::results_of(record);
  for (const auto& statement : results.statements) {
    if (statement.kind == "learner") continue;
    EXPECT_EQ(statement.verdict, "not decidable") << key_of(statement);
  }
  EXPECT_THAT(results.summary.found.front().text, HasSubstr("Nothing can be said"));
  record.study.cells.pop_back();
  for (const auto& statement : testing::results_of(record).statements)
    EXPECT_NE(statement.kind, "main effect") << "they need every combination";
}

}  // namespace
}  // namespace windhover::analysis
