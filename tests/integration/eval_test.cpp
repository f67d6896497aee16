#include <cmath>
#include <filesystem>
#include <map>

#include "tests/integration/program.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "windhover/record/row_files.hpp"

/// `eval` by a model's own metadata, against the rows that its study recorded.
namespace windhover::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// A run of training and what it recorded of its model.
struct Trained {
  std::string model;
  record::EvaluationFile recorded;
};

Trained train(const Workspace& workspace, const std::vector<std::string>& settings,
              const std::string& arm = "a3c", const std::string& file = "model.safetensors") {
  std::vector<std::string> arguments = {
      "train", "--seed", "7", "--arm", arm, "--out", workspace.path("out"), "--set", "learner.hidden=8"};
  for (const auto& setting : settings) arguments.insert(arguments.end(), {"--set", setting});
  const auto trained = run(arguments);
  EXPECT_EQ(trained.code, 0) << trained.err;
  const auto folder = workspace.path("out/runs/gru+ln/" + arm + "/seed-7/");
  auto rows = record::parse_evaluation_csv(content_of(folder + "evaluation.csv"), "evaluation.csv");
  EXPECT_TRUE(rows.has_value());
  return {folder + file, *std::move(rows)};
}

/// The mean of the recorded rows of each choice and condition, summed as `eval` does.
std::map<std::pair<std::string, double>, double> recorded_means(const record::EvaluationFile& recorded,
                                                                int model = 0) {
  std::map<std::pair<std::string, double>, std::vector<double>> returns;
  for (const auto& row : recorded.rows) {
    const auto* choice = row.choice == ActionChoice::greedy ? "greedy" : "sampled";
    if (row.model == model) returns[{choice, row.condition}].push_back(row.episode_return);
  }
  std::map<std::pair<std::string, double>, double> means;
  for (const auto& [key, all] : returns) {
    double sum = 0;
    for (const double one : all) sum += one;
    means[key] = sum / static_cast<double>(all.size());
  }
  return means;
}

/// Greedy and sampled, under every condition.
void expect_recorded_scores(const Trained& trained, int model = 0) {
  const auto scored = run({"eval", trained.model, "--json"});
  ASSERT_EQ(scored.code, 0) << scored.err;
  EXPECT_THAT(scored.err, AllOf(HasSubstr(trained.model + ": as in its run: "), Not(HasSubstr("changes"))));
  const auto means = recorded_means(trained.recorded, model);
  const auto json = nlohmann::json::parse(scored.out);
  ASSERT_EQ(json["scores"].size(), means.size());
  for (const auto& score : json["scores"]) {
    const auto expected = means.find({score["choice"], score["condition"]});
    ASSERT_NE(expected, means.end()) << score;
    EXPECT_NEAR(score["mean"].get<double>(), expected->second, 1e-12 * std::abs(expected->second)) << score;
  }
}

const std::vector<std::string> small_cloud = {
    "profile=sound",        "environment_fields.cloud_units=200", "training.workers=3",
    "training.episodes=20", "evaluation.velocities=[5, 20, 100]", "evaluation.episodes=12"};

TEST(Eval, OfAModelOfASoundStudyWithASmallCloudIsItsRecordedScore) {
  const Workspace workspace;
  const auto trained = train(workspace, small_cloud);
  expect_recorded_scores(trained);

  const auto other = run({"eval", trained.model, "--json", "--set", "environment_fields.cloud_units=1000"});
  ASSERT_EQ(other.code, 0) << other.err;
  EXPECT_THAT(other.err, HasSubstr("--set environment_fields.cloud_units=1000: the model's own is 200\n"));
  EXPECT_NE(nlohmann::json::parse(other.out)["scores"],
            nlohmann::json::parse(run({"eval", trained.model, "--json"}).out)["scores"])
      << "what the setting does is seen in the score";
}

TEST(Eval, OfAModelOfAnotherEnvironmentIsItsRecordedScore) {
  const Workspace maze, cart;
  expect_recorded_scores(train(maze, {"environment=t-maze", "environment_fields.corridor=3",
                                      "training.steps=500", "evaluation.episodes=20"}));
  expect_recorded_scores(train(cart, {"environment=cartpole", "environment_fields.max_steps=60",
                                      "training.steps=500", "evaluation.episodes=20"}));
}

TEST(Eval, OfEachModelOfARunIsThatModelsRecordedScore) {
  const Workspace workspace;
  auto settings = small_cloud;
  settings.push_back("training.workers=2");
  expect_recorded_scores(train(workspace, settings, "individual", "model-worker-1.safetensors"), 1);
}

TEST(Eval, AnnouncesWhatItDoesOtherwiseThanTheRun) {
  const Workspace workspace;
  const auto model = train(workspace, small_cloud).model;
  const auto changed =
      run({"eval", model, "--velocities", "5", "--episodes", "3", "--seed", "8", "--workers", "3"});
  ASSERT_EQ(changed.code, 0) << changed.err;
  EXPECT_THAT(changed.err, AllOf(HasSubstr("but for the changes below"),
                                 HasSubstr("--velocities 5: the model's own are 5, 20, 100\n"),
                                 HasSubstr("--episodes 3: the model's own is 12\n"),
                                 HasSubstr("--seed 8: the model's own is 7\n"), Not(HasSubstr("--workers"))));
  const auto paper = run({"eval", model, "--profile", "paper", "--episodes", "3", "--json"});
  ASSERT_EQ(paper.code, 0) << paper.err;
  EXPECT_THAT(paper.err, AllOf(HasSubstr("--profile paper: the model's own is sound"),
                               HasSubstr("left out with it: the model's environment_fields")));
  EXPECT_EQ(nlohmann::json::parse(paper.out)["environment_fields"]["cloud_units"], 1000);
}

TEST(Eval, TakesSettingsByTheirNamesAsAStudyDoes) {
  const Workspace workspace;
  const auto model =
      train(workspace, {"environment=t-maze", "training.steps=200", "evaluation.episodes=2"}).model;
  const std::pair<const char*, const char*> wrong[] = {
      {"corridor=5", "did you mean 'environment_fields.corridor'?"},
      {"environment_fields.coridor=5", "did you mean 'corridor'?"},
      {"environment_fields.corridor=0", "between 1 and 1000"},
      {"environment_fields.corridor", "expected KEY=VALUE"},
      {"learner.lr=1", "plays no part"}};
  for (const auto& [setting, reason] : wrong) {
    for (const auto& arguments : {std::vector<std::string>{"eval", model, "--set", setting},
                                  {"act", model, "--trace", "--set", setting},
                                  {"baselines", "--environment", "t-maze", "--set", setting}}) {
      const auto refused = run(arguments);
      EXPECT_EQ(refused.code, 2) << setting;
      EXPECT_THAT(refused.err, AllOf(HasSubstr(reason), HasSubstr("--set "))) << setting;
      EXPECT_EQ(refused.out, "") << setting;
    }
  }
}

/// An independent fact: without a cloud that holds a task, always to offload earns nothing.
TEST(Baselines, TakeSettingsOfTheEnvironment) {
  const auto scored = run({"baselines", "--profile", "sound", "--set", "environment_fields.cloud_units=0",
                           "--episodes", "3", "--json"});
  ASSERT_EQ(scored.code, 0) << scored.err;
  const auto json = nlohmann::json::parse(scored.out);
  EXPECT_EQ(json["environment_fields"]["cloud_units"], 0);
  int seen = 0;
  for (const auto& score : json["policies"]) {
    if (score["policy"] != "offload") continue;
    EXPECT_EQ(score["mean"], 0);
    ++seen;
  }
  EXPECT_EQ(seen, 3);
  const auto many = run({"baselines", "--set", "evaluation.episodes=2000000"});
  EXPECT_EQ(many.code, 2);
  EXPECT_THAT(many.err, HasSubstr("1000000 is the most"));
}

}  // namespace
}  // namespace windhover::integration
