#include <iterator>
#include <sstream>

#include "tests/integration/program.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace windhover::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::string published = WINDHOVER_SOURCE_DIR "/studies/rnn-layernorm.toml";

/// The smallest detectable effects of one row of the first table, as printed.
std::vector<std::string> row_of(const std::string& output, const std::string& label) {
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(label)) continue;
    std::istringstream numbers(line.substr(label.size()));
    return {std::istream_iterator<std::string>(numbers), {}};
  }
  return {};
}

TEST(Power, OfThePublishedStudyIsAsTheStatisticsSay) {
  const auto power = run({"power", published});
  ASSERT_EQ(power.code, 0) << power.err;
  using Row = std::vector<std::string>;
  EXPECT_EQ(row_of(power.out, "two cells "), (Row{"2.02", "1.32", "0.91", "0.74"})) << power.out;
  EXPECT_EQ(row_of(power.out, "main effect, RNN "), (Row{"1.33", "0.91", "0.63", "0.52"}));
  EXPECT_EQ(row_of(power.out, "interaction, RNN × LayerNorm "), (Row{"2.67", "1.82", "1.27", "1.03"}));
  EXPECT_EQ(row_of(power.out, "any ").front(), "1.68");
}

TEST(Power, CountsTheSeedsThatAnEffectNeeds) {
  const auto power =
      run({"power", published, "--effect", "2", "--sd", "4", "--correlation", "0.5", "--json"});
  ASSERT_EQ(power.code, 0) << power.err;
  const auto json = nlohmann::json::parse(power.out);
  const auto& contrast = json["tables"][1]["contrasts"][0];
  EXPECT_EQ(contrast["seeds_needed"]["independent"], 64);
  EXPECT_EQ(contrast["seeds_needed"]["paired"], 34);  // the difference has the spread of a cell
  EXPECT_THAT(run({"power", published, "--effect", "0.5"}).out,
              AllOf(HasSubstr("seeds for 0.5"), HasSubstr("  64\n")));
  EXPECT_THAT(run({"power", published, "--set", "seeds=[1,2,3]"}).out, HasSubstr("n=3*"));
}

TEST(Power, TakesItsSpreadFromAFinishedStudy) {
  const Workspace workspace;
  const auto study = workspace.write("tiny.toml", tiny_study);
  ASSERT_EQ(run({"study", study, "--out", workspace.path("out")}).code, 0);
  const auto power = run({"power", study, "--from", workspace.path("out")});
  EXPECT_EQ(power.code, 0) << power.err;
  EXPECT_THAT(power.out, AllOf(HasSubstr("A3C, greedy: sigma "), HasSubstr("Individual, greedy"),
                               HasSubstr("gap, greedy"), HasSubstr("in units of reward")));
}

TEST(Power, AnswersEveryQuestionInItsRange) {
  const auto large = run({"power", published, "--sd", "1", "--effect", "1e5", "--json"});
  ASSERT_EQ(large.code, 0) << large.err;
  const auto answer = nlohmann::json::parse(large.out);
  EXPECT_EQ(answer["tables"][1]["contrasts"][0]["seeds_needed"]["independent"], 2) << answer.dump(1);
  EXPECT_EQ(run({"power", published, "--sd", "1e-50", "--effect", "1e50"}).code, 0);
  EXPECT_EQ(run({"power", published, "--sd", "1", "--effect", "1", "--level", "1e-6"}).code, 0);
  EXPECT_EQ(run({"power", published, "--sd", "1", "--effect", "1", "--level", "1.1e-12"}).code, 0);
  for (const auto& [option, value] :
       {std::pair{"--level", "1e-16"}, std::pair{"--sd", "1e300"}, std::pair{"--effect", "1e-300"}}) {
    const auto refused = run({"power", published, option, value});
    EXPECT_EQ(refused.code, 2) << option;
    EXPECT_THAT(refused.err, HasSubstr(option));
  }
}

TEST(Power, RefusesWhatCannotBe) {
  EXPECT_EQ(run({"power", published, "--power", "1"}).code, 2);
  EXPECT_EQ(run({"power", published, "--effect", "1e-9"}).code, 2);
  EXPECT_EQ(run({"power", published, "--correlation", "1"}).code, 2);
  const auto impossible = run({"power", published, "--sd", "4", "--correlation", "-1"});
  EXPECT_EQ(impossible.code, 2);
  EXPECT_THAT(impossible.err, HasSubstr("of 4 cells must be from -0.3333 to below 1, not -1"));
  EXPECT_EQ(run({"power", published, "--sd", "4", "--correlation", "-0.3333333333333333"}).code, 0);
  EXPECT_EQ(run({"power", published, "--correlation", "-1", "--set", "factors.layer_norm=[true]"}).code, 0)
      << "two cells may";
  EXPECT_EQ(run({"power", published, "--from", "/nowhere"}).code, 1);
}

}  // namespace
}  // namespace windhover::integration
