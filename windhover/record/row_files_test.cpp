#include "windhover/record/row_files.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace windhover::record {
namespace {

using testing::HasSubstr;

TrainingRow training_row() {
  return {.step = 123456789012,
          .worker = 3,
          .episode = 7,
          .episode_return = 0.1 + 0.2,
          .length = 100,
          .policy_loss = -1e-300,
          .value_loss = 1234.5,
          .entropy = 1.0986122886681098,
          .total_loss = -0.0,
          .gradient_norm = 5e-324,
          .staleness = 4};
}

EvaluationRow evaluation_row() {
  return {.model = 4,
          .choice = ActionChoice::sampled,
          .condition = 7.5,
          .episode = 99,
          .episode_return = 50.05,
          .length = 100,
          .action_shares = {0.25, 0.75},
          .action_probabilities = {1.0 / 3, 2.0 / 3}};
}

TEST(RowFiles, TrainingRowsComeBackToTheBit) {
  const auto text = training_csv(std::vector{training_row(), TrainingRow{}});
  const auto rows = parse_training_csv(text, "training.csv");
  ASSERT_TRUE(rows) << rows.error().message;
  ASSERT_EQ(rows->size(), 2U);
  const auto& row = rows->front();
  EXPECT_EQ(row.step, 123456789012U);
  EXPECT_EQ(row.episode_return, 0.1 + 0.2);
  EXPECT_EQ(row.policy_loss, -1e-300);
  EXPECT_TRUE(std::signbit(row.total_loss));
  EXPECT_EQ(row.gradient_norm, 5e-324);
  EXPECT_EQ(training_csv(*rows), text);
}

TEST(RowFiles, EvaluationRowsComeBackToTheBit) {
  const std::vector<std::string> names = {"local", "offload"};
  const auto text = evaluation_csv(std::vector{evaluation_row()}, names);
  ASSERT_TRUE(text);
  EXPECT_THAT(*text,
              HasSubstr("model,policy,velocity,episode,return,length,share_local,share_offload,"
                        "probability_local,probability_offload\n4,sampled,7.5,99,50.05,100,0.25,0.75,"));
  const auto file = parse_evaluation_csv(*text, "evaluation.csv");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->action_names, names);
  ASSERT_EQ(file->rows.size(), 1U);
  EXPECT_EQ(file->rows[0].choice, ActionChoice::sampled);
  EXPECT_EQ(file->rows[0].action_probabilities, evaluation_row().action_probabilities);
}

TEST(RowFiles, OnlyFiniteNumbersAreNumbers) {
  for (const double value :
       {std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()}) {
    auto row = training_row();
    row.value_loss = value;
    const auto rows = parse_training_csv(training_csv(std::vector{row}), "training.csv");
    ASSERT_FALSE(rows);
    EXPECT_THAT(rows.error().message, HasSubstr("line 2"));
    EXPECT_THAT(rows.error().message, HasSubstr("is not a finite number"));
    auto scored = evaluation_row();
    scored.action_shares[1] = value;
    const auto text = evaluation_csv(std::vector{scored}, std::vector<std::string>{"local", "offload"});
    EXPECT_FALSE(parse_evaluation_csv(*text, "evaluation.csv"));
  }
}

TEST(RowFiles, EmptyLinesAskForNoMemory) {
  std::string lines;
  lines.resize(50'000'000, '\n');  // as many rows would take 4 GB
  EXPECT_FALSE(parse_training_csv(training_csv({}) + lines, "training.csv"));
}

TEST(RowFiles, ErrorsNameTheFileAndTheLine) {
  const std::string head = training_csv({});
  const auto message = [&](const std::string& text) {
    const auto rows = parse_training_csv(text, "a/training.csv");
    return rows ? std::string("no error") : rows.error().message;
  };
  EXPECT_THAT(message(""), HasSubstr("a/training.csv, line 0: the file is empty"));
  EXPECT_THAT(message("step,worker\n"), HasSubstr("line 1: the head must be"));
  EXPECT_THAT(message(head + "1,0,0,x,1,0,0,0,0,0,0\n"), HasSubstr("line 2: 'x' is not a number"));
  EXPECT_THAT(message(head + "1,0,0\n"), HasSubstr("line 2: the line has too few fields"));
  EXPECT_THAT(message(head + "1,0,0,1,1,0,0,0,0,0,0,0\n"), HasSubstr("too many fields"));
  EXPECT_THAT(message(head + "1,0,0,1,1,0,0,0,0,0,0\n2,0"),
              HasSubstr("line 3: the file ends in the middle of a line"));
  EXPECT_THAT(message(head + "1,99999999999,0,1,1,0,0,0,0,0,0\n"), HasSubstr("not a number that fits"));
  EXPECT_THAT(message(head + "-1,0,0,1,1,0,0,0,0,0,0\n"), HasSubstr("not a number that fits"));
  EXPECT_THAT(message(head + "\n"), HasSubstr("not a number"));
}

TEST(RowFiles, EvaluationHeadsAreChecked) {
  const auto refuses = [](std::string_view text) { return !parse_evaluation_csv(text, "e.csv"); };
  EXPECT_TRUE(refuses("model,policy,velocity,episode,return,length\n"));
  EXPECT_TRUE(refuses("model,policy,velocity,episode,return,length,share_a,probability_b\n"));
  EXPECT_TRUE(refuses("model,policy,velocity,episode,return,length,share_,probability_\n"));
  EXPECT_TRUE(refuses("model,policy,velocity,episode,return,length,share_a,share_b,probability_a\n"));
  const std::string head = "model,policy,velocity,episode,return,length,share_a,probability_a\n";
  EXPECT_FALSE(refuses(head));
  EXPECT_TRUE(refuses(head + "0,lucky,5,0,1,1,1,1\n"));
}

TEST(RowFiles, RefusesActionsThatAColumnCanNotHold) {
  const std::vector<EvaluationRow> rows = {evaluation_row()};
  EXPECT_FALSE(evaluation_csv(rows, std::vector<std::string>{"a", "b,c"}));
  EXPECT_FALSE(evaluation_csv(rows, std::vector<std::string>{"a", ""}));
  EXPECT_FALSE(evaluation_csv(rows, std::vector<std::string>{"a"}));
}

TEST(RowFiles, ReadsAWholeStudysRows) {
  std::vector<EvaluationRow> rows(216'000, evaluation_row());
  for (std::size_t i = 0; i < rows.size(); ++i)
    rows[i].episode_return = 70 + std::sin(static_cast<double>(i));
  const auto text = evaluation_csv(rows, std::vector<std::string>{"local", "offload"});
  ASSERT_TRUE(text);
  const auto file = parse_evaluation_csv(*text, "evaluation.csv");
  ASSERT_TRUE(file);
  ASSERT_EQ(file->rows.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); i += 1000)
    EXPECT_EQ(file->rows[i].episode_return, rows[i].episode_return) << i;
}

TEST(RowFiles, NoPrefixOfAFileCrashesTheReader) {
  const auto text =
      evaluation_csv(std::vector{evaluation_row()}, std::vector<std::string>{"local", "offload"});
  ASSERT_TRUE(text);
  for (std::size_t length = 0; length < text->size(); ++length) {
    const auto file = parse_evaluation_csv(std::string_view(*text).substr(0, length), "evaluation.csv");
    EXPECT_TRUE(!file || file->rows.empty()) << length;
  }
}

}  // namespace
}  // namespace windhover::record
