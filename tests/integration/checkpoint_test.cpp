#include "windhover/nn/checkpoint.hpp"

#include <cstring>
#include <filesystem>
#include <limits>

#include "tests/integration/program.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace windhover::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string checkpoint(const nn::Architecture& architecture, float value = 0.01F) {
  const nn::Layout layout(architecture);
  std::vector<float> parameters(layout.arena_size(), 0.0F);
  for (const auto& tensor : layout.tensors()) {
    for (int output = 0; output < tensor.outputs(); ++output) {
      for (int input = 0; input < tensor.inputs(); ++input) parameters[tensor.index(output, input)] = value;
    }
  }
  return nn::write_safetensors(architecture, parameters, {{"cell", "gru+ln"}});
}

nn::Architecture small(int observations = 48) {
  return {.observations = observations, .actions = 3, .hidden = 8, .recurrent = true, .layer_norm = true};
}

class Checkpoints : public ::testing::Test {
 protected:
  /// The file is refused by both subcommands that read one, with its name and the reason.
  void expect_refused(const std::string& content, const std::string& reason) const {
    const auto path = workspace_.write("model.safetensors", content);
    for (const char* command : {"eval", "inspect"}) {
      const auto refused = run({command, path});
      EXPECT_EQ(refused.code, 1) << command;
      EXPECT_THAT(refused.err, AllOf(HasSubstr("model.safetensors"), HasSubstr(reason))) << command;
    }
  }

  Workspace workspace_;
};

TEST_F(Checkpoints, AreScoredAndShown) {
  const auto path = workspace_.write("model.safetensors", checkpoint(small()));
  const auto scored = run({"eval", path, "--episodes", "2", "--velocities", "5,50", "--json"});
  ASSERT_EQ(scored.code, 0) << scored.err;
  const auto json = nlohmann::json::parse(scored.out);
  ASSERT_EQ(json["scores"].size(), 4U);
  EXPECT_EQ(json["scores"][0]["choice"], "greedy");
  EXPECT_EQ(json["scores"][0]["condition"], 5);
  const auto shown = run({"inspect", path});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, AllOf(HasSubstr("gru+ln 48-8-3"), HasSubstr("cell: gru+ln")));
  EXPECT_EQ(nlohmann::json::parse(run({"inspect", path, "--json"}).out)["metadata"]["cell"], "gru+ln");
}

TEST_F(Checkpoints, ThatAreTruncatedAreRefused) {
  const std::string whole = checkpoint(small());
  expect_refused("", "truncated");
  expect_refused(whole.substr(0, 5), "truncated");
  expect_refused(whole.substr(0, whole.size() - 4), "");
}

TEST_F(Checkpoints, WithAHeaderBeyondTheFileAreRefused) {
  std::string content = checkpoint(small());
  const std::uint64_t length = content.size();
  std::memcpy(content.data(), &length, sizeof length);
  expect_refused(content, "header claims");
}

TEST_F(Checkpoints, ThatAreNoneAreRefused) {
  std::string content = checkpoint(small());
  const std::uint64_t length = std::numeric_limits<std::uint64_t>::max() - 3;
  std::memcpy(content.data(), &length, sizeof length);
  expect_refused(content, "not a safetensors file");
  expect_refused(tiny_study, "not a safetensors file");
  expect_refused("x", "not a safetensors file");
}

TEST_F(Checkpoints, AreNotScoredInMoreEpisodesThanMemoryHolds) {
  const auto path = workspace_.write("model.safetensors", checkpoint(small()));
  for (const char* profile : {"paper", "sound"}) {
    const auto refused = run({"eval", path, "--episodes", "99999999", "--profile", profile});
    EXPECT_EQ(refused.code, 2) << profile;
    EXPECT_THAT(refused.err, AllOf(HasSubstr("99999999 episodes"), HasSubstr("16 is the most"))) << profile;
  }
}

TEST_F(Checkpoints, WithNaNAreRefused) {
  expect_refused(checkpoint(small(), std::numeric_limits<float>::quiet_NaN()), "");
}

TEST_F(Checkpoints, OfAnotherArchitectureAreRefused) {
  const auto path = workspace_.write("model.safetensors", checkpoint(small(12)));
  const auto refused = run({"eval", path});
  EXPECT_NE(refused.code, 0);
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("model.safetensors"), HasSubstr("12 observations"), HasSubstr("48")));
}

TEST_F(Checkpoints, OfATrainingHaveItsMetadata) {
  const auto trained =
      run({"train", "--cell", "mlp", "--set", "learner.hidden=8", "--set", "training.episodes=3", "--set",
           "training.workers=2", "--set", "evaluation.episodes=1", "--seed", "9", "--out",
           workspace_.path("out"), "--json"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  const auto model = workspace_.path("out/runs/mlp/a3c/seed-9/model.safetensors");
  const auto shown = nlohmann::json::parse(run({"inspect", model, "--json"}).out);
  EXPECT_EQ(shown["metadata"]["seed"], "9");
  EXPECT_EQ(shown["metadata"]["arm"], "a3c");
  EXPECT_EQ(shown["metadata"]["episode"], "3");
  EXPECT_THAT(shown["metadata"]["config"].get<std::string>(), HasSubstr("\"hidden\":8"));
  EXPECT_EQ(run({"eval", model, "--episodes", "1"}).code, 0);
}

}  // namespace
}  // namespace windhover::integration
