#include <gtest/gtest.h>

#include "windhover/rl/testing.hpp"

namespace windhover::rl {
namespace {

using namespace testing_support;

constexpr double reward_scale = 0.005;  // a tenth of the published one, so that returns are of order 10
constexpr double random_score =
    5.8;  // the uniformly random policy's at this scale (spec: 58.1 to 58.4 at ten times the scale)

double sampled_score(const Training& training, const TrainingSetup& setup) {
  EvaluationSetup evaluation;
  evaluation.environment = setup.environment;
  evaluation.environment_config = setup.environment_config;
  evaluation.seed = setup.seed;
  evaluation.conditions = {5, 20};
  evaluation.episodes = 100;
  evaluation.members =
      (*env::find(setup.environment))->evaluation_members(setup.environment_config, setup.workers);
  const std::vector<std::span<const float>> models = {training.parameters(0)};
  const auto rows = evaluate(training.layout().architecture(), models, evaluation, {});
  EXPECT_TRUE(rows.has_value());
  double sum = 0;
  int count = 0;
  for (const auto& row : *rows) {
    if (row.choice != ActionChoice::sampled) continue;
    sum += row.episode_return;
    ++count;
  }
  return sum / count;
}

/// 200 000 steps in the sound fleet. Over eight seeds of the feed-forward and four of the recurrent network
/// the sampled score was 8.4 to 9.2 (random 5.8); the test asks for 7.5, which is 1.29 times random.
TEST(Learning, ASmallStudyBeatsTheRandomPolicyClearly) {
  for (const bool recurrent : {false, true}) {
    TrainingSetup setup = small_setup("a3c", 5);
    setup.environment_config = offload_config("sound", {{"reward_scale", reward_scale}});
    setup.seed = 1;
    setup.episodes = 400;
    setup.learner.hidden = 32;
    setup.learner.recurrent = recurrent;
    setup.learner.lr = 1e-3;
    setup.learner.normalise_advantage = false;
    setup.learner.entropy_coef = 0.01;
    const auto training = make(setup);
    run_to_end(*training);
    EXPECT_GT(sampled_score(*training, setup), 1.29 * random_score) << (recurrent ? "gru+ln" : "mlp+ln");
  }
}

/// The feed-forward cell of studies/rnn-layernorm-tuned.toml, whole. Over the five seeds of that study the
/// sampled score was 108.5 to 110.5 (random 70, best threshold rule 112); the test asks for 103.
TEST(Learning, ThePresetTunedSolvesThePublishedEnvironment) {
  TrainingSetup setup = small_setup("a3c", 5);
  setup.learner = preset("tuned").value();
  setup.learner.recurrent = false;
  setup.episodes = 2000;
  const auto training = make(setup);
  run_to_end(*training);
  EXPECT_GT(sampled_score(*training, setup), 103);
}

}  // namespace
}  // namespace windhover::rl
