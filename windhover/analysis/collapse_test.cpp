#include "windhover/analysis/collapse.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "windhover/analysis/cells.hpp"
#include "windhover/analysis/testing/as_json.hpp"
#include "windhover/analysis/testing/small_study.hpp"

namespace windhover::analysis {
namespace {

using testing::collapse_json;

/// The entry of gru+ln / individual / seed 1 / model 1, after `change` was made to its run.
template <class Change>
Json model_after(const Change& change, std::optional<double> reference = 45.0) {
  auto record = testing::small_study();
  change(record.runs[3]);
  record.baselines->policies.clear();
  if (reference) record.baselines->policies.push_back(testing::score_of("random", 5, *reference));
  for (const auto& model : collapse_json(ScoreBook(record))) {
    if (model["arm"] == "individual" && model["seed"] == 1 && model["model"] == 1) return model;
  }
  return {};
}

void set_entropy(record::Run& run, int worker, int from_episode, double entropy) {
  for (auto& row : run.training) {
    if (row.worker == worker && row.episode >= from_episode) row.entropy = entropy;
  }
}

TEST(Collapse, AModelThatMixesActionsHasNotCollapsed) {
  const auto model = model_after([](record::Run&) {});
  EXPECT_EQ(model["collapsed_greedy"], false);
  EXPECT_EQ(model["collapsed_training"], false);
  EXPECT_EQ(model["greedy_action"], "local");
  EXPECT_DOUBLE_EQ(model["greedy_action_share"], 0.75);
  EXPECT_TRUE(model["low_entropy_since_episode"].is_null());
}

TEST(Collapse, GreedyCollapseIsNinetyNinePercentOfTheStepsAndNotOfTheEpisodes) {
  const auto with_share = [](double second_share) {
    return [second_share](record::Run& run) {
      for (auto& row : run.evaluation) {
        if (row.model != 1 || row.choice != ActionChoice::greedy) continue;
        const bool is_long = row.condition == 100;
        row.length = is_long ? 300 : 100;
        row.action_shares = is_long ? std::vector{1.0, 0.0} : std::vector{1 - second_share, second_share};
      }
    };
  };
  EXPECT_EQ(model_after(with_share(0.039))["collapsed_greedy"], true);   // 0.975 % of all steps
  EXPECT_EQ(model_after(with_share(0.041))["collapsed_greedy"], false);  // 1.025 %
}

TEST(Collapse, TrainingCollapseLooksAtTheModelsOwnWorkerAtTheEnd) {
  const auto own = [](record::Run& run) { set_entropy(run, 1, 15, 0.01); };
  const auto other = [](record::Run& run) { set_entropy(run, 0, 0, 0.01); };
  const auto recovered = [](record::Run& run) {
    set_entropy(run, 1, 0, 0.01);
    set_entropy(run, 1, 19, 0.5);
  };
  EXPECT_EQ(model_after(own)["collapsed_training"], true);  // scores 31, random 45
  EXPECT_EQ(model_after(own)["low_entropy_since_episode"], 15);
  EXPECT_EQ(model_after(other)["collapsed_training"], false);
  EXPECT_EQ(model_after(recovered)["collapsed_training"], false);
}

TEST(Collapse, ALowEntropyWithAGoodScoreIsNoCollapse) {
  const auto sure = [](record::Run& run) { set_entropy(run, 1, 0, 0.01); };
  EXPECT_EQ(model_after(sure, 20.0)["collapsed_training"], false);
  EXPECT_TRUE(model_after(sure, std::nullopt)["collapsed_training"].is_null());
}

TEST(Collapse, EveryCellIsJudgedByTheRandomPolicyInIt) {
  auto record = testing::small_study();
  for (auto& run : record.runs) {
    for (auto& row : run.training) row.entropy = 0.01;
  }
  // Random earns 45 in the baseline cell and, in another environment, 70 in mlp+ln, where A3C earns 60.
  record.baselines->cells["mlp+ln"] = {testing::score_of("random", 5, 70.0)};
  for (const auto& model : collapse_json(ScoreBook(record))) {
    if (model["arm"] != "a3c" || model["seed"] != 2) continue;
    EXPECT_EQ(model["reference_score"], model["cell"] == "mlp+ln" ? 70.0 : 45.0);
    EXPECT_EQ(model["collapsed_training"], model["cell"] != "gru+ln") << model["cell"];
  }
}

TEST(Collapse, LargestLossesAreNullWhereOneIsNotFinite) {
  const auto diverged = [](record::Run& run) {
    for (auto& row : run.training) row.policy_loss = -3;
    run.training[25].value_loss = std::numeric_limits<double>::infinity();
  };
  const auto model = model_after(diverged);
  EXPECT_DOUBLE_EQ(model["largest_policy_loss"], 3.0);
  EXPECT_TRUE(model["largest_value_loss"].is_null());
}

TEST(Collapse, ModelsAreCountedByCellAndArm) {
  auto record = testing::small_study();
  for (auto& row : record.runs[0].evaluation) row.action_shares = {0, 1};
  const ScoreBook book(record);
  auto cells = cell_results(book);
  add_collapse_counts(cells, collapse_of(book));
  EXPECT_EQ(cells[0].arms["a3c"].collapsed_greedy, 1);
  EXPECT_EQ(cells[0].arms["a3c"].models, 3);
  EXPECT_EQ(cells[0].arms["individual"].models, 6);
  EXPECT_EQ(cells[1].arms["a3c"].collapsed_greedy, 0);
}

}  // namespace
}  // namespace windhover::analysis
