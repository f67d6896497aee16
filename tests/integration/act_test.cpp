#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

#include "tests/integration/program.hpp"
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "windhover/nn/checkpoint.hpp"
#include "windhover/record/row_files.hpp"

/// `act` and `environments`, through the program.
namespace windhover::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Json = nlohmann::json;

/// The program with `input` as its standard input.
Ending act(const Workspace& workspace, const std::string& arguments, const std::string& input) {
  static_cast<void>(workspace.write("input", input));
  return run_script(workspace.path(""), "windhover act " + arguments + " < input");
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<Json> json_lines(const std::string& text) {
  std::vector<Json> all;
  for (const auto& line : lines_of(text)) all.push_back(Json::parse(line));
  return all;
}

/// A network of tests/golden, which another program made.
struct Golden {
  explicit Golden(const std::string& name)
      : file(Json::parse(content_of(WINDHOVER_SOURCE_DIR "/tests/golden/" + name))) {}

  [[nodiscard]] std::string safetensors() const {
    const nn::Architecture architecture{.observations = file["state_dim"],
                                        .actions = file["action_dim"],
                                        .hidden = file["hidden_dim"],
                                        .recurrent = file["recurrent"],
                                        .layer_norm = file["layer_norm"],
                                        .layer_norm_epsilon = file["layer_norm_eps"]};
    const nn::Layout layout(architecture);
    std::vector<float> parameters(layout.arena_size(), 0.0F);
    for (const auto& tensor : layout.tensors()) {
      const auto& data = file["parameters_before"][tensor.name]["data"];
      std::size_t element = 0;
      for (int output = 0; output < tensor.outputs(); ++output) {
        for (int input = 0; input < tensor.inputs(); ++input)
          parameters[tensor.index(output, input)] = data[element++].get<float>();
      }
    }
    return nn::write_safetensors(architecture, parameters, {{"cell", "golden"}});
  }

  Json file;
};

/// The same network by the textbook, in double precision: PyTorch's Linear, LayerNorm and GRUCell.
class NaiveNetwork {
 public:
  using Vector = std::vector<double>;

  explicit NaiveNetwork(const Json& file) : file_(file) {}

  /// Logits, then the value; `hidden` goes on to the next step.
  [[nodiscard]] Vector heads(const Vector& observation, Vector& hidden) const {
    const Vector features =
        rectified(normalised("feature_norm", linear("feature", "weight", "bias", observation)));
    Vector body;
    if (file_["recurrent"] == true) {
      hidden = gru(features, hidden);
      body = normalised("body_norm", hidden);
    } else {
      body = rectified(normalised("body_norm", linear("hidden", "weight", "bias", features)));
    }
    auto heads = linear("policy", "weight", "bias", body);
    heads.push_back(linear("value", "weight", "bias", body).front());
    return heads;
  }

 private:
  [[nodiscard]] const Json& data(const std::string& name) const {
    return file_["parameters_before"][name]["data"];
  }

  [[nodiscard]] Vector linear(const std::string& layer, const std::string& weight, const std::string& bias,
                              const Vector& input) const {
    Vector output = data(layer + "." + bias).get<Vector>();
    const auto weights = data(layer + "." + weight).get<Vector>();
    for (std::size_t i = 0; i < output.size(); ++i) {
      for (std::size_t j = 0; j < input.size(); ++j) output[i] += weights[i * input.size() + j] * input[j];
    }
    return output;
  }

  [[nodiscard]] Vector normalised(const std::string& name, Vector values) const {
    if (file_["layer_norm"] == false) return values;
    const auto count = static_cast<double>(values.size());
    double mean = 0, variance = 0;
    for (const double value : values) mean += value / count;
    for (const double value : values) variance += (value - mean) * (value - mean) / count;
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = (values[i] - mean) / std::sqrt(variance + file_["layer_norm_eps"].get<double>()) *
                      data(name + ".weight")[i].get<double>() +
                  data(name + ".bias")[i].get<double>();
    }
    return values;
  }

  static Vector rectified(Vector values) {
    for (double& value : values) value = std::max(value, 0.0);
    return values;
  }

  [[nodiscard]] Vector gru(const Vector& input, const Vector& hidden) const {
    const auto of_input = linear("gru", "weight_ih", "bias_ih", input);
    const auto of_hidden = linear("gru", "weight_hh", "bias_hh", hidden);
    const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
    const std::size_t size = hidden.size();
    Vector next(size);
    for (std::size_t i = 0; i < size; ++i) {
      const double reset = sigmoid(of_input[i] + of_hidden[i]);
      const double update = sigmoid(of_input[size + i] + of_hidden[size + i]);
      const double candidate = std::tanh(of_input[2 * size + i] + reset * of_hidden[2 * size + i]);
      next[i] = (1 - update) * candidate + update * hidden[i];
    }
    return next;
  }

  const Json& file_;
};

/// The rollout of a golden file: the naive network is held against what PyTorch recorded, from the hidden
/// state that it started with, and `act` against the naive network, from none.
TEST(Act, GivesTheProbabilitiesAndValuesOfTheTextbook) {
  for (const char* name : {"update_gru_ln_h8.json", "update_gru_plain_h8.json", "update_mlp_ln_h8.json",
                           "update_mlp_plain_h8.json"}) {
    SCOPED_TRACE(name);
    const Workspace workspace;
    const Golden golden(name);
    const NaiveNetwork naive(golden.file);
    static_cast<void>(workspace.write("m.safetensors", golden.safetensors()));
    const auto& update = golden.file["updates"][0];
    const auto numbers = update["rollout"]["observations"].get<std::vector<double>>();
    const std::size_t width = golden.file["state_dim"], steps = numbers.size() / width;
    std::vector<double> recorded_hidden(8, 0.0), hidden(8, 0.0);
    if (golden.file["recurrent"] == true)
      recorded_hidden = update["rollout"]["initial_hidden"].get<std::vector<double>>();
    std::string input;
    std::vector<std::vector<double>> expected;
    for (std::size_t step = 0; step < steps; ++step) {
      const std::vector<double> observation(
          numbers.begin() + static_cast<std::ptrdiff_t>(step * width),
          numbers.begin() + static_cast<std::ptrdiff_t>((step + 1) * width));
      const auto recorded = naive.heads(observation, recorded_hidden);
      EXPECT_NEAR(recorded[1], update["logits"][3 * step + 1].get<double>(), 1e-6);
      EXPECT_NEAR(recorded[3], update["values"][step].get<double>(), 1e-6);
      expected.push_back(naive.heads(observation, hidden));
      input += fmt::format("{}\n", fmt::join(observation, ","));
    }
    const auto acted = act(workspace, "m.safetensors --json", input);
    ASSERT_EQ(acted.code, 0) << acted.err;
    const auto answers = json_lines(acted.out);
    ASSERT_EQ(answers.size(), steps);
    for (std::size_t step = 0; step < steps; ++step) {
      const auto& heads = expected[step];
      const double sum = std::exp(heads[0]) + std::exp(heads[1]) + std::exp(heads[2]);
      EXPECT_NEAR(answers[step]["value"].get<double>(), heads[3], 1e-5);
      for (std::size_t action = 0; action < 3; ++action) {
        EXPECT_NEAR(answers[step]["probabilities"][std::to_string(action)].get<double>(),
                    std::exp(heads[action]) / sum, 1e-5)
            << "step " << step;
      }
    }
  }
}

/// A trained run of offload in the profile `sound` with few units, and of the T-maze.
class ActOfATraining : public ::testing::Test {
 protected:
  std::string train(const std::string& settings, const std::string& out) const {
    const auto trained = run_script(
        workspace.path(""), "windhover train --seed 7 --set learner.hidden=8 " + settings + " --out " + out);
    EXPECT_EQ(trained.code, 0) << trained.err;
    return out + "/runs/gru+ln/a3c/seed-7/";
  }
  std::string train_offload() const {
    return train(
        "--set profile=sound --set environment_fields.cloud_units=200 --set training.workers=3 --set "
        "training.episodes=4 --set evaluation.velocities=[5,50] --set evaluation.episodes=6",
        "offload");
  }
  std::string train_maze() const {
    return train(
        "--set environment=t-maze --set environment_fields.corridor=3 --set training.steps=300 --set "
        "evaluation.episodes=5",
        "maze");
  }

  Workspace workspace;
};

/// The rewards of a trace are the return of the evaluation's row, to the bit.
TEST_F(ActOfATraining, ATraceIsAnEpisodeOfTheRecordedEvaluation) {
  for (const auto& folder : {train_offload(), train_maze()}) {
    const auto rows =
        record::parse_evaluation_csv(content_of(workspace.path(folder + "evaluation.csv")), "evaluation.csv");
    ASSERT_TRUE(rows.has_value());
    for (const auto& row : rows->rows) {
      const bool sampled = row.choice == ActionChoice::sampled;
      const auto traced = run_script(
          workspace.path(""),
          fmt::format("windhover act '{}model.safetensors' --trace --json --condition {} --episode {}{}",
                      folder, row.condition, row.episode, sampled ? " --sampled" : ""));
      ASSERT_EQ(traced.code, 0) << traced.err;
      std::map<int, double> returns;
      for (const auto& step : json_lines(traced.out)) returns[step["member"]] += step["reward"].get<double>();
      double mean = 0;
      for (const auto& [member, sum] : returns) mean += sum * (1.0 / static_cast<double>(returns.size()));
      EXPECT_EQ(mean, row.episode_return) << folder << row.episode;
    }
  }
}

/// What is seen of a trace, given to `act` line by line, is answered alike: the hidden state is carried. In
/// both forms, greedy and sampled.
TEST_F(ActOfATraining, ObservationsOneByOneAreAnsweredAsInTheTrace) {
  for (const auto& folder : {train_offload(), train_maze()}) {
    for (const char* choice : {"", "--sampled"}) {
      const auto model = "'" + folder + "model.safetensors' " + choice;
      const auto both = run_script(workspace.path(""), "windhover act " + model +
                                                           " --trace --member 0 --episode 1 > t; "
                                                           "windhover act " +
                                                           model + " --episode 1 < t");
      ASSERT_EQ(both.code, 0) << both.err;
      const auto trace = lines_of(content_of(workspace.path("t")));
      const auto answers = lines_of(both.out);
      ASSERT_EQ(answers.size(), trace.size());
      ASSERT_GT(answers.size(), 2U);
      const auto column = trace[0].find("probability_");
      EXPECT_THAT(trace[0].substr(column), StartsWith(answers[0] + ",reward,hidden_"));
      for (std::size_t i = 1; i < answers.size(); ++i)
        EXPECT_THAT(trace[i], HasSubstr("," + answers[i] + ","));

      const auto json =
          run_script(workspace.path(""), "windhover act " + model +
                                             " --trace --member 0 --episode 1 --json > t; windhover act " +
                                             model + " --episode 1 --json < t");
      ASSERT_EQ(json.code, 0) << json.err;
      const auto steps = json_lines(content_of(workspace.path("t")));
      const auto decisions = json_lines(json.out);
      ASSERT_EQ(steps.size(), decisions.size());
      for (std::size_t i = 0; i < steps.size(); ++i) {
        for (const char* key : {"probabilities", "action", "value"})
          EXPECT_EQ(steps[i][key], decisions[i][key]);
      }
    }
  }
}

/// By the environment's own rules: what is hidden fits what is observed and earned.
TEST_F(ActOfATraining, ATraceShowsWhatIsHidden) {
  const auto maze =
      run_script(workspace.path(""), "windhover act '" + train_maze() + "model.safetensors' --trace --json");
  ASSERT_EQ(maze.code, 0) << maze.err;
  const auto steps = json_lines(maze.out);
  const int goal = steps.front()["observation"][2] == 1 ? 1 : 2;  // the sign
  for (const auto& step : steps) {
    EXPECT_EQ(step["hidden"]["goal"], goal);
    EXPECT_EQ(step["observation"][1] == 1,
              step["hidden"]["position"] == 0 || step["hidden"]["position"] == 3);
  }
  const auto offload = run_script(workspace.path(""), "windhover act '" + train_offload() +
                                                          "model.safetensors' --trace --sampled --json");
  ASSERT_EQ(offload.code, 0) << offload.err;
  std::map<int, Json> before;
  int sent = 0;
  const auto all = json_lines(offload.out);
  EXPECT_EQ(all.size(), 3U * 100U);
  for (const auto& step : all) {
    const int member = step["member"];
    EXPECT_EQ(all[static_cast<std::size_t>(3 * step["step"].get<int>())]["hidden"]["cloud_units_free"],
              step["hidden"]["cloud_units_free"])
        << "all see the same pool";
    double held = 0;
    for (int other = 0; other < 3; ++other) {
      held += all[static_cast<std::size_t>(3 * step["step"].get<int>() + other)]["hidden"]["cloud_task_units"]
                  .get<double>();
    }
    EXPECT_EQ(held + step["hidden"]["cloud_units_free"].get<double>(), 200);
    // offload_ok (observation 45) says that a task was taken: only from a good channel.
    if (before.contains(member) && step["observation"][45] == 1) {
      EXPECT_EQ(before[member]["action"], "offload");
      EXPECT_EQ(before[member]["hidden"]["channel_good"], 1);
      ++sent;
    }
    before[member] = step;
  }
  EXPECT_GT(sent, 0);
}

TEST_F(ActOfATraining, AnEmptyLineStartsANewEpisode) {
  const auto model = "'" + train_maze() + "model.safetensors'";
  const auto acted = act(workspace, model, "0,1,1\n0.5,0,0.5\n\n0,1,1\n");
  ASSERT_EQ(acted.code, 0) << acted.err;
  const auto lines = lines_of(acted.out);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0], "probability_forward,probability_left,probability_right,action,value");
  EXPECT_EQ(lines[3], lines[1]);
  const auto kept = lines_of(act(workspace, model, "0,1,1\n0.5,0,0.5\n0,1,1").out);
  ASSERT_EQ(kept.size(), 4U);
  EXPECT_NE(kept[3], lines[1]) << "without it the network remembers";
}

TEST_F(ActOfATraining, BadInputIsRefusedWithItsLine) {
  const auto model = "'" + train_maze() + "model.safetensors'";
  const std::pair<const char*, const char*> all[] = {
      {"0,1,1\n0,1\n", "line 2: it has 2 numbers"},
      {"0,1,1\n\n0,x,1\n", "line 3: field 2 is 'x'"},
      {"0,1,nan\n", "line 1: number 3 is nan, which is not finite"},
      {"[0,1]\n", "line 1: it has 2 numbers"},
      {"{\"a\":1}\n", "no \"observation\""},
      {"0,1,1\n0,\x1b[2J,1\n", "\\u001b[2J"}};
  for (const auto& [input, reason] : all) {
    const auto refused = act(workspace, model, input);
    EXPECT_EQ(refused.code, 1) << input;
    EXPECT_THAT(refused.err, AllOf(HasSubstr("the standard input: line "), HasSubstr(reason),
                                   HasSubstr("an observation of this model is 3 finite numbers")))
        << input;
  }
  const auto folder = run_script(workspace.path(""), "windhover act " + model + " < .");
  EXPECT_EQ(folder.code, 1);
  EXPECT_THAT(folder.err, HasSubstr("cannot read the standard input: Is a directory"));
  const auto closed_input = run_script(workspace.path(""), "windhover act " + model + " <&-");
  EXPECT_EQ(closed_input.code, 0) << closed_input.err;
  const auto unused = act(workspace, model + " --set environment_fields.corridor=2", "");
  EXPECT_EQ(unused.code, 2);
  EXPECT_THAT(unused.err, HasSubstr("--trace is not given"));
  const auto long_line =
      run_script(workspace.path(""), "head -c 3000000 /dev/zero | tr '\\0' 1 | windhover act " + model);
  EXPECT_EQ(long_line.code, 1);
  EXPECT_THAT(long_line.err, HasSubstr("more than 1048576 bytes"));
}

/// Whoever waits for an answer gets it before the next question; whoever has gone away is not written to for
/// ever.
TEST_F(ActOfATraining, AnswersAtOnceAndEndsWithItsReader) {
  const auto model = "'" + train_maze() + "model.safetensors'";
  const auto asked = run_script(
      workspace.path(""),
      "coproc A { windhover act " + model +
          " --json; }\n"
          "for i in 1 2 3; do echo 0,1,1 >&${A[1]}; read -r -t 60 line <&${A[0]}; echo \"$line\"; done");
  ASSERT_EQ(asked.code, 0) << asked.err;
  EXPECT_EQ(json_lines(asked.out).size(), 3U);
  const auto left = run_script(workspace.path(""), "set +o pipefail; yes 0,1,1 | { windhover act " + model +
                                                       " || echo $? > code; } | head -n 2");
  EXPECT_EQ(left.code, 0) << left.err;
  EXPECT_EQ(content_of(workspace.path("code")), "141\n");
}

TEST_F(ActOfATraining, ATraceRefusesWhatItsEnvironmentHasNot) {
  const auto maze = workspace.path(train_maze() + "model.safetensors");
  const auto condition = run({"act", maze, "--trace", "--condition", "5"});
  EXPECT_EQ(condition.code, 2);
  EXPECT_THAT(condition.err, AllOf(HasSubstr("--condition"), HasSubstr("no condition to vary")));
  const auto member = run({"act", maze, "--trace", "--member", "1"});
  EXPECT_EQ(member.code, 2);
  EXPECT_THAT(member.err, HasSubstr("--member 1"));
  const auto other = run({"act", maze, "--trace", "--set", "environment=cartpole"});
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, AllOf(HasSubstr("3 observations"), HasSubstr("cartpole")));
}

TEST(EnvironmentsCommand, ListsAllAndDescribesOne) {
  const auto all = Json::parse(run({"environments", "--json"}).out);
  ASSERT_EQ(all.size(), 6U);
  EXPECT_EQ(all[0]["name"], "offload");
  EXPECT_THAT(run({"environments"}).out, AllOf(HasSubstr("t-maze"), HasSubstr("forward, left, right")));

  const auto offload = Json::parse(run({"environments", "offload", "--profile", "sound", "--json"}).out);
  EXPECT_EQ(offload["observations"]["count"], 48);
  EXPECT_EQ(offload["observations"]["names"].size(), 48U);
  EXPECT_EQ(offload["observations"]["names"][47], "compute_context");
  EXPECT_EQ(offload["actions"], Json({"local", "offload", "discard"}));
  EXPECT_EQ(offload["condition"], "velocity_kmh");
  EXPECT_EQ(offload["episode_limit"], 100);
  EXPECT_EQ(offload["hidden"][0]["name"], "channel_good");
  std::map<std::string, Json> settings;
  for (const auto& setting : offload["settings"]) settings[setting["name"]] = setting;
  EXPECT_EQ(settings["cloud_units"]["default"], 1000);
  EXPECT_EQ(settings["cloud_units"]["type"], "whole number");
  EXPECT_EQ(settings["cloud_units"]["least"], 0);
  EXPECT_EQ(settings["cloud_units"]["most"], 1e9);
  EXPECT_EQ(settings["evaluation_fleet"]["default"], true) << "as the profile has it";
  EXPECT_FALSE(settings["evaluation_fleet"].contains("least"));

  const auto text = run({"environments", "repeat-previous"});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, AllOf(HasSubstr("answer: the suit to name"), HasSubstr("0 shown_spades"),
                              HasSubstr("1 to 128"), HasSubstr("easy, medium, hard")));
}

TEST(EnvironmentsCommand, UnknownNamesAreAnsweredByTheNearest) {
  const auto name = run({"environments", "t-mase"});
  EXPECT_EQ(name.code, 2);
  EXPECT_THAT(name.err, HasSubstr("did you mean 't-maze'?"));
  const auto profile = run({"environments", "t-maze", "--profile", "shrt"});
  EXPECT_EQ(profile.code, 2);
  EXPECT_THAT(profile.err, HasSubstr("did you mean 'short'?"));
  EXPECT_EQ(run({"environments", "--profile", "short"}).code, 2);
}

}  // namespace
}  // namespace windhover::integration
